#!/usr/bin/env bash
# Starts `hearth demo`, asks for its pages as anybody would, and fails if one is not there: demo.sh PROGRAM.
set -euo pipefail
# Settings of the tests, not of the server, which refuses a setting it does not know.
unset HEARTH_REQUIRE HEARTH_SHARED HEARTH_TLOG_PYTHON
log=$(mktemp)
"$1" demo --listen 127.0.0.1:18080 --admin-listen 127.0.0.1:19090 --genomes 60 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 120); do
  curl -sf -o /dev/null http://127.0.0.1:18080/ && break
  kill -0 "$server" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 1
done
for path in / /sign-in /ask/sars-cov-2 /ask/sars-cov-2/feed.atom /ask/sars-cov-2/feed.json /genomes /genomes.fasta /documents /aid /terms /figures /ledger /static/hearth.css; do
  curl -sf -o /dev/null -w "%{http_code} %{size_download} B %{time_total} s $path\n" "http://127.0.0.1:18080$path"
done
[ "$(curl -sf http://127.0.0.1:18080/genomes.fasta | grep -c "^>")" -gt 30 ] || { echo "demo: no genome can be taken"; exit 1; }
# Feeds as a reader program takes them; FEEDS_PYTHON has the package feedparser.
if [ -n "${FEEDS_PYTHON:-}" ]; then
  "$FEEDS_PYTHON" "$(dirname "$0")/feeds.py" http://127.0.0.1:18080/ask/sars-cov-2
fi
curl -sf http://127.0.0.1:19090/ready >/dev/null || { echo "demo: it is not ready"; exit 1; }
sleep 11
[ "$(curl -sf http://127.0.0.1:18080/log/checkpoint | wc -l)" -ge 5 ] || { echo "demo: no signed head"; exit 1; }
kill "$server"
wait "$server" || { echo "demo: it did not stop as it should"; exit 1; }

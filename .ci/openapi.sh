#!/usr/bin/env bash
# The API against its own document: `bash .ci/openapi.sh PROGRAM [EXAMPLES]`. Starts a demonstration, makes a token as a
# person would, and has schemathesis (https://schemathesis.readthedocs.io) ask what the document allows and what it does
# not. Fails on a server error, an answer that its schema does not allow, a status or media type that is not documented.
# Needs `st` of schemathesis 4: python3 -m venv VENV && VENV/bin/pip install schemathesis==4.32.5, and SCHEMATHESIS=VENV/bin/st.
set -euo pipefail
program=$1
examples=${2:-30}
st=${SCHEMATHESIS:-st}
folder=$(mktemp -d)
demo=
stop() {
  [ -z "$demo" ] || kill "$demo" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
# Programs are many here, and one address: the rates of the settings are not what is tested.
env -u HEARTH_REQUIRE -u HEARTH_SHARED -u HEARTH_TLOG_PYTHON HEARTH_RATES_ADDRESS_PER_MINUTE=1000000 HEARTH_RATES_ADDRESS_BURST=1000000 \
  HEARTH_RATES_PARTY_PER_MINUTE=1000000 HEARTH_RATES_PARTY_BURST=1000000 HEARTH_LIMITS_PARTY_UPLOADS=100000 \
  "$program" demo --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --genomes 20 \
  >"$folder/out" 2>"$folder/log" &
demo=$!
for _ in $(seq 240); do
  grep -q '^Hearth is at ' "$folder/out" && break
  kill -0 "$demo" 2>/dev/null || { cat "$folder/out" "$folder/log"; exit 1; }
  sleep 0.5
done
url=$(sed -n 's/^Hearth is at //p' "$folder/out")
read -r login _ < <(sed -n 's/^  //p' "$folder/out")
password=$(sed -n '/with the password$/{n;s/, as$//;p}' "$folder/out")
jar=$folder/cookies
csrf() { curl -sf -b "$jar" "$url/account" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1; }
curl -sf -o /dev/null -c "$jar" --data-urlencode "user=$login" --data-urlencode "password=$password" "$url/sign-in"
scopes=()
for scope in read submit review release curate administer; do scopes+=(--data-urlencode "scope=$scope"); done
token=$(curl -s -b "$jar" --data-urlencode "csrf=$(csrf)" --data-urlencode name=ci --data-urlencode days=1 \
  "${scopes[@]}" "$url/account/tokens" | grep -o 'hearth_[A-Za-z0-9_-]*' | head -1)
[ -n "$token" ] || { echo "openapi: no token could be made for $login"; exit 1; }
SCHEMATHESIS_HOOKS=$(dirname "$0")/openapi_hooks.py "$st" run "$url/api/v1/openapi.json" --header "Authorization: Bearer $token" --max-examples "$examples" --seed 7 \
  --phases examples,coverage,fuzzing --workers 1 --no-color \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  || { echo "openapi: what the server wrote meanwhile:"; grep -a ERROR "$folder/log" | tail -20; exit 1; }
echo "openapi: the API does what its document says"

#!/usr/bin/env bash
# Fetches what the tests of foreign clients show pages with (`foreign.rs`): two programs of others, as they were built
# and published, without what they were built from. They are not ours (AGPL) and are never committed.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p clients
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fetch() { # name and version, SHA-512 in base64, the folder of the package that is kept, our name of it
  if [ "$(cat "clients/$4/.version" 2>/dev/null || true)" = "$1" ]; then return; fi
  local archive
  archive=$folder/$(npm pack "$1" --ignore-scripts --silent --pack-destination "$folder" | tail -n 1)
  local found
  found=$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)
  if [ "$found" != "$2" ]; then
    echo "clients: $1 is not what it was: its SHA-512 is $found" >&2
    return 1
  fi
  rm -rf "clients/$4"
  mkdir "clients/$4"
  tar -xzf "$archive" -C "clients/$4" --strip-components=2 "package/$3"
  echo "$1" >"clients/$4/.version"
}

fetch auspice@2.73.1 \
  PBM5wPEC8YqGFnC5yY/L0IcdeUG5G69IGjhfPrZ0mfYlgKyC8AIk311yN9e29hjHokLYLvKHXqfMAC28TU3JGw== dist auspice
fetch @genspectrum/dashboard-components@1.18.1 \
  LRhBLSYI3F2RQJ3MHarg+c5vkITLWEEFW4PSwDV/Xl5QDFDtkltfggCiqUAWNkX/EEzrnE2i+dvbMP1k2KTvuQ== standalone-bundle dashboards

#!/usr/bin/env bash
# Runs the built bundle on the other lines of Node that are in use; the npm package `node` brings
# their binaries, kept in node_modules/.cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=(20.19.0 22 24 26)

npm run --silent build
for line in "${lines[@]}"; do
  home="node_modules/.cache/node-$line"
  node="$home/node_modules/node/bin/node"
  if [[ ! -x $node ]]; then
    mkdir -p "$home"
    echo '{}' >"$home/package.json"
    npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node@$line"
  fi
  "$node" test/package/smoke.js
done

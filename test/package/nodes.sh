#!/usr/bin/env bash
# Runs the packed program on the versions of Node that are in use; the npm package `node` brings their
# binaries, kept in node_modules/.cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
versions=(20.19.0 22 24 26)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$(node packaging/tarball.js | cut -d' ' -f1)
tar -xzf "$tarball" -C "$work"
for version in "${versions[@]}"; do
  home="node_modules/.cache/node-$version"
  node="$home/node_modules/node/bin/node"
  if [[ ! -x $node ]]; then
    mkdir -p "$home"
    echo '{}' >"$home/package.json"
    npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node@$version"
  fi
  "$node" test/package/smoke.js "$work/package/bin/kc-etl.js"
done

#!/usr/bin/env bash
# Packs the tarball, installs it in an empty folder as a user would, and runs it from there.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm run --silent build
tarball=$(npm pack --silent --ignore-scripts --pack-destination "$work")

# Nothing but the program and what comes with any package.
unexpected=$(tar -tzf "$work/$tarball" |
  grep -vE '^package/(bin/(kc-etl\.js|code-cache\.js|package\.json)|dist/([A-Za-z0-9_-]+\.cjs|kc-etl\.1)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$' ||
  true)
if [[ -n $unexpected ]]; then
  printf 'error: the tarball holds what a user does not need:\n%s\n' "$unexpected" >&2
  exit 1
fi
for file in bin/kc-etl.js LICENSE README.md CHANGELOG.md; do
  tar -tzf "$work/$tarball" "package/$file" >/dev/null
done

mkdir "$work/empty"
cd "$work/empty"
npm install --silent --no-audit --no-fund "../$tarball"
PATH="$work/empty/node_modules/.bin:$PATH"
version=$(node -p "require('kc-etl/package.json').version")
for name in kc-etl kubectl-kc_etl; do
  [[ $("$name" --version) == "$version" ]] || {
    echo "error: $name --version is not $version" >&2
    exit 1
  }
done
kc-etl events kinds | grep -q AssetSetSaved
kc-etl schema audit >/dev/null
kc-etl events --demo --limit 3 -q | grep -q Set
code=0
kc-etl events >/dev/null 2>&1 || code=$?
[[ $code == 2 ]] || {
  echo "error: without an address the exit code is $code" >&2
  exit 1
}
echo "the tarball $tarball installs and runs ($(wc -c <"$work/$tarball") bytes)"

#!/usr/bin/env bash
# Writes package-lock.json anew, away from node_modules: npm, run beside an installed tree, forgets the optional
# parts of other platforms, and `npm ci` then refuses the lock there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$root"
git ls-files -co --exclude-standard -- 'package.json' '*/package.json' '.npmrc' | while read -r file; do
  mkdir -p "$scratch/$(dirname "$file")"
  cp "$file" "$scratch/$file"
done
[ "${1:-}" = "--from-scratch" ] || cp package-lock.json "$scratch/" 2>/dev/null || true
(cd "$scratch" && npm install --package-lock-only --ignore-scripts)
cp "$scratch/package-lock.json" package-lock.json

#!/usr/bin/env bash
# notes.sh TAG: what CHANGELOG.md tells of the version; fails where the tag is not the version of Cargo.toml, or nothing is told.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
if [ "$1" != "v$version" ]; then
    echo "the tag is $1, and Cargo.toml says $version" >&2
    exit 1
fi
notes=$(awk -v version="$version" '/^## / { told = $2 == version || $2 == "[" version "]"; next } told' "$root/CHANGELOG.md")
if [ -z "$notes" ]; then
    echo "CHANGELOG.md has no section ## $version" >&2
    exit 1
fi
printf '%s\n' "$notes"

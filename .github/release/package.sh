#!/usr/bin/env bash
# package.sh TARGET PROGRAM FOLDER: puts the archive of a release for one target into a folder: the program, completions, manual
# pages, licences. The program must run on this machine. The action downloads archives by these names.
set -euo pipefail
target=$1 program=$2 folder=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cp "$program" "$stage/"
cp "$root"/LICENSE-* "$root/README.md" "$root/CHANGELOG.md" "$stage/"
mkdir "$stage/completions"
for shell in bash elvish fish powershell zsh; do
    "$program" completions "$shell" >"$stage/completions/portolan.$shell"
done
"$program" man --output "$stage/man/man1"
mkdir -p "$folder"
tar -czf "$folder/portolan-$target.tar.gz" -C "$stage" .

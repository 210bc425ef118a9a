#!/usr/bin/env bash
# Finds the program, or gets it, and tells later steps where it is (output `binary`, and PATH).
#
# From the inputs: BINARY, VERSION. Of the action itself: ACTION_REPOSITORY, ACTION_REF.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"

# The name of the release's archive for this machine.
archive() {
    case ${RUNNER_OS-}-${RUNNER_ARCH-} in
    Linux-X64) echo portolan-x86_64-unknown-linux-musl.tar.gz ;;
    Linux-ARM64) echo portolan-aarch64-unknown-linux-musl.tar.gz ;;
    macOS-X64) echo portolan-x86_64-apple-darwin.tar.gz ;;
    macOS-ARM64) echo portolan-aarch64-apple-darwin.tar.gz ;;
    Windows-*) echo portolan-x86_64-pc-windows-msvc.tar.gz ;;
    *) die "there is no release for ${RUNNER_OS-} on ${RUNNER_ARCH-}; name a program with the input binary" ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# download VERSION FOLDER: from the releases of the repository that the action is in, if its checksum is right.
download() {
    local name from
    [[ $1 =~ ^[0-9A-Za-z.+-]+$ ]] || die "the version \`$1\` is none: write one such as v0.1.0"
    [ -n "${ACTION_REPOSITORY-}" ] || die "the repository of the action is not known; name a program with the input binary"
    name=$(archive)
    from=$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/v${1#v}
    for file in "$name" SHA256SUMS; do
        curl --silent --show-error --fail --location --retry 3 --output "$2/$file" "$from/$file" ||
            die "cannot download $from/$file"
    done
    (cd "$2" && grep -F "  $name" SHA256SUMS | sha256 -c - >/dev/null) || die "$name is not the file that SHA256SUMS tells of"
    tar -xzf "$2/$name" -C "$2"
}

# build FOLDER: from the source of the action, which the runner has fetched.
build() {
    command -v cargo >/dev/null ||
        die "there is no cargo to build portolan with; use a release (version: v…), or name a program with the input binary"
    cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$1"
    mv "$1"/bin/portolan* "$1/"
}

if [ -n "${BINARY-}" ]; then
    program=$(command -v "$BINARY") || die "the program \`$BINARY\` is not there"
else
    folder=$(mktemp -d "${RUNNER_TEMP:?}/portolan-program.XXXXXX")
    case ${VERSION:-${ACTION_REF-}} in
    # A tag such as v1 leads to the release that its source is.
    v[0-9]*) download "${VERSION:-$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml")}" "$folder" ;;
    *) if [ -n "${VERSION-}" ]; then download "$VERSION" "$folder"; else build "$folder"; fi ;;
    esac
    program=$folder/portolan
    [ "${RUNNER_OS-}" != Windows ] || program=$program.exe
    printf '%s\n' "$folder" >>"$GITHUB_PATH"
fi
"$program" --version || die "$program cannot be run"
output binary "$program"

# What a change is compared with.
# shellcheck shell=bash disable=SC2034 # `base` is for the script that reads this file

# base_of_change: sets `base`, the options of `portolan diff` that name it.
base_of_change() {
    local commit parents target
    if [ -n "${BASE-}" ]; then
        base=("--base=$BASE")
        return
    fi
    [ -n "${GITHUB_BASE_REF-}" ] || die "mode diff needs the input base, a git revision, where there is no pull request"
    # On a pull request the runner checks out what a merge would give: two parents, of which the first is what was before. The
    # commit names it even where nothing else has been fetched.
    parents=$(git cat-file -p HEAD | sed -n -e 's/^parent //p' -e '/^$/q')
    case ${GITHUB_REF-} in refs/pull/*/merge) commit=$(git rev-parse HEAD) ;; *) commit= ;; esac
    if [ "$commit" = "${GITHUB_SHA-}" ] && [ "$(wc -l <<<"$parents")" -eq 2 ]; then
        target=${parents%%$'\n'*}
        git cat-file -e "$target^{commit}" 2>/dev/null ||
            git fetch --quiet --no-tags --depth=1 origin "$target" ||
            die "the base $target cannot be fetched; check out with fetch-depth: 0"
        base=("--base=$target" --no-merge-base)
        return
    fi
    target=origin/$GITHUB_BASE_REF
    git merge-base HEAD "$target" >/dev/null 2>&1 ||
        die "there is no history in which $target and this commit meet; check out with fetch-depth: 0, or name the input base"
    base=("--base=$target")
}

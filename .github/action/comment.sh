#!/usr/bin/env bash
# Writes the report into the pull request: into the comment that it wrote before, if there is one.
#
# From the inputs: GH_TOKEN, COMMENT, KEY. REPORT and NEWS are of the run, NUMBER is the pull request's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"

most=65536 # characters of a comment

# The number of the token's own comment that starts with the marker.
find_comment() {
    local found id first
    found=$(gh api graphql --paginate -f "owner=${GITHUB_REPOSITORY%%/*}" -f "name=${GITHUB_REPOSITORY#*/}" -F "number=$NUMBER" \
        -F "query=@$here/comments.graphql" --jq "$(cat "$here/comments.jq")") || return
    while read -r id first; do
        if [ "$first" = "$1" ]; then
            printf '%s\n' "$id"
            return
        fi
    done <<<"$found"
}

# The report below its marker; too long a one loses its last lines.
body() {
    local note='The rest is in the summary of the run.'
    printf '%s\n' "$1"
    if [ "$((${#1} + 1 + $(wc -m <"$REPORT")))" -le "$most" ]; then
        cat "$REPORT"
    else
        awk -v left="$((most - ${#1} - ${#note} - 10))" '{ left -= length($0) + 1; if (left < 0) exit; print }' "$REPORT"
        printf '\n%s\n' "$note"
    fi
}

comment() {
    local marker id file
    marker="<!-- portolan-action: $KEY -->"
    id=$(find_comment "$marker") || return
    if [ -z "$id" ] && [ "$NEWS" != true ]; then
        echo 'There is nothing to tell, and no comment that tells something else.'
        return
    fi
    file=$(mktemp "${RUNNER_TEMP:?}/portolan-comment.XXXXXX")
    body "$marker" >"$file"
    if [ -n "$id" ]; then
        gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$file"
    else
        gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F "body=@$file"
    fi
}

if [ "${COMMENT-}" != true ] || [ -z "${GH_TOKEN-}" ] || [ -z "${NUMBER-}" ]; then
    echo 'No comment is asked for, no token is given, or this is no pull request.'
    exit
fi
[[ $KEY =~ ^[A-Za-z0-9._-]+$ ]] || die "the comment-key \`$KEY\` has other characters than letters, digits, dot, dash and underscore"
comment || echo '::warning title=portolan::The comment could not be written; the report is in the summary of the run.' \
    'The token needs pull-requests: write, which pull requests from forks do not get.'

# Shared by the steps of the action. Bash 3.2 is enough, which is what macOS has.
# shellcheck shell=bash

# die MESSAGE: ends the step; the message stands on the run's page.
die() {
    local message=${1//'%'/%25}
    message=${message//$'\r'/%0D}
    printf '::error title=portolan::%s\n' "${message//$'\n'/%0A}"
    exit 2
}

# output NAME VALUE: for later steps. A value is a path or a word of ours, on one line.
output() {
    case $2 in *$'\n'*) die "the output $1 has more than one line" ;; esac
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# show FILE: prints a text into the log. It may come from anyone who opens a pull request, so no line of it may be a command
# to the runner.
show() {
    local token
    [ -s "$1" ] || return 0
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    cat "$1"
    printf '\n::%s::\n' "$token"
}

# fenced LANGUAGE FILE: the text in a Markdown fence that nothing in it can close, short enough for a comment.
fenced() {
    local most=60000 fence
    fence=$(awk '
        { for (rest = $0; match(rest, /`+/); rest = substr(rest, RSTART + RLENGTH)) if (RLENGTH > longest) longest = RLENGTH }
        END { for (i = (longest < 3 ? 3 : longest + 1); i > 0; i--) printf "`" }' "$2")
    printf '\n%s%s\n' "$fence" "$1"
    if [ "$(wc -c <"$2")" -le "$most" ]; then
        cat "$2"
        [ -z "$(tail -c 1 "$2")" ] || echo # a last line without an end
        printf '%s\n' "$fence"
    else
        head -c "$most" "$2" | sed '$d' # the last line may be a part of one
        printf '%s\n\nThe rest is in the log of the run.\n' "$fence"
    fi
}

#!/usr/bin/env bash
# Runs portolan in one of its modes; prints into the log, the job's summary, and a Markdown report for a comment.
#
# From the inputs: MODE, PATHS, ARGS, FAIL_ON, BASE, SARIF; BINARY is the program.
# Outputs: status (what the job shall end with), report, news (is there something to tell?), sarif.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=base.sh
. "$here/base.sh"

work=$(mktemp -d "${RUNNER_TEMP:?}/portolan.XXXXXX")
report=$work/report.md
args=() paths=() status=0 news=false

# Words between white space; no shell looks at them.
read_args() {
    read -r -d '' -a args <<<"${ARGS-}" || true
}

# A path per line; patterns such as docs/*.md are filled in, nothing else is.
read_paths() {
    local line path
    while read -r line; do
        [ -n "$line" ] || continue
        local IFS=
        for path in $line; do paths+=("$path"); done
        unset IFS
    done <<<"${PATHS:-$1}"
}

# portolan COMMAND OPTION...: with the words of `args`, and the paths, none of which is ever taken for an option. What it tells
# goes to a file.
portolan() {
    local command=$1
    shift
    "$BINARY" "$command" ${args[@]+"${args[@]}"} "$@" -- "${paths[@]}" 2>"$work/told"
}

# The option that says what makes the status 1, for the commands that have it.
fail_on() {
    case ${FAIL_ON-} in '' | never) ;; *) printf -- '--fail-on=%s' "$FAIL_ON" ;; esac
}

# Adds what could not be read, or why nothing could be run.
report_trouble() {
    [ "$status" -lt 2 ] && return
    news=true
    printf '\n**A part could not be read, or portolan could not run:**\n' >>"$report"
    fenced text "$work/told" >>"$report"
}

run_check() {
    local limit
    limit=$(fail_on)
    portolan check ${limit:+"$limit"} --format=text >"$work/findings" || status=$?
    show "$work/told"
    show "$work/findings"
    printf '### portolan check\n' >"$report"
    [ ! -s "$work/findings" ] || fenced text "$work/findings" >>"$report"
    ! grep -qE '^(error|warning|info)\[' "$work/findings" || news=true
    report_trouble
    if [ "${SARIF-}" = true ]; then
        portolan check --format=sarif >"$work/portolan.sarif" || [ -s "$work/portolan.sarif" ] || return 0
        output sarif "$work/portolan.sarif"
    else
        portolan check --format=github || true # these are commands to the runner: annotations
    fi
}

run_inject() {
    portolan inject --check >"$work/diff" || status=$?
    show "$work/told"
    show "$work/diff"
    if [ "$status" = 0 ]; then
        printf '### portolan inject\n\nEvery block is fresh.\n' >"$report"
    else
        news=true
        printf '### portolan inject\n' >"$report"
        fenced text "$work/told" >>"$report"
        [ ! -s "$work/diff" ] || fenced diff "$work/diff" >>"$report"
    fi
}

run_diff() {
    local base limit
    base_of_change
    portolan diff "${base[@]}" --fail-on=any >"$report" || status=$?
    show "$work/told"
    show "$report"
    [ "$status" = 0 ] || news=true
    report_trouble
    if [ "$status" = 1 ]; then # Something differs: is it what fails?
        limit=$(fail_on)
        status=0
        portolan diff "${base[@]}" ${limit:+"$limit"} >/dev/null || status=$?
    fi
}

read_args
case ${MODE-} in
check) read_paths . && run_check ;;
inject) read_paths README.md && run_inject ;;
diff) read_paths . && run_diff ;;
*) die "the mode \`${MODE-}\` is none: write check, inject or diff" ;;
esac
[ "${FAIL_ON-}" != never ] || [ "$status" != 1 ] || status=0

cat "$report" >>"$GITHUB_STEP_SUMMARY"
output status "$status"
output report "$report"
output news "$news"

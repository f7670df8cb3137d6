# tests/checks/lib.sh -- what the checks of CI share: TAP around whole commands.
#
#     . "$(dirname "$0")/lib.sh"
#     step "gcc builds without a warning" build gcc
#     finish
#
# A step's output goes to build-checks/; its end is shown when it fails.
# shellcheck shell=sh
set -u
PROJECT=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$PROJECT" || exit 1
LC_ALL=C
export PROJECT LC_ALL
unset CMOCKA_MESSAGE_OUTPUT HARNESS_OPTIONS
mkdir -p build-checks
steps=0 failures=0

step() { # NAME COMMAND...
        steps=$((steps + 1))
        name=$1
        shift
        log=build-checks/$(basename "$0" .t)-$steps.log
        if "$@" >"$log" 2>&1 </dev/null; then
                echo "ok $steps - $name"
        else
                echo "not ok $steps - $name"
                tail -n 60 "$log" | sed 's/^/# /'
                failures=$((failures + 1))
        fi
}

finish() {
        echo "1..$steps"
        [ $failures -eq 0 ]
        exit
}

# bench/lib.sh -- what the benchmarks share: turns, medians, a scratch folder.
#
# Programs that are compared take turns in one run, so that a busy machine is
# busy for all of them; the first turn warms up and does not count.
# shellcheck shell=sh
set -eu
PROJECT=$(cd "$(dirname "$0")/.." && pwd -P)
BUILD=${1:-build}
case $BUILD in /*) ;; *) BUILD=$PROJECT/$BUILD ;; esac
EMBARGO=$BUILD/embargo
TURNS=${TURNS:-5}
LC_ALL=C
NO_COLOR=1
SOURCE_DATE_EPOCH=1767225600
export PROJECT EMBARGO LC_ALL NO_COLOR SOURCE_DATE_EPOCH
[ -x "$EMBARGO" ] || { echo "bench: $EMBARGO is not built (make build)" >&2; exit 1; }

scratch=$(mktemp -d "${TMPDIR:-/tmp}/embargo-bench-XXXXXX")
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

turn() { # NAME COMMAND...: one turn of NAME, its milliseconds noted
        name=$1
        shift
        began=$(date +%s%N)
        "$@" >"$scratch/out" 2>&1 </dev/null || {
                echo "bench: $name failed:" >&2
                cat "$scratch/out" >&2
                exit 1
        }
        ended=$(date +%s%N)
        echo $(((ended - began) / 1000000)) >>"$scratch/$name.ms"
}

median() { # NAME: of its turns but the first, in milliseconds
        sed 1d "$scratch/$1.ms" | sort -n | awk '{ v[NR] = $1 }
                END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'
}

line() { # NAME WHAT BYTES [PEER]: one line of the result
        ms=$(median "$1")
        peer=
        [ -z "${4:-}" ] || peer=$(median "$4")
        spread=$(sed 1d "$scratch/$1.ms" | sort -n | awk '{ v[NR] = $1 } END { print v[1] "-" v[NR] }')
        echo "$ms $3 ${peer:-0} $spread" | awk -v what="$2" '{
                printf "%-44s %9.0f ms %9s MB/s  (%s)%s\n", what, $1,
                        $2 ? sprintf("%.0f", $2 / 1000 / $1) : "-", $4,
                        $3 ? sprintf("  %.2f of the peer", $1 / $3) : "" }'
}

size() { wc -c <"$1" | tr -d ' '; }

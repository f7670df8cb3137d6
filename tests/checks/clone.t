#!/bin/sh
# A clean clone builds, installs, and the installed program makes its report.
. "$(dirname "$0")/lib.sh"
git rev-parse -q --verify HEAD >/dev/null 2>&1 || { echo "1..0 # SKIP nothing is committed"; exit; }
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT

installed() {
        cd "$there" && PATH=$there/usr/bin:$PATH && embargo init case --regime dprk &&
        cd case && embargo add "$there/usr/share/embargo/examples/dprk-2022" &&
        embargo find && embargo report && test -s report/index.html
}

step "clone" git clone -q . "$there/clone"
# What was compiled for the tree need not be compiled again for its clone, where there is ccache.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR="$there/clone"
step "build" make -C "$there/clone" build PREFIX="$there/usr"
step "install" make -C "$there/clone" install PREFIX="$there/usr"
rm -rf "$there/clone"
step "the installed program makes its report without the tree" installed
finish

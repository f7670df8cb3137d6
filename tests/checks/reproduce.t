#!/bin/sh
# Same source, same bytes: the program and the demo's report from two folders.
. "$(dirname "$0")/lib.sh"
export SOURCE_DATE_EPOCH=1767225600
one=$(mktemp -d) two=$(mktemp -d)
trap 'rm -rf "$one" "$two"' EXIT

copy() { # the tree as it would be committed, into $one/here and $two/some/where/else
        mkdir -p "$one/here" "$two/some/where/else" &&
        git ls-files -co --exclude-standard -z | tar --null -T - -cf "$one/tree.tar" &&
        tar -C "$one/here" -xf "$one/tree.tar" &&
        tar -C "$two/some/where/else" -xf "$one/tree.tar"
}

build() { # FOLDER
        cd "$1" && tools/configure build && ninja -C build && build/embargo demo
}

same() { # PATH below each
        cmp "$one/here/$1" "$two/some/where/else/$1"
}

step "two copies of the tree" copy
step "the first builds and reports" build "$one/here"
cd "$PROJECT" || exit 1
step "the second builds and reports" build "$two/some/where/else"
cd "$PROJECT" || exit 1
step "the program is the same, byte for byte" same build/embargo
step "the report is the same, byte for byte" same build/demo/dprk-2022/report/index.html
step "its data is the same, byte for byte" same build/demo/dprk-2022/report/report.json
finish

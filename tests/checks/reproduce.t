#!/bin/sh
# Same source, same bytes: the program and the demo's report from two folders, of which one is this.
. "$(dirname "$0")/lib.sh"
export SOURCE_DATE_EPOCH=1767225600
# Compiled again, not taken from a cache.
export CCACHE_DISABLE=1
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
copy=$there/some/where/else

copied() { # the tree as it would be committed
        mkdir -p "$copy" &&
        git ls-files -co --exclude-standard -z | tar --null -T - -cf "$there/tree.tar" &&
        tar -C "$copy" -xf "$there/tree.tar"
}

# Only the program is compared, so only the program is built; with the options of build/, which say where it will be installed.
build() { # TREE, FOLDER FOR CASES
        # shellcheck disable=SC2046  # a list of words
        cd "$1" && tools/configure build $(head -n 1 "$PROJECT/build/configured.with" 2>/dev/null) && ninja -C build embargo && build/embargo demo "$2/case"
}

same() { # PATH below each
        cmp "$there/one/$1" "$there/two/deeper/$1"
}

mkdir -p "$there/one" "$there/two/deeper"
step "a copy of the tree" copied
step "this tree builds and reports" build "$PROJECT" "$there/one"
cd "$PROJECT" || exit 1
step "the copy builds and reports" build "$copy" "$there/two/deeper"
cd "$PROJECT" || exit 1
step "the program is the same, byte for byte" cmp build/embargo "$copy/build/embargo"
step "the report is the same, byte for byte" same case/report/index.html
step "its data is the same, byte for byte" same case/report/report.json
finish

#!/bin/sh
# Both compilers take the whole tree, tests included, without a warning.
. "$(dirname "$0")/lib.sh"

build() { # FOLDER, C COMPILER, C++ COMPILER
        CC=$2 CXX=$3 tools/configure "$1" --werror && ninja -C "$1"
}

# CI has just made build/ with -Werror: then nothing is left to compile.
if head -n 1 build/configured.with 2>/dev/null | grep -qe --werror && grep -q 'C compiler for the host machine:.*(gcc ' build/meson-logs/meson-log.txt
then step "gcc builds without a warning" ninja -C build
else step "gcc builds without a warning" build build-check-gcc gcc g++
fi
step "clang builds without a warning" build build-check-clang-14 clang-14 clang++-14
finish

#!/bin/sh
# Both compilers take the whole tree, tests included, without a warning.
. "$(dirname "$0")/lib.sh"

build() { # C COMPILER, C++ COMPILER
        CC=$1 CXX=$2 tools/configure "build-check-$1" --werror && ninja -C "build-check-$1"
}

step "gcc builds without a warning" build gcc g++
step "clang builds without a warning" build clang-14 clang++-14
finish

#!/bin/sh
# Unit and command line tests under the address and undefined-behaviour
# sanitizers; then every corpus file through its fuzz target.
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

build() {
        CC=gcc CXX=g++ tools/configure build-check-asan --buildtype=debugoptimized \
                -Db_sanitize=address,undefined -Db_lundef=false && ninja -C build-check-asan
}

step "the sanitizers' build" build
step "unit tests under the sanitizers" tools/run-tests build-check-asan unit
step "command line tests under the sanitizers" tools/run-tests build-check-asan cli
step "the fuzz targets build" tools/fuzz-build
step "every corpus file goes through its target" tools/fuzz-replay
finish

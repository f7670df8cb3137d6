# The front door.  Each target first sees to what it needs (tools/setup names
# the missing Debian packages and installs them), then builds, then runs.
#
#   make demo     the example case, its findings and its report
#   make test     unit, command line, fault, layer and style tests
#   make check    everything CI does: two compilers, sanitizers, corpora, ...
#   make bench    the benchmarks (bench/README.md)
#   make fuzz     each fuzz target for SECONDS seconds
#   make install  into PREFIX (/usr/local), below DESTDIR if that is set
#   make bless    write the expected output of tests/cli anew

BUILD   = build
PREFIX  = /usr/local
STRICT  =
SECONDS = 30

.PHONY: all build demo test check bench fuzz install bless clean
all: build

build:
	@tools/setup build
	@tools/configure $(BUILD) -Dprefix=$(PREFIX) $(STRICT)
	@ninja -C $(BUILD)

demo: build
	@$(BUILD)/embargo demo

test:
	@tools/setup build test
	@tools/setup pages || echo "make: going on without: tests/pages will be skipped"
	@$(MAKE) --no-print-directory build
	@tools/run-tests $(BUILD)

check:
	@.ci/run

bench:
	@tools/setup build bench
	@$(MAKE) --no-print-directory build
	@bench/run $(BUILD)

fuzz:
	@tools/setup build fuzz
	@tools/fuzz-build
	@tools/fuzz-run $(SECONDS)

install: build
	@meson install -C $(BUILD) --no-rebuild

bless: build
	@tests/cli/run --bless $(BUILD)

clean:
	rm -rf $(BUILD) build-*

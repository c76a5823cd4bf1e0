# Holdfast. `make` builds build/holdfast and build/holdfastd; `make help` lists the rest.
BUILD  ?= build
CC     ?= gcc
CSTD   := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
WARN   := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
CFLAGS ?= -O2 -g
SAN    ?=
ifdef CI
WARN   += -Werror
endif
PKGS_INSPECT := inih libpcre2-8 libutf8proc libarchive expat jansson libxxhash
PKGS_DAEMON := fuse3 libgit2 libseccomp libcrypto zlib lmdb $(PKGS_INSPECT)
PKGS_CLI    := libgit2 libseccomp libcrypto zlib lmdb $(PKGS_INSPECT)
ALL_CFLAGS  := $(CSTD) $(WARN) $(CFLAGS) $(SAN) -Ifsd -I. -pthread $(shell pkg-config --cflags $(PKGS_DAEMON) 2>/dev/null)

# What has to be installed: to build, to run, and for the tests of `make check`. All small; `make deps` installs what is missing.
PACKAGES_BUILD := gcc libc6-dev pkg-config libfuse3-dev libgit2-dev libmagic-dev libxxhash-dev libcmocka-dev libssl-dev \
                  libinih-dev libjansson-dev libseccomp-dev zlib1g-dev libarchive-dev libexpat1-dev \
                  libpcre2-dev libutf8proc-dev liblmdb-dev
PACKAGES_RUN   := git openssh-client passwd
PACKAGES_TEST  := vim-tiny rsync sqlite3 attr
PACKAGES       := $(PACKAGES_BUILD) $(PACKAGES_RUN) $(PACKAGES_TEST)

# A module's objects become one archive; the order below is the layering, highest first.
MODULES := proc cli control mount save tell guard recall inspect analyse draft sensitive contact words index extract policy record config event base
src = $(wildcard fsd/$(1)/*.c $(if $(filter policy,$(1)),policy/*.c))
obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(call src,$(1)))
lib = $(patsubst %,$(BUILD)/lib%.a,$(1))

DAEMON_MODULES := mount save tell guard recall inspect analyse draft sensitive contact words index extract policy control record config event base
CLI_MODULES    := control recall record inspect analyse draft sensitive contact words index extract policy config event base
DAEMON_LIBS := $(shell pkg-config --libs $(PKGS_DAEMON) 2>/dev/null) -lmagic
CLI_LIBS    := $(shell pkg-config --libs $(PKGS_CLI) 2>/dev/null) -lmagic

HOOK_PROGRAMS := $(BUILD)/holdfast-notify $(BUILD)/holdfast-json-lines
all: $(BUILD)/holdfast $(BUILD)/holdfastd $(HOOK_PROGRAMS)

$(BUILD)/holdfastd: $(call obj,proc) $(call lib,$(DAEMON_MODULES))
	$(CC) $(SAN) $(LDFLAGS) -pthread -o $@ $(call obj,proc) -Wl,--start-group $(call lib,$(DAEMON_MODULES)) -Wl,--end-group $(DAEMON_LIBS)
$(BUILD)/holdfast: $(call obj,cli) $(call lib,$(CLI_MODULES))
	$(CC) $(SAN) $(LDFLAGS) -pthread -o $@ $(call obj,cli) -Wl,--start-group $(call lib,$(CLI_MODULES)) -Wl,--end-group $(CLI_LIBS)

# The programs of hooks/events: they know nothing of fsd/.
$(BUILD)/holdfast-notify: hooks/events/notify.c hooks/events/event.c
$(BUILD)/holdfast-json-lines: hooks/events/json_lines.c hooks/events/event.c
$(HOOK_PROGRAMS): hooks/events/event.h
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CFLAGS) $(SAN) -Ihooks/events -o $@ $(filter %.c,$^) $(LDFLAGS) $(shell pkg-config --cflags --libs jansson 2>/dev/null)

define module_rule
$(BUILD)/lib$(1).a: $(call obj,$(1))
	@rm -f $$@; ar rcs $$@ $$^
endef
$(foreach m,$(MODULES),$(eval $(call module_rule,$(m))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# tests/unit/<module>/test_x.c links its module and every module below it: `make unit-record` runs one module's tests.
below = $(shell echo $(MODULES) | tr ' ' '\n' | sed -n '/^$(1)$$/,$$p')
unit_bins = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/$(1)/test_*.c))
define unit_rule
$(BUILD)/unit/$(1)/%: tests/unit/$(1)/%.c $$(call lib,$$(call below,$(1))) $(wildcard tests/unit/$(1)/*.h)
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) -Itests -o $$@ $$< -Wl,--start-group $$(call lib,$$(call below,$(1))) -Wl,--end-group $(LDFLAGS) $(DAEMON_LIBS) -lcmocka
unit-$(1): $$(call unit_bins,$(1))
	@for t in $$^; do echo "== $$$$t"; $$$$t || exit 1; done
endef
$(foreach m,$(MODULES),$(eval $(call unit_rule,$(m))))
unit: $(foreach m,$(MODULES),$(if $(wildcard tests/unit/$(m)/test_*.c),unit-$(m)))

# Programs that the end-to-end tests and the bench run; they know nothing of fsd/.
E2E_PROGRAMS := $(BUILD)/e2e/tool $(BUILD)/e2e/posix $(BUILD)/e2e/fsx
BENCH_PROGRAMS := $(BUILD)/bench/bench $(BUILD)/bench/maintain $(BUILD)/bench/index $(BUILD)/bench/inspect
$(BUILD)/e2e/tool: tests/e2e/tool.c tests/e2e/tool_load.c tests/e2e/tool_base.c
$(BUILD)/e2e/posix: tests/e2e/posix.c
$(BUILD)/e2e/fsx: tests/e2e/fsx.c tests/e2e/tool_base.c
$(BUILD)/bench/bench: tests/bench/bench.c tests/e2e/tool_base.c
$(E2E_PROGRAMS) $(BUILD)/bench/bench: tests/e2e/tool.h
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(CFLAGS) -Itests -o $@ $(filter %.c,$^) -lcrypto
$(BUILD)/bench/maintain: tests/bench/maintain.c $(call lib,record config event base)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(CLI_LIBS)
$(BUILD)/bench/index: tests/bench/index.c $(call lib,index base)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(CLI_LIBS)

$(BUILD)/bench/inspect: tests/bench/inspect.c $(call lib,inspect analyse draft sensitive contact words extract policy config event base)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(DAEMON_LIBS)

tests: all $(foreach m,$(MODULES),$(call unit_bins,$(m))) $(E2E_PROGRAMS)
e2e: all $(E2E_PROGRAMS)
	@BUILD=$(BUILD) tests/run e2e

# ---- what a person or CI asks for ----

JOBS := -j$(shell nproc)
submake = +@$(MAKE) --no-print-directory

deps:
	@tests/deps.sh $(PACKAGES)
CHECK_TESTS ?= unit e2e
check:
	$(submake) deps
	$(submake) $(JOBS) tests
	@BUILD=$(BUILD) tests/run $(CHECK_TESTS)
check-roots:
	@tests/roots.sh bookworm trixie

# The same tests against a daemon built with a sanitizer. Slower, so the time limits are stretched.
SANITIZED_TESTS ?= unit e2e
asan:
	$(submake) $(JOBS) BUILD=build/asan SAN="-fsanitize=address -fno-omit-frame-pointer" tests
	@BUILD=build/asan SANITIZED=asan SLOW=4 tests/run $(SANITIZED_TESTS)
ubsan:
	$(submake) $(JOBS) BUILD=build/ubsan SAN="-fsanitize=undefined -fno-omit-frame-pointer" tests
	@BUILD=build/ubsan SANITIZED=ubsan SLOW=2 tests/run $(SANITIZED_TESTS)
tsan: # without address randomisation: its shadow memory has fixed places
	$(submake) $(JOBS) BUILD=build/tsan SAN="-fsanitize=thread -fno-omit-frame-pointer -Wno-tsan" tests
	@BUILD=build/tsan TSAN_OPTIONS=report_thread_leaks=0 SANITIZED=tsan SLOW=6 setarch -R tests/run $(SANITIZED_TESTS)

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz:
	@command -v clang >/dev/null || { echo "fuzz: clang is not installed"; exit 1; }
	$(submake) $(JOBS) BUILD=build/fuzz CC=clang WARN="-Wall -Wextra" SAN="-fsanitize=address,undefined,fuzzer-no-link" $(FUZZERS)
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS)
$(FUZZERS): build/fuzz/%: tests/fuzz/%.c $(patsubst %,build/fuzz/lib%.a,control guard recall inspect analyse draft sensitive contact words index extract policy record config event base)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -Wno-missing-prototypes -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(DAEMON_LIBS)

# How well files are told apart, on a corpus that is made anew from a seed.
ACCURACY_SEED ?= 1
accuracy: all
	@rm -rf $(BUILD)/accuracy $(BUILD)/accuracy2 && mkdir -p $(BUILD)
	@python3 tests/accuracy/corpus.py --out $(BUILD)/accuracy --seed $(ACCURACY_SEED)
	@python3 tests/accuracy/second.py --out $(BUILD)/accuracy2 --seed $(ACCURACY_SEED)
	@python3 tests/accuracy/accuracy.py --corpus $(BUILD)/accuracy --corpus $(BUILD)/accuracy2 \
	  --holdfast $(BUILD)/holdfast --policy policy/packs

# What refit.py fits the weights of draft/evidence.c to: `make refit TEXTS=... CORPORA=... REFIT=--write`; see there.
$(BUILD)/accuracy-evidence: tests/accuracy/evidence.c $(call lib,$(call below,inspect))
	$(CC) $(ALL_CFLAGS) -Wl,--wrap=draft_measure -o $@ $< -Wl,--start-group $(call lib,$(call below,inspect)) -Wl,--end-group \
	  $(LDFLAGS) $(DAEMON_LIBS)
TEXTS   ?= tests/accuracy/texts.txt tests/accuracy/written/dev tests/unit/draft/draft_texts.h tests/unit/draft/other_texts.h
CORPORA ?=
refit: $(BUILD)/accuracy-evidence
	@python3 tests/accuracy/refit.py --evidence $< $(addprefix --texts ,$(TEXTS)) $(addprefix --corpus ,$(CORPORA)) $(REFIT)

accuracy-written: all # texts written by hand, which the detector still has to learn from: no verdict
	@for set in dev held; do echo "$$set:"; python3 tests/accuracy/accuracy.py --corpus tests/accuracy/written/$$set \
	  --holdfast $(BUILD)/holdfast --policy policy/packs --least 0 | grep -E 'precision'; done

bench-programs: $(BENCH_PROGRAMS)
bench: all $(BENCH_PROGRAMS)
	@BUILD=$(BUILD) tests/bench/bench.sh
demo:
	$(submake) deps
	$(submake) $(JOBS) all
	@BUILD=$(BUILD) ONCE=$(ONCE) tests/demo.sh

layers:
	@tests/layers.sh
lint:
	@tests/lint.sh

PREFIX ?= /usr/local
install: all
	install -D -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/holdfast
	install -D -t $(DESTDIR)$(PREFIX)/sbin $(BUILD)/holdfastd
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/holdfast.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 man/fs.conf.5 man/holdfast.policy.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 man/holdfastd.8
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/holdfast/packs policy/packs/*.policy policy/packs/*.test
	install -D -t $(DESTDIR)$(PREFIX)/libexec/holdfast $(HOOK_PROGRAMS)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/holdfast/hooks hooks/README.md
	for f in on-finding on-save; do sed 's|/usr/local|$(PREFIX)|' hooks/events/$$f >$(BUILD)/$$f && \
	    install -D -t $(DESTDIR)$(PREFIX)/share/doc/holdfast/hooks $(BUILD)/$$f || exit 1; done
	install -D -m 644 fs.conf.example $(DESTDIR)$(PREFIX)/share/doc/holdfast/fs.conf.example
dist:
	@mkdir -p $(BUILD)
	git archive --prefix=holdfast/ -o $(BUILD)/holdfast.tar.gz HEAD

help:
	@printf '%s\n' \
	  "make              build/holdfast and build/holdfastd" \
	  "sudo make check   install what is missing, build, run unit and end-to-end tests" \
	  "sudo make demo    the same, then a mounted folder whose saves you can watch (ONCE=1: leave at the end)" \
	  "make unit-record  the unit tests of one module;   sudo make e2e   the end-to-end tests" \
	  "sudo make asan | ubsan | tsan   the tests with a sanitizer (SANITIZED_TESTS=\"unit crash\")" \
	  "make accuracy     how well files are told apart, on two corpora made from ACCURACY_SEED" \
	  "make fuzz         each parser for FUZZ_SECONDS;   sudo make bench   the figures, beside two other file systems" \
	  "make layers lint  includes point down only; format and static checks" \
	  "sudo make check-roots   check and demo in fresh Debian 12 and 13" \
	  "make install dist clean"

clean:
	rm -rf $(BUILD)

.PHONY: all clean unit tests e2e deps check check-roots asan ubsan tsan fuzz accuracy accuracy-written refit bench bench-programs demo layers lint install dist help \
        $(foreach m,$(MODULES),unit-$(m))
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

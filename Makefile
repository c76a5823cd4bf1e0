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
PKGS_DAEMON := fuse3 libgit2 libseccomp inih jansson libcrypto zlib libxxhash
PKGS_CLI    := libgit2 inih jansson libcrypto zlib libxxhash
ALL_CFLAGS  := $(CSTD) $(WARN) $(CFLAGS) $(SAN) -Ifsd -pthread $(shell pkg-config --cflags $(PKGS_DAEMON))

# A module's objects become one archive; the order below is the layering, highest first.
MODULES := proc cli control mount save inspect record config event base
src = $(wildcard fsd/$(1)/*.c)
obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(call src,$(1)))
lib = $(patsubst %,$(BUILD)/lib%.a,$(1))

DAEMON_MODULES := mount save inspect control record config event base
CLI_MODULES    := control record inspect config event base
DAEMON_LIBS := $(shell pkg-config --libs $(PKGS_DAEMON)) -lmagic
CLI_LIBS    := $(shell pkg-config --libs $(PKGS_CLI))

all: $(BUILD)/holdfast $(BUILD)/holdfastd

$(BUILD)/holdfastd: $(call obj,proc) $(call lib,$(DAEMON_MODULES))
	$(CC) $(SAN) $(LDFLAGS) -pthread -o $@ $(call obj,proc) -Wl,--start-group $(call lib,$(DAEMON_MODULES)) -Wl,--end-group $(DAEMON_LIBS)
$(BUILD)/holdfast: $(call obj,cli) $(call lib,$(CLI_MODULES))
	$(CC) $(SAN) $(LDFLAGS) -pthread -o $@ $(call obj,cli) -Wl,--start-group $(call lib,$(CLI_MODULES)) -Wl,--end-group $(CLI_LIBS)

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
$(BUILD)/unit/$(1)/%: tests/unit/$(1)/%.c $$(call lib,$$(call below,$(1)))
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) -Itests -o $$@ $$< -Wl,--start-group $$(call lib,$$(call below,$(1))) -Wl,--end-group $(LDFLAGS) $(DAEMON_LIBS) -lcmocka
unit-$(1): $$(call unit_bins,$(1))
	@for t in $$^; do echo "== $$$$t"; $$$$t || exit 1; done
endef
$(foreach m,$(MODULES),$(eval $(call unit_rule,$(m))))
unit: $(foreach m,$(MODULES),$(if $(wildcard tests/unit/$(m)/test_*.c),unit-$(m)))

clean:
	rm -rf $(BUILD)

.PHONY: all clean unit $(foreach m,$(MODULES),unit-$(m))
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

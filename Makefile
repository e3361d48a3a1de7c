# The commands of hufu. The build itself is meson's; this file only names what people type.
BUILD ?= build

.PHONY: all run test demo bench install check clean packages

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja: | packages
	meson setup $(BUILD)

packages:
	@tool/install-packages tool/packages-run.txt

# An evaluation instance under ./var: made if there is none, started, ended by Ctrl-C.
run: packages
	@$(MAKE) --no-print-directory $(BUILD)/build.ninja
	@ninja -C $(BUILD) programs
	@tool/run $(BUILD) var

# Everything that can be tested; ends with a line "N passed, N failed".
test:
	@tool/install-packages tool/packages-run.txt tool/packages-test.txt
	@tool/run-tests

# The whole job by itself: make demo OUT=dir [KEEP=1]
demo: packages
	@$(MAKE) --no-print-directory $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet
	@tool/demo $(BUILD) "$(OUT)" $(if $(KEEP),--keep)

bench: packages
	@[ -d $(BUILD)-release ] || meson setup $(BUILD)-release --buildtype=release -Dtests=false >/dev/null
	@ninja -C $(BUILD)-release --quiet
	@bench/run $(BUILD)-release

check: all
	@tool/check-all $(BUILD)

install: all
	meson install -C $(BUILD)

clean:
	rm -rf $(BUILD) $(BUILD)-*

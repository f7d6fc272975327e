# make test    everything that a change has to pass, on SQLite and on PostgreSQL
# scripts/judge-mails, judge-postfix   what public tools say of our mails
# make audit   known vulnerabilities in dependencies; fetches the advisory database from GitHub
# make format  bring the code into its form
# make demo    a working system with invented alumni

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
TOOLS := $(TARGET)/tools
UI := src/web/ui
# An own place for the packages that only checks and tests use.
UI_CHECK := $(TARGET)/ui-check
CARGO_DENY := $(TOOLS)/bin/cargo-deny-0.20.2
CARGO_MACHETE := $(TOOLS)/bin/cargo-machete-0.9.2

.PHONY: test check-format check-ui check-dependencies lint test-engines audit format demo
.NOTPARALLEL:

test: check-format check-ui check-dependencies lint
	scripts/test-services $(MAKE) --no-print-directory test-engines

check-format:
	cargo fmt --check

check-ui: $(UI_CHECK)/installed
	$(UI_CHECK)/node_modules/.bin/tsc --noEmit --project $(UI)/tsconfig.json

# Advisories are left out: their database lives on GitHub, which a closed network lacks.
check-dependencies: $(CARGO_DENY) $(CARGO_MACHETE)
	$(CARGO_DENY) --locked check bans licenses sources
	$(CARGO_MACHETE) --skip-target-dir
	@echo "Known vulnerabilities were not looked up: 'make audit' does that, where GitHub can be reached."

lint:
	cargo clippy --locked --all-targets -- -D warnings

# Started by test-services, which says where PostgreSQL and the browser are. With REQUIRE_SERVICES a test
# that misses its service fails; without, it says that it was not run.
test-engines: export BREVDUVA_TEST_REQUIRE_SERVICES := 1
test-engines: export BREVDUVA_TEST_AXE := $(UI_CHECK)/node_modules/axe-core/axe.min.js
test-engines: $(UI_CHECK)/installed
	BREVDUVA_TEST_ENGINE=sqlite cargo test --locked
	BREVDUVA_TEST_ENGINE=postgres cargo test --locked
	scripts/crash-send 20 --binary $(TARGET)/debug/brevduva

audit: $(CARGO_DENY)
	$(CARGO_DENY) --locked check advisories

format:
	cargo fmt

demo:
	cargo run --release -- demo

$(UI_CHECK)/installed: $(UI)/package.json $(UI)/package-lock.json $(UI)/.npmrc
	@command -v npm >/dev/null || { echo "npm was not found: install Node.js 20 or newer with npm" >&2; exit 1; }
	mkdir -p $(UI_CHECK)
	cp $^ $(UI_CHECK)
	cd $(UI_CHECK) && npm ci --ignore-scripts --no-progress --loglevel=error
	touch $@

# The tools run a few seconds, so they are built for a quick build rather than for speed.
$(TOOLS)/bin/cargo-%:
	CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		cargo install --locked --root $(TOOLS) --force $(shell echo $* | sed 's/\(.*\)-\([0-9.]*\)$$/cargo-\1@\2/')
	mv $(TOOLS)/bin/cargo-$(shell echo $* | sed 's/-[0-9.]*$$//') $@

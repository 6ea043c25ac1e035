# Akkoord's commands. `make help` lists them.
# They install what they need by themselves; all they ask of a machine is Rust (rustup) and Node.js.

export CARGO_TARGET_DIR ?= target
export AKKOORD_SITE ?= dist
export PATH := $(CURDIR)/tools/bin:$(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

# FAST=1 builds the app for the browser in a quarter of the time and many times the size.
WASM_PROFILE := $(if $(FAST),dev,wasm-release)
WASM := $(CARGO_TARGET_DIR)/wasm32-unknown-unknown/$(if $(FAST),debug,wasm-release)
WASM32 := -p akkoord-app --lib --no-default-features --target wasm32-unknown-unknown
HYDRATE := $(WASM32) --features hydrate,table,pages
# As a library for the browser alone: with the one for the server beside it, cargo leaves out optimising
# across crates, and the app is a seventh larger.
BROWSER := --crate-type cdylib --profile $(WASM_PROFILE)
# The table and the pages around it are two apps, so that nobody at a table waits for the rest. In a hurry they are one.
HALVES := $(if $(FAST),,table pages)

STYLE_NPM := style/node_modules/.package-lock.json
BROWSER_NPM := end2end/node_modules/.package-lock.json

.PHONY: help run watch site server test core server-test e2e check bench screenshots clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: site server ## the demonstration, on this machine only; prints its address
	@echo "· starting the demonstration; stop it with Ctrl-C"
	@exec "$(CARGO_TARGET_DIR)/release/akkoord" demo

watch: $(STYLE_NPM) ## the same, rebuilt at every change (installs cargo-leptos the first time)
	@scripts/tools.sh rust wasm leptos
	PATH="$(CURDIR)/style/node_modules/.bin:$$PATH" cargo leptos watch -- demo

# ---- building

site: $(STYLE_NPM) ## what the browser gets: app, style, public files, in dist/ (FAST=1: quick and large)
	@scripts/tools.sh rust wasm
	@echo "· building the app for the browser"
	@set -e; for half in $(HALVES); do \
		cargo rustc $(WASM32) --features hydrate,$$half $(BROWSER); \
		cp "$(WASM)/akkoord_app.wasm" "$(WASM)/akkoord_$$half.wasm"; \
	done
	@$(if $(FAST),cargo rustc $(HYDRATE) $(BROWSER))
	@node scripts/site.mjs --wasm "$(WASM)" --out "$(AKKOORD_SITE)" $(if $(FAST),--fast)

server: ## the server, optimised
	@scripts/tools.sh rust
	@echo "· building the server"
	@cargo build -p akkoord-server --release

$(STYLE_NPM): style/package-lock.json
	@scripts/tools.sh nodejs
	@echo "· fetching the style packages (npm)"
	@cd style && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BROWSER_NPM): end2end/package-lock.json
	@scripts/tools.sh nodejs
	@echo "· fetching the browser test packages (npm)"
	@cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# ---- testing

test: core server-test e2e ## everything: the rules, the app and the server, people in a browser

core: ## the rules: seconds
	@scripts/tools.sh rust
	cargo test -p akkoord

server-test: ## the app and the server
	@scripts/tools.sh rust readers
	cargo test -p akkoord-app -p akkoord-paper -p akkoord-server

# The server under the browser is the one the server's tests have just built.
e2e: $(BROWSER_NPM) site ## people at a table, in a real browser (ARGS="…" goes to Playwright)
	@scripts/tools.sh chromium
	@cargo test -p akkoord-app -p akkoord-paper -p akkoord-server --no-run --quiet
	cd end2end && npx playwright test --project=table $(ARGS)

screenshots: $(BROWSER_NPM) site ## the pictures in docs/, taken anew
	@scripts/tools.sh chromium
	@cargo test -p akkoord-app -p akkoord-paper -p akkoord-server --no-run --quiet
	cd end2end && npx playwright test --project=pictures $(ARGS)

bench: ## loads against their floor, in one run, three minutes (ARGS="--full" takes half an hour)
	@scripts/tools.sh rust
	cargo bench -p akkoord-server --bench table -- $(ARGS)

check: ## form, lints, licences and sources of what we build on
	@scripts/tools.sh rust wasm deny
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy $(HYDRATE) -- -D warnings
	cargo deny --workspace check bans licenses sources
	@echo "· known vulnerabilities, where the advisory database can be reached"
	@if curl --silent --fail --head --max-time 10 --output /dev/null https://github.com/rustsec/advisory-db; \
		then cargo deny --workspace check advisories; \
		else echo "  SKIPPED: github.com cannot be reached from here, so nothing was checked against the advisories"; fi

clean: ## throws away what was built (not the tools)
	rm -rf "$(AKKOORD_SITE)"
	cargo clean

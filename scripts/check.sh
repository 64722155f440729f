#!/usr/bin/env bash
# The fast part of the tests: format, lints for the server and for the browser, the rules.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
scripts/setup.sh

say "format"
cargo fmt --all --check || fail "run: cargo fmt --all"
say "lints: server"
cargo clippy --workspace --all-targets --features ce-portal/ssr --locked --quiet -- -D warnings
say "lints: browser"
cargo clippy --package ce-portal --lib --target wasm32-unknown-unknown --features hydrate --locked --quiet -- -D warnings
say "rules"
cargo test --package ce-domain --all-features --locked --quiet

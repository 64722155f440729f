#!/usr/bin/env bash
# Measures target/release/ce-portal against the budgets; called by scripts/bench.sh, which builds it first.
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
cd "$ROOT"
say "building the pages written by hand"
cargo build --release --locked --quiet --package ce-bench --bin ce-bare
BENCH_BARE="$CARGO_TARGET_DIR/release/ce-bare" exec node benches/run.mjs

#!/usr/bin/env bash
# Measures target/release/ce-portal against the budgets; called by scripts/bench.sh, which builds it first.
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
cd "$ROOT"
say "building the pages written by hand"
cargo build --release --locked --quiet --package ce-bench --bin ce-bare
say "building what replays records"
cargo build --release --locked --quiet --package ce-domain --example recert_speed --features program-file
stamp=benches/node_modules/.installed
if ! cmp -s benches/package-lock.json "$stamp"; then
    quietly "installing Lighthouse" npm ci --silent --prefix benches
    cp benches/package-lock.json "$stamp"
fi
BENCH_BARE="$CARGO_TARGET_DIR/release/ce-bare" BENCH_RECERT="$CARGO_TARGET_DIR/release/examples/recert_speed" \
    exec node benches/run.mjs

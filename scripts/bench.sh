#!/usr/bin/env bash
# Measures the finished program against the budgets, and writes target/bench/report.json.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
scripts/setup.sh --test
scripts/build.sh
mkdir -p target/bench
[ -x benches/run.sh ] || fail "there is nothing to measure yet (benches/run.sh)"
exec benches/run.sh

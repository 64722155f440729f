#!/usr/bin/env bash
# Every test there is. Stops at the first part that fails; what was built is kept for the next time.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
started=$SECONDS
scripts/setup.sh --test
scripts/check.sh

say "service, on SQLite and on PostgreSQL"
# On a machine that was set up for the tests there is PostgreSQL: half of them must not be left out in silence.
CE_REQUIRE_POSTGRES=1 cargo test --package ce-portal --features ssr --lib --bins --tests --locked

scripts/build.sh
if [ -e end2end/package.json ]; then
    say "browser"
    npm --prefix end2end --silent test
else
    say "browser: there are no browser tests yet (end2end/package.json)"
fi
say "all tests passed in $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"

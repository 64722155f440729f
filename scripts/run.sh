#!/usr/bin/env bash
# Serves a demonstration at http://localhost:3000: its data is in data/ and stays there. `rm -r data` starts over.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
scripts/build.sh
export CE_LOG_FORMAT="${CE_LOG_FORMAT:-text}" CE_LOG="${CE_LOG:-warn}"
exec target/release/ce-portal serve --demo "$@"

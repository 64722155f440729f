#!/usr/bin/env bash
# Serves a demonstration that is built again, and reloaded in the browser, whenever a file changes.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"
scripts/setup.sh
# What is built now is for editing: the next `make build` must not take it for finished.
rm -f target/site.stamp
export CE_LOG_FORMAT="${CE_LOG_FORMAT:-text}"
exec cargo leptos watch -- serve --demo "$@"

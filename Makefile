# What can be done with the project. Each target installs what it misses, tells what it is doing, and can be stopped and
# started again. The work is in scripts/.

.PHONY: help run test dev build bench check
.DEFAULT_GOAL := help

help:            ## shows this list
	@sed -nE 's/^([a-z]+): *## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run:             ## builds and serves a demonstration at http://localhost:3000
	@scripts/run.sh

test:            ## runs every test: format, lints, rules, both databases, pages, browser
	@scripts/test.sh

dev:             ## serves a demonstration that rebuilds and reloads as you edit
	@scripts/dev.sh

build:           ## makes the finished program, one file: target/release/ce-portal
	@scripts/build.sh

bench:           ## measures speed and size against the budgets: target/bench/report.json
	@scripts/bench.sh

check:           ## the fast part of the tests: format, lints, rules
	@scripts/check.sh

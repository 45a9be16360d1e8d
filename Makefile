# Two commands: `make demo` and `make test`. The rest is in `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test bench sbom

# Any FHIR bundles or ndjson, files or folders; made-up patients with their stories unless told.
DATA ?=
# Where the demo listens, on loopback; 0 takes any free port.
PORT ?= 8080
# What the demo's record is on: sqlite, or postgres, which it starts and stops itself.
STORE ?= sqlite
# How fast time passes in the two hospitals of the demo, 0 to 600; a page of it changes it.
PACE ?= 60
# How many resources `make bench` writes.
RESOURCES ?= 1000000

help:
	@echo 'make demo             builds, makes a demo store of made-up patients, serves it on loopback and prints who may sign in'
	@echo '     DATA=PATH        FHIR bundles or ndjson to fill it with, a file or a folder'
	@echo '     PORT=8080        where it listens'
	@echo '     PACE=60          how fast time passes in its two hospitals, where people come and go by themselves'
	@echo '     STORE=postgres   on a PostgreSQL of its own; on SQLite unless told'
	@echo 'make test             everything that has to hold: format, lints, house rules, tables, tests, public suites'
	@echo 'make sbom             the parts of the program with licences and hashes, in CycloneDX: target/rihla.cdx.json'
	@echo 'make bench            what operations cost; DATA=PATH is a folder of bundles to multiply'
	@echo '     RESOURCES=N      how many resources to write, 1,000,000 unless told'

demo:
	@.ci/prepare build $(filter postgres,$(STORE))
	@.ci/demo '$(DATA)' '$(PORT)' '$(STORE)' '$(PACE)'

test:
	@.ci/prepare build browser postgres
	@.ci/test

sbom:
	@.ci/prepare build
	@mkdir -p target
	@cargo run --quiet --package xtask -- sbom target/rihla.cdx.json

bench:
	@.ci/prepare build
	@if [[ -z '$(DATA)' ]]; then echo 'make bench DATA=PATH: name a folder of FHIR bundles'; exit 2; fi
	@cargo build --release --package rihla-server --package xtask
	@cargo run --release --quiet --package xtask -- bench record '$(DATA)' --resources '$(RESOURCES)'

# `make` lists the targets. Every one of them first makes the virtual environment, when the lock file has changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := $(VENV)/.ready-bench

T ?= tests
F ?=
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest

SEED ?= 1

.PHONY: help setup demo test test-all year soak lint fix bench golden docs clean

help:  ## This list
	@printf 'Schoon: make TARGET\n\n'
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST) | tools/plain

setup: $(READY)  ## The virtual environment from the lock file (uv where present, else venv and pip)

$(READY): requirements.lock pyproject.toml tools/setup
	@tools/setup $(VENV) requirements.lock
	@touch $@

$(BENCH): requirements-bench.lock $(READY)
	@tools/setup $(VENV) requirements-bench.lock
	@touch $@ $(READY)

demo: $(READY)  ## The main job, in under a minute: list, scan, hits; reports, notices, what became of them
	@$(BIN)/schoon demo $(if $(KEEP),--keep)

test: $(READY)  ## The fast tests; T=tests/unit/lists for some of them
	@$(BIN)/python tools/present.py
	@$(PYTEST) -n $(WORKERS) -m "not slow and not browser and not postgres" $(T)

test-all: $(READY)  ## Every test, with PostgreSQL, subprocesses and a browser; T=… for some
	@$(BIN)/python tools/present.py --all
	@tools/with-postgres $(PYTEST) -n $(WORKERS) $(T)

year: $(READY)  ## A year of the desk in fast time, 308,430 reports, judged; SEED=7 for another
	@$(BIN)/python -m tests.simulation --seed $(SEED)

soak: $(READY)  ## Long fault, kill and fuzz runs; not part of CI
	@SCHOON_SOAK=1 tools/with-postgres $(PYTEST) -m slow --timeout 7200 $(T)

lint: $(READY)  ## Format, rules, types, import contracts, generated docs; each says how much it saw
	@$(BIN)/python tools/lint.py

fix: $(READY)  ## Format, and the fixes that are safe
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: $(BENCH)  ## The figures beside their peers, written to bench/latest.json; F=exact for one
	@$(BIN)/python -m bench $(F)

golden: $(READY)  ## Rewrite the golden files; review the difference
	@SCHOON_GOLDEN=1 $(PYTEST) -q tests/golden tests/unit/hits/test_statements.py tests/unit/notices/test_letters.py
	@git --no-pager diff --stat -- tests/golden

docs: $(READY)  ## Rewrite what is generated from code: commands, settings, exit codes, OpenAPI
	@$(BIN)/python -m tools.docs

clean:  ## Remove caches and the demo's folder; the virtual environment stays
	@rm -rf demo-work .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Everything sets itself up in .venv from the pinned, hashed lists in requirements/. Only Python 3.11 or newer is needed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test test-peers lint types check bench stories lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: .venv/.run ## start the service with the simulator and made-up people; prints one address
	@$(BIN)/kentongan serve

test: .venv/.dev ## all tests, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist worksteal

test-peers: .venv/.dev ## one story through real HTTP on servers we did not write (installs from npm and PyPI)
	@$(BIN)/python -m tests.peers $(if $(FOLDER),--folder $(FOLDER))

lint: .venv/.dev ## ruff: rules and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.dev ## mypy: strict on handlers/ and routing/
	@$(BIN)/mypy bot handlers routing

check: .venv/.run ## what is wrong with the settings or the regions, line by line
	@$(BIN)/kentongan check

bench: .venv/.dev ## how well messages are understood, beside a baseline
	@$(BIN)/python benchmarks/understanding.py

stories: .venv/.dev ## write down anew what the bot says in tests/dialogues/*.txt; read the difference
	@$(BIN)/python -m pytest tests/dialogues --rewrite || true
	@git diff --stat tests/dialogues

lock: .venv/.dev ## pin the dependencies of pyproject.toml anew, with hashes
	@$(BIN)/python -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv
	@.venv/lock/bin/uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet -o requirements/run.txt
	@.venv/lock/bin/uv pip compile pyproject.toml requirements/build.in --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -c requirements/run.txt -o requirements/dev.txt

clean: ## remove the environment; the data in var/ stays
	@rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kentongan needs Python 3.11 or newer; say which with: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

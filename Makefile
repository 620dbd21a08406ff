# `make test` sets everything up on a machine that has Python 3.11 or later, and runs every check.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: test setup lint types clean

test: setup lint types
	$(BIN)/python -m pytest

setup: .venv/ready

.venv/ready: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache dist

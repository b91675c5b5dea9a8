# Everything here sets itself up: all that is needed beforehand is Python 3.11, 3.12 or 3.13 and make.
#   make PYTHON=/path/to/python3.12 test    takes that interpreter
#   make test ARGS="tests/handlers -k vote" hands the words on

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench lock clean

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= auto

# The first interpreter that is new enough and can make a virtual environment.
SUITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c '$(SUITS)' 2>/dev/null && echo "$$python" && break; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := $(PIP) install --require-hashes --only-binary :all:

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: $(VENV)/.dev ## Make the virtual environment with everything in it

demo: $(VENV)/.runtime ## Open the playground at http://127.0.0.1:8080
	$(BIN)/cabbot demo $(ARGS)

test: $(VENV)/.dev ## Run the tests
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/.dev ## Lint, format, strict types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -p no:cacheprovider tests/test_rooms.py

format: $(VENV)/.dev ## Rewrite the files as `make check` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure Cabbot beside bare handlers (ARGS=slack, ARGS=teams)
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.lock ## Choose dependency versions anew (UPGRADE= keeps what still fits)
	requirements/lock.sh $(VENV)

clean: ## Remove the virtual environment and the caches
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov
	find bot handlers messages storage tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Cabbot needs Python 3.11, 3.12 or 3.13 with its venv module, and found none on this machine." >&2; \
		echo "Install one (Debian, Ubuntu: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp is newer than the lock it stands for, so a changed lock is installed at the next make.
$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(LOCKED) -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime | $(BIN)/python
	$(LOCKED) -r requirements/dev.txt
	@touch $@

$(VENV)/.lock: requirements/lock.txt | $(BIN)/python
	$(LOCKED) -r requirements/lock.txt
	@touch $@

# FlowPilot. `make run` and `make test` each work as the first command after a clone: they need Python 3.11 or newer
# and make, and install what the lock files name into .venv. PYTHON=… names an interpreter.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help run test test-fast lint format bench evals lock clean FORCE

VENV := .venv
BIN := $(VENV)/bin
# These files are touched when a step is complete, so that an interrupted one is done again.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

UV ?= $(BIN)/uv
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet install
PYTEST := $(BIN)/python -m pytest
FAST := $(wildcard tests/unit)
PORTS := $(wildcard tests/lint tests/evals tests/contract)
SLOW := $(wildcard tests/integration tests/e2e)

help: ## show this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /make \1|/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-16s %s\n' "$$name" "$$text"; done

run: $(RUNTIME) ## start FlowPilot; with nothing configured, the playground on SQLite
	@exec $(BIN)/flowpilot run

test: $(DEV) ## all tests, the fast ones first
	@$(PYTEST) --numprocesses auto $(FAST)
	@$(if $(PORTS),$(PYTEST) --numprocesses auto $(PORTS))
	@$(if $(SLOW),$(PYTEST) $(SLOW))

test-fast: $(DEV) ## the tests that need no database server, socket or browser
	@$(PYTEST) --numprocesses auto $(FAST)

lint: $(DEV) ## style, types, and the rules of who may import whom
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "make format puts this right"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(PYTEST) --quiet tests/lint

format: $(DEV) ## format the code, with the fixes that are safe
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

bench: $(DEV) ## measure
	@exec $(BIN)/python -m tests.bench

evals: $(DEV) ## evaluate documents, facts and matching: drafts, recorded answers, flows, and the model of the settings, if there is one
	@exec $(BIN)/python -m tests.evals

# Only the public index counts here, whatever this computer is set to. `make lock UV=uv` needs no working .venv.
COMPILE = env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	$(UV) --no-config --quiet pip compile pyproject.toml --universal --python-version 3.11 --no-python-downloads \
	--generate-hashes --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

lock: $(if $(filter $(BIN)/uv,$(UV)),$(DEV)) ## pin the dependencies of pyproject.toml; UPGRADE=1 takes the newest
	@$(COMPILE) --group build --output-file requirements.lock >/dev/null
	@$(COMPILE) --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock >/dev/null

clean: ## remove caches and builds; data/ and .venv stay
	@rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find bot adapters core storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the virtual environment ---

# A .venv is made again where its Python is gone or too old, or never got its pip.
USABLE := $(shell $(BIN)/python -c 'import pip, sys; print(sys.version_info >= (3, 11))' 2>/dev/null)

$(CREATED): $(if $(filter True,$(USABLE)),,FORCE)
	@if [ "$(USABLE)" != True ]; then \
		found=; \
		for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11 python); do \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
			found=$$python; \
			"$$python" -c 'import ensurepip, venv' 2>/dev/null && break; \
		done; \
		[ -n "$$found" ] || { \
			echo "FlowPilot needs Python 3.11 or newer; make PYTHON=/path/to/python names one." >&2; exit 1; }; \
		"$$found" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$found cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; \
			exit 1; }; \
		echo "Making $(VENV) with $$("$$found" --version)"; \
		"$$found" -m venv --clear $(VENV) || exit 1; \
	fi
	@touch $@

$(RUNTIME): $(CREATED) requirements.lock pyproject.toml
	@echo "Installing requirements.lock"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): $(CREATED) requirements-dev.lock pyproject.toml
	@echo "Installing requirements-dev.lock"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# Huiying. `make run` sets everything up and does the main job; `make test` sets everything up and passes.
# Both need only Python 3.11+ with venv and pip.

PYTHON ?= python3
ARGS ?= --demo
VENV := .venv
BIN := $(VENV)/bin
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test check bench eval docs clean python

run: $(VENV)/.run
	@$(BIN)/python tools/messages.py compile
	@$(BIN)/huiying up $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python tools/messages.py compile
	@echo "[1/3] everything on SQLite";               $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/e2e
	@echo "[2/3] what touches SQL, on PostgreSQL";     HUIYING_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/base tests/listen tests/respond tests/learn --ignore tests/listen/sources/test_simulated_days.py
	@echo "[3/3] the whole loop in a browser";         $(BIN)/python -m pytest tests/e2e

check: $(VENV)/.dev
	@echo "lint";          $(BIN)/ruff check .
	@echo "format";        $(BIN)/ruff format --check .
	@echo "contracts";     $(BIN)/lint-imports --config .importlinter
	@echo "translations";  $(BIN)/python tools/messages.py check
	@$(BIN)/python tools/messages.py compile
	@echo "docs in step";  $(BIN)/python tools/reference.py check
	@echo "migrations";    HUIYING_STATE=$(VENV)/state $(BIN)/python -m django makemigrations --check --dry-run --settings huiying.config.settings
	@echo "types";         HUIYING_STATE=$(VENV)/state $(BIN)/mypy src/huiying tools

bench: $(VENV)/.dev
	@$(BIN)/python benchmarks/start.py
	@$(BIN)/python benchmarks/replay.py

eval: $(VENV)/.dev
	@$(BIN)/python evals/run.py

docs: $(VENV)/.dev
	@$(BIN)/python tools/reference.py write

clean:
	rm -rf $(VENV) build dist src/huiying.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3 (or make PYTHON=python3.12 run)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml tools/build_hook.py | python
	@test -x $(BIN)/python || { echo "[1/4] making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "[2/4] installing pinned packages"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@echo "[3/4] building Huiying"
	@$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	@$(BIN)/python -m compileall -q src
	@echo "[4/4] compiling the analysis for this machine (about half a minute, once)"
	@$(BIN)/python -c 'from huiying.core.analysis import stream as analysis; analysis.prepare(analysis.DEFAULT)'
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "[+] installing test and check tools"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

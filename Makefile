# Every target works on a fresh machine that has only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FAST := not slow and not browser and not network and not chaos and not disks

.PHONY: setup demo test check style slow chaos browser screenshots network bench bench-quick lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Groundswell needs Python 3.11 or newer; call: make PYTHON=python3.12 setup" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup
	$(BIN)/groundswell demo

test: setup
	$(BIN)/python -m pytest -q -n 2 -m "$(FAST)"
	@echo "Left out here, run by CI: every source the whole way, simulated days, real servers and attacks (make slow),"
	@echo "browser tests (make browser), the Bluesky network (make network), repeated kills (make chaos), style and types (make style), the wheel in an empty environment (.ci/wheel)."

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd data/sample && ../../$(BIN)/mypy --strict *.py
	$(BIN)/lint-imports

slow: setup
	$(BIN)/python -m pytest -q -n 2 -m "slow and not browser and not network and not chaos and not disks"

chaos: setup
	GROUNDSWELL_KILLS=50 $(BIN)/python -m pytest -q -n 2 -m chaos

browser: setup
	$(BIN)/python -m pytest -q -m browser

screenshots: setup
	$(BIN)/python -m tests.e2e.screenshots

network: setup
	$(BIN)/python -m pytest -q -m network

check: style test

bench: setup
	$(BIN)/python -m bench

bench-quick: setup
	$(BIN)/python -m bench --quick

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-emit-package groundswell requirements.in -o requirements.lock

clean:
	rm -rf $(VENV) build dist

# The first Python from 3.11 on that is found; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
PYTEST_OPTIONS ?= -n 2

.PHONY: help demo run test coverage check bench chaos

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: .venv/installed ## Build a synthetic market and serve it; Ctrl C ends it
	@$(BIN)/python manage.py demo

run: .venv/installed-dev ## Serve for development, with a worker and beat; Ctrl C ends it
	@$(BIN)/python manage.py run

test: .venv/installed-dev ## Run all tests
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

coverage: .venv/installed-dev ## Run all tests and count the branches they take
	$(BIN)/python -m pytest $(PYTEST_OPTIONS) --cov --cov-report=term:skip-covered

check: .venv/installed-dev ## Run every gate but the tests
	@PATH=$(BIN):$$PATH tools/check

bench: .venv/installed-dev ## Measure speed against yardsticks of the same run, and print one table
	$(BIN)/python -m benchmarks

chaos: .venv/installed-dev ## Run the fault tests with twenty rounds each, and fuzz the API longer
	CHAOS_ROUNDS=20 FUZZ_EXAMPLES=400 $(BIN)/python -m pytest tests/faults tests/api/test_fuzz.py --timeout=1800

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing requirements-dev.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/installed

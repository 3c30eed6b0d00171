# What a clone can do by itself. It needs Python 3.11 or newer with venv and pip, and a package registry; git for some tests.
#
#   make portal   a virtual environment, and the demo organisation's portal in site/
#   make test     everything that CI runs: tests, browsers included, types, lint, the direction of imports
#   make lint     the same without the tests
#   make bench    how long portals of 100 and 1000 repositories take; manuals against techdocs-cli; what the pages of 10,000 entities cost to make, and their readers
#   make screenshots   every type of page, on a desk and on a telephone, in light and in dark
#   make strings   theme/locale/messages.pot anew: every text of the pages, for translators
#   make lock     the lock files anew, from pyproject.toml and requirements-*.in

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
LINT = "$(BIN)/ruff check" "$(BIN)/mypy" "$(BIN)/lint-imports"

.DEFAULT_GOAL := portal
.PHONY: portal test lint bench screenshots strings lock clean

portal: $(VENV)/.installed
	$(BIN)/callboard build --config site_config.yml
	@echo
	@echo "Open $$($(BIN)/python -c 'import pathlib; print(pathlib.Path("site/index.html").resolve().as_uri())')"
	@echo "or run $(BIN)/callboard serve, and open the address that it prints"

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "callboard needs Python 3.11 or newer; name one with make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Building the project fetches the browser libraries, so it is done again when their manifest changes.
$(VENV)/.installed: $(VENV)/.python requirements.lock requirements-build.lock pyproject.toml hatch_build.py theme/vendor/package-lock.json
	$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# One call with all of the locks: pip refuses two versions of one package.
$(VENV)/.tested: $(VENV)/.installed requirements-test.lock
	$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock -r requirements-test.lock
	@touch $@

# Every check is made, whatever the others say; pytest's line is the last.
test: $(VENV)/.tested
	@.ci/chromium
	@status=0; \
	for check in $(LINT) "$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup"; do \
		echo "$$check"; $$check || status=1; \
	done; \
	exit $$status

lint: $(VENV)/.tested
	@status=0; for check in $(LINT); do echo "$$check"; $$check || status=1; done; exit $$status

bench: $(VENV)/.tested
	$(BIN)/python benchmarks/measure.py 100 1000
	$(BIN)/python benchmarks/techdocs.py 200
	$(BIN)/python benchmarks/techdocs.py --scale 100 1000
	$(BIN)/python benchmarks/rendering.py
	$(BIN)/python benchmarks/browser.py

screenshots: $(VENV)/.tested
	@.ci/chromium
	$(BIN)/python tests/screenshots.py

strings: $(VENV)/.tested
	$(BIN)/python tests/strings.py

# uv only resolves; what it writes names no host. The registry is the one that pip is configured for.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: $(VENV)/.installed
	$(PIP) install uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) requirements-build.in -c requirements.lock -o requirements-build.lock
	$(COMPILE) requirements-test.in -c requirements.lock -c requirements-build.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) site .callboard build dist theme/vendor/dist

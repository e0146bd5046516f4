# The commands of development. A fresh machine needs nothing but make and Python 3.11 or later; the first verb installs the rest.
PYTHON ?= python3
# A folder with PostgreSQL's programs (initdb, postgres, ...) to test with, instead of the installed wheel's.
PG ?=

VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
# Two processes, each with a PostgreSQL server of its own; a test module runs in one of them, the longest begin first.
PYTEST := $(RUN) -m pytest -n 2 --no-loadscope-reorder

.DEFAULT_GOAL := setup
.PHONY: setup demo test quick check conform bench soak docs

setup: $(READY)

demo: $(READY)
	$(RUN) -m bin.rigsbog demo

# All tests; of kills and volumes a slice.
test: $(READY)
	PG="$(PG)" $(PYTEST) --durations=40

# What to run at every save.
quick: $(READY)
	PG="$(PG)" $(PYTEST) -m "not slow and not checkers"

check: $(READY)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m bin.dev.golden --check
	$(RUN) -m bin.dev.docs --check

bench: $(READY)
	$(RUN) -m bin.rigsbog bench

# Needs Go, its module x/mod and openssl: Debian's golang-go, golang-golang-x-mod-dev and openssl.
conform: $(READY)
	PG="$(PG)" $(RUN) -m pytest -m checkers

# All tests, with all kills and volumes in whole and with random examples.
soak: $(READY)
	SOAK=1 PG="$(PG)" $(PYTEST)

docs: $(READY)
	$(RUN) -m bin.dev.golden
	$(RUN) -m bin.dev.docs

# The stamp is made last, so an installation that broke off is taken up again.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Rigsbog needs Python 3.11 or later, and $(PYTHON) is %d.%d. Name another: make PYTHON=python3.11" % sys.version_info[:2])'
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python has no venv module with pip: install it (Debian: python3-venv)." >&2; exit 1; }
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# `make demo` and `make test` are all a fresh clone needs: each makes .venv first, from pinned packages.
#
#   make demo ARGS="--once --json"      everything on this machine with a simulated phone company
#   make test ARGS="-k audio"           the tests
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
export PYTHON

.PHONY: help setup demo test bench mutants lint docs

help:
	@echo "make setup    make .venv with everything in it"
	@echo "make demo     run everything here with a simulated phone company (ARGS=\"--once\" plays one call)"
	@echo "make test     run the tests (ARGS=\"-k word\" chooses some)"
	@echo "make bench    run the benchmarks"
	@echo "make mutants  change lines one at a time and see whether a test notices (ARGS=\"--sample 40 --seed 1\")"
	@echo "make lint     look for mistakes with ruff and mypy, and check the form of the code"
	@echo "make docs     write the generated pages of the manual again"

setup:
	@scripts/setup.sh

# Standard output is the command's alone, so that --json can be piped.
demo:
	@scripts/setup.sh
	@.venv/bin/ivr demo $(ARGS)

# More workers than cores: some tests wait for real time.
test:
	@scripts/setup.sh test
	@$(PY) -m pytest -n 3 --dist worksteal $(ARGS)

bench:
	@scripts/setup.sh test
	@$(PY) -m benchmarks $(ARGS)

mutants:
	@scripts/setup.sh test
	@$(PY) -m scripts.mutants $(ARGS)

lint:
	@scripts/setup.sh test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

docs:
	@scripts/setup.sh
	@$(PY) scripts/step_reference.py

# The same commands on a laptop and in CI. `make demo` and `make test` install what they need.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PYTEST := $(BIN)/python -m pytest
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check lint types unit journeys fix bench bench-scale assurance lock

$(STAMP): requirements/dev.txt pyproject.toml
	@bash .ci/install $(PYTHON)
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/turnabout demo --serve

check: $(STAMP) lint types

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(PYTEST) -n 2 --dist worksteal -m "not journey and not processes" --cov --cov-report=

test: check unit
	$(PYTEST) -n 2 --dist loadfile -m "journey or processes" --cov --cov-append --cov-report=
	$(BIN)/coverage report --skip-covered --skip-empty | tail -40

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m bench

lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/dev.in -o requirements/dev.txt

# The same commands on a laptop and in CI. `make demo` and `make test` install what they need.
PYTHON ?= python3
BIN := .venv/bin
# What running needs, and what testing needs on top of it.
RUN := .venv/.run
DEV := .venv/.dev
PYTEST := $(BIN)/python -m pytest
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check lint types unit journeys coverage fix messages bench bench-scale assurance lock

$(RUN): requirements/run.txt pyproject.toml
	@bash .ci/install run $(PYTHON)
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	@bash .ci/install dev $(PYTHON)
	@touch $@

# `make demo PORT=8001` where 8000 is taken.
demo: $(RUN)
	@$(BIN)/turnabout demo --serve $(if $(PORT),--port $(PORT))

check: $(DEV) lint types

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(DEV)
	$(BIN)/mypy

# Two stages, so that a browser and processes that are killed have the machine to themselves.
unit: $(DEV)
	$(PYTEST) -n 2 --dist worksteal -m "not journey and not processes" $(COV)

journeys: $(DEV)
	$(PYTEST) -n 2 --dist loadfile -m "journey or processes" $(COV)

test: check unit
	$(MAKE) journeys

# Apart from `make test`, which it would make half as slow again.
coverage: $(DEV)
	$(MAKE) unit COV="--cov --cov-report="
	$(MAKE) journeys COV="--cov --cov-append --cov-report="
	$(BIN)/coverage report --skip-covered --skip-empty --fail-under=93

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Gathers every sentence, updates the catalogues there are and compiles them; LOCALE=fr begins a new one.
messages: $(DEV)
	$(BIN)/python -m turnabout.project.catalogues $(LOCALE)

bench: $(DEV)
	$(BIN)/python -m bench

bench-scale: $(DEV)
	$(BIN)/python -m bench.scale

# Slower looks than `make test`: the settings of a real server, broken dependencies, the floor under coverage.
assurance: $(DEV)
	TURNABOUT_URL=https://turnabout.example.test TURNABOUT_HOSTS=turnabout.example.test $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pip check
	$(MAKE) coverage

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11

lock:
	$(BIN)/pip install --quiet uv
	for name in run dev bench-networkx bench-matching bench-mentor-match; do \
		$(LOCK) requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

# Everything a contributor runs. On a fresh clone with nothing but Python 3.8 or newer, `make tui` and `make test` do
# all that they need: they create $(VENV), install into it and run. `make help` lists the rest.
#
#   PYTHON=python3.12    the interpreter that $(VENV) is made with
#   VENV=.venv           the folder of the virtual environment
#   ARGS="-k layout -x"  passed on by test, tui, bench, soak and fuzz

PYTHON ?= python3
VENV ?= .venv
DOCS ?= .venv-docs
SITE ?= docs/_build
ARGS ?=
DIST ?= dist

BIN = $(VENV)/bin
INSTALLED = $(VENV)/.installed
SAMPLE = idse_core/sample/workspace

# A command on a throw-away copy of the bundled sample workspace: $(call on-sample,ARGUMENTS)
define on-sample
set -e; copy=$$(mktemp -d); trap 'rm -rf "$$copy"' EXIT; cp -R $(SAMPLE) "$$copy/.idse"; \
	$(BIN)/idse --workspace "$$copy" $(1)
endef

.DEFAULT_GOAL := help
.PHONY: help tui demo-status demo-validate test check lint format coverage bench soak fuzz schemas reference screenshots docs wheel clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

tui: $(INSTALLED) ## open the app on a bundled sample workspace
	@$(BIN)/idse tui --demo $(ARGS)

demo-status: $(INSTALLED) ## idse status on a copy of the sample workspace
	@$(call on-sample,status)

demo-validate: $(INSTALLED) ## idse validate on a copy of the sample workspace; it has findings to show
	@$(call on-sample,validate) || test $$? -eq 1

test: $(INSTALLED) ## the test suite
	$(BIN)/python -m pytest $(ARGS)

check: lint test ## everything static, then the test suite

lint: $(INSTALLED) ## ruff, mypy and the layers (Python 3.11 or newer)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## let ruff mend and format what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

coverage: $(INSTALLED) ## the test suite with branch coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(INSTALLED) ## measure against the budgets, write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(INSTALLED) ## sync through simulated faults, 20,000 runs; the tests run a shorter form
	$(BIN)/python -m tools.soak $(ARGS)

fuzz: $(INSTALLED) ## random inputs for all that reads what others wrote; the tests run a shorter form
	$(BIN)/python -m tools.fuzz $(ARGS)

schemas: $(INSTALLED) ## write docs/reference/schemas from the types
	$(BIN)/python -m tools.schemas

reference: $(INSTALLED) ## write the pages of docs/reference that are made from the code
	$(BIN)/python -m tools.reference

screenshots: $(INSTALLED) ## write screenshots/ from the running app
	$(BIN)/python -m tools.screenshots

docs: $(DOCS)/.installed ## the documentation as a site in docs/_build; Python 3.11 or newer
	@rm -rf "$(SITE)"
	$(DOCS)/bin/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet docs "$(SITE)"
	@echo "$(SITE)/index.html"

wheel: $(INSTALLED) ## build sdist and wheel into dist/
	$(BIN)/python -m build --outdir "$(DIST)"

clean: ## remove what make has made
	rm -rf $(VENV) $(DOCS) docs/_build build dist htmlcov .coverage .coverage.* .hypothesis tests/.hypothesis .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache
	find . -type d -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# Installs again only when pyproject.toml has changed.
$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 8) and "idse needs Python 3.8 or newer: make PYTHON=...")'
	@echo "Installing into $(VENV) (once, and again when pyproject.toml changes)"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --seed --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
		uv pip install --quiet --python $(BIN)/python --editable '.[dev]'; \
	else \
		$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install -qq --editable '.[dev]'; \
	fi
	@touch $@

$(DOCS)/.installed: pyproject.toml
	@echo "Installing into $(DOCS) (once, and again when pyproject.toml changes)"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(DOCS) && \
		uv pip install --quiet --python $(DOCS)/bin/python '.[docs]'; \
	else \
		$(PYTHON) -m venv $(DOCS) && $(DOCS)/bin/python -m pip install -qq '.[docs]'; \
	fi
	@touch $@

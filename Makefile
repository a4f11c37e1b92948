# Targets for people; `make` alone lists them.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
# What is written when a part of the set-up succeeded; it is repeated when its inputs are newer.
PYTHON_STAMP := $(VENV)/.requirements-installed
NODE_STAMP := node_modules/.lock-installed
MUTATION := .mutation/venv
MUTATION_STAMP := $(MUTATION)/.requirements-installed

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-browser screenshots prove prove-long mutation bench check clean
# A half-made target must not look finished.
.DELETE_ON_ERROR:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PYTHON_STAMP) $(NODE_STAMP) ## Install what the app, its tests and Azurite need (once)

run: setup ## Run the app with Azurite on this machine
	@exec $(BIN)/python -m local.run

demo: setup ## Show whole cases, from the request to the end; STAY=1: leave the app running for a look
	@exec $(BIN)/python -m local.demo $(if $(STAY),--stay)

test: setup ## Run every test, with the coverage gates
	@$(BIN)/pytest -n auto -q --cov --cov-report=term --cov-fail-under=95
	@echo "Domain and workflow must be covered wholly:"
	@$(BIN)/coverage report --include='shared/domain/*,shared/workflow/*' --fail-under=100

test-browser: setup ## Look at every page in a browser, and go through whole cases in it
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/pytest -n 2 -q tests/browser

screenshots: setup ## Take a picture of every page into docs/screenshots
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.screenshots

prove: setup ## Prove that nothing is lost or doubled, in some minutes
	@$(BIN)/python -m tests.faults

prove-long: setup ## The same for an hour or so; MINUTES=5: each suite no longer
	@$(BIN)/python -m tests.faults --long $(if $(MINUTES),--minutes $(MINUTES)) --json docs/proofs.json; proven=$$?; \
	$(BIN)/python -m tests.faults.page > docs/reliability.md && exit $$proven

mutation: $(MUTATION_STAMP) ## Change the code in each small way, and see the tests notice
	@nice -n 19 $(MUTATION)/bin/python -m tests.mutation

bench: setup ## Measure, and write docs/benchmarks.md
	@$(BIN)/python -m bench

check: setup ## Check style, types, layering and the guards
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q tests/guards

clean: ## Remove what was installed, and the local cases and notices
	@echo "Removing $(VENV), node_modules, .mutation and the cases and notices in .local;" \
		"local.settings.json and the client secret stay."
	@rm -rf $(VENV) node_modules .mutation
	@# The settings have only the secret's hash: without its file nobody knows it any more.
	@[ ! -d .local ] || find .local -mindepth 1 -maxdepth 1 ! -name client.json -exec rm -rf {} +

$(PYTHON_STAMP): requirements.txt requirements-dev.txt constraints.txt pyproject.toml
	@python=$$($(FIND_PYTHON)) || exit 1; \
	echo "Setting up $(VENV) with $$("$$python" --version)."; \
	"$$python" -m venv $(VENV) || { \
		echo "Python could not make $(VENV). On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $@

$(MUTATION_STAMP): requirements.txt requirements-dev.txt requirements-mutation.txt constraints.txt
	@python=$$($(FIND_PYTHON)) || exit 1; "$$python" -m venv $(MUTATION)
	@$(MUTATION)/bin/python -m pip install -qq --disable-pip-version-check -r requirements-mutation.txt
	@touch $@

$(NODE_STAMP): package.json package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null || { \
		echo "Azurite needs Node.js 20 or later with npm on the PATH: https://nodejs.org" >&2; exit 1; }
	@echo "Installing Azurite with npm."
	@npm ci --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@

# Each candidate is run, because a version manager may offer names of Pythons that it then does not have.
define FIND_PYTHON
for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
		echo "$$python"; exit 0; \
	fi; \
done; \
echo "Python 3.11, 3.12 or 3.13 is needed (tried: $(or $(PYTHON),python3.13 python3.12 python3.11 python3)). Name one: make setup PYTHON=/path/to/python" >&2; \
exit 1
endef

# `make serve` and `make test` are all that is needed; each makes what it needs, and is quick the second time.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

export FLASK_APP := wsgi

.DEFAULT_GOAL := serve
.PHONY: serve test lint fuzz fuzz-http model races bench bench-peers audit ide requirements doctor clean

serve: .venv/for-running  ## Make the database ready and start the server; HOST, PORT and DATABASE_URL are honoured.
	@exec $(BIN)/flask serve

test: lint  ## Check everything, on SQLite and on a PostgreSQL of its own.
	$(BIN)/python -m pytest -n auto

lint: .venv/for-testing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright

fuzz: .venv/for-testing  ## Compare the engine with the independent evaluator on 100,000 documents.
	FUZZ_DOCUMENTS=100000 $(BIN)/python -m pytest -s tests/graph/test_equality.py

fuzz-http: .venv/for-testing  ## Send 10,000 requests with odd values in every argument, on each database.
	FUZZ_REQUESTS=$${FUZZ_REQUESTS:-10000} $(BIN)/python -m pytest -s --log-cli-level=INFO tests/graph_api/test_fuzz_http.py

model: .venv/for-testing  ## Let everybody do anything in a small city, 200 lives of 150 steps, and look whether the invariants hold; and 60 random trees for the policy.
	MODEL_EXAMPLES=$${MODEL_EXAMPLES:-200} MODEL_STEPS=150 $(BIN)/python -m pytest -s tests/issues/test_model.py
	POLICY_TREES=60 $(BIN)/python -m pytest -q tests/issues/test_policy.py

races: .venv/for-testing  ## Let 16 threads perform 500 mutations each on the same issues, on both databases.
	RACE_THREADS=16 RACE_MUTATIONS=500 $(BIN)/python -m pytest -s tests/issues/test_races.py -k everybody

bench: .venv/for-testing  ## Measure, and write benchmarks/README.md.
	$(BIN)/python -m benchmarks

audit: .venv/for-testing  ## Run the GraphQL over HTTP audit suite; needs Node.js.
	cd tests/graph_api/audit && npm ci --silent
	$(BIN)/python -m pytest tests/graph_api/test_audit.py

doctor: .venv/for-running  ## Say what is wrong with this installation.
	@$(BIN)/flask doctor

bench-peers:  ## Install the other makers' servers for the benchmarks; needs Node.js.
	cd benchmarks/peers && npm ci

ide:  ## Build the GraphiQL page; needs Node.js, whose output is committed.
	cd ide && npm ci && npm run build

requirements:  ## Pin what is in the .in files, with hashes; needs uv.
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-s3.in -o requirements-s3.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

clean:  ## Remove the virtual environment and caches; var/, with the data, stays.
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis ide/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: apt-get install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv is not installed: apt-get install python3.11-venv"; exit 1; }
	@echo "Making the virtual environment .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/for-running: requirements.txt | .venv/made
	@echo "Installing requirements.txt"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/for-testing: requirements-dev.txt | .venv/made
	@echo "Installing requirements-dev.txt"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# The three commands of the README are `make demo`, `make run` and `make test`; everything sets itself up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run demo test pytest soak lint types imports train bench docs screenshots release sbom lock clean

run: $(VENV)/.run
	$(BIN)/watcher --config config run --serve

# Everything within a minute, over made-up publishers on this machine: nothing is asked of the internet but the set-up.
demo: $(VENV)/.run
	$(BIN)/watcher demo

# Beside the tests, which wait a good deal: types alone take a minute of one processor.
test: $(VENV)/.test
	$(MAKE) --no-print-directory --jobs lint types imports pytest

pytest: $(VENV)/.test
	$(BIN)/pytest

# Hours; SOAK_HOURS=3 shortens the day with faults of every kind to a few minutes.
soak: $(VENV)/.test
	$(BIN)/pytest -m soak -n 0 --timeout 0

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

imports: $(VENV)/.test
	$(BIN)/lint-imports

# The weights of confidence, from the labelled sets of ../shared; prints how well they do on sets left out.
train: $(VENV)/.test
	$(BIN)/python training/train_confidence.py --write config/words/weights.toml

# Some minutes; the first two write the tables and pictures of docs/reference/benchmarks.md, the others print. A million
# releases take half an hour: `long_archive.py --write`.
bench: $(VENV)/.test
	$(BIN)/python benchmarks/rounds.py --write
	$(BIN)/python benchmarks/many_feeds.py --write
	for script in alert_latency detection_speed extraction reading_room; do \
	  $(BIN)/python benchmarks/$$script.py || exit 1; done
	$(BIN)/python benchmarks/long_archive.py 10000

# The pictures of README and docs, from the demo.
screenshots: $(VENV)/.test
	$(BIN)/python -m tests.support.screenshots

docs: $(VENV)/.test
	$(BIN)/python docs/make_reference.py

# What is uploaded, in dist/; before it all tests with the lowest versions that pyproject.toml allows, and the database of
# this version, which every later one must upgrade.
release: $(VENV)/.test
	version=$$($(BIN)/watcher --version | cut -d ' ' -f 3); file=tests/data/store/released/$$version.db.gz; \
	  test -e $$file || $(BIN)/python -m tests.support.released_database $$file
	rm -rf build dist
	mkdir build
	$(BIN)/uv pip compile --quiet --resolution lowest-direct pyproject.toml --output-file build/lowest.txt
	$(PYTHON) -m venv --without-pip build/lowest
	$(BIN)/uv pip install --quiet --python build/lowest/bin/python --constraint build/lowest.txt --editable ".[dev]"
	build/lowest/bin/python -m pytest
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python
	$(MAKE) sbom

# The list of all components (CycloneDX) of an environment that holds the package and what requirements.lock names.
sbom: $(VENV)/.test
	mkdir -p build dist
	rm -rf build/plain build/tools
	$(PYTHON) -m venv --without-pip build/plain
	$(BIN)/uv pip install --quiet --python build/plain/bin/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python build/plain/bin/python --no-deps .
	$(PYTHON) -m venv --without-pip build/tools
	$(BIN)/uv pip install --quiet --python build/tools/bin/python --group release
	build/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --output-format JSON --output-file dist/sbom.cdx.json build/plain/bin/python

# Dependencies come from the lock files alone, each checked against its hash; our own package is then put on top.
$(VENV)/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	# As pip does with what it installs: where nothing may be written later, each start would compile it again.
	$(BIN)/python -m compileall -q watcher
	touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# For whoever changes a dependency: what is locked already stays as it is.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links pyproject.toml
lock: $(VENV)/.test
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

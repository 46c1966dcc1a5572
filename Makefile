# Two commands need nothing but python3 (3.11 or newer), make and a package index:
#   make parity     an environment in .venv, the package in it, and the parity table
#   make test       the test suite (live R too where `make r` has been run: .venv/bin/pytest --live-r)
# make guide builds the guide and tests it: open site/index.html.
# make r installs R and rpy2 on Debian or Ubuntu.

PYTHON ?= python3
BIN := .venv/bin
# Modules that pip compiles where there is a C compiler: when one changes, it does so again.
COMPILED := $(shell grep -rlm1 --include='*.py' '^\# cython:' translations)
# One test worker a core: threads of BLAS on top of that wait for each other, and crossed models take ten times as long.
# What pytest compiles of the tests is kept beside them, even where Python is told to keep nothing: seconds in each worker.
TEST_ENV := OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=

.PHONY: parity test guide r lint lock wheel clean

parity: .venv/installed
	$(BIN)/rparity check

test: .venv/installed-test
	$(TEST_ENV) $(BIN)/pytest -n auto --dist worksteal

guide: .venv/installed-test
	$(TEST_ENV) $(BIN)/python scripts/build_guide.py --out site
	RPARITY_GUIDE=site $(BIN)/pytest -q parity_tests/guide/test_site.py parity_tests/guide/test_site_browser.py

r: .venv/installed
	sh scripts/install_r.sh
	$(BIN)/pip install --quiet "$$($(BIN)/python -m translations.parity.doctor)"
	$(BIN)/rparity doctor

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

# The test environment, every package with its version and hashes, for Python 3.11 and newer on any system. To have it:
#   pip install --require-hashes -r test.lock && pip install --no-deps -e .
lock: .venv/installed
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --upgrade \
		--python-version 3.11 --extra test --custom-compile-command "make lock" pyproject.toml -o test.lock

wheel: .venv/installed-test
	$(BIN)/python -m build --wheel --outdir dist .

clean:
	rm -rf .venv dist site

.venv/installed: pyproject.toml $(COMPILED)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e .
	$(BIN)/python -m compileall -q translations  # where Python may not write what it compiles, each process would anew
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/pip install --quiet -e ".[test]"
	# What the test workers would do twice: pytest compiles the tests.
	$(TEST_ENV) $(BIN)/pytest --collect-only -qq > /dev/null
	touch $@

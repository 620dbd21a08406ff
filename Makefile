# `make test` sets everything up on a machine that has Python 3.11 or later and Node 20 or later, and runs every check.
# Without Node, Chromium, or a Python 3.11 and 3.13 besides, it says at the end what was not run.
PYTHON ?= python3
PYTHON313 := $(shell for python in python3.13 "$$(pyenv root 2>/dev/null)"/versions/3.13*/bin/python3; do \
	"$$python" -c '' 2>/dev/null && echo "$$python" && break; done)
PYTHON311 := $(shell for python in python3.11 "$$(pyenv root 2>/dev/null)"/versions/3.11*/bin/python3; do \
	"$$python" -c '' 2>/dev/null && echo "$$python" && break; done)
NPM := $(shell command -v npm 2>/dev/null)
# What is never imported need not be compiled; Python compiles the rest when it is first imported.
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check $(if $(PYTHONDONTWRITEBYTECODE),,--no-compile)
SUITES := .venv/bin/python tests/suites.py

VSCODE_PAGE := tests/browser/vscode_page
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: test soak browser browser-setup chromium setup lint types js demo clean

# All environments, Chromium and the packages of Node are fetched and unpacked at the same time.
test:
	$(MAKE) --no-print-directory --jobs=4 setup browser-setup
	$(SUITES)

# The tests that are marked as slow, then those of faults with the large numbers of tries: hours. CLOUDSCOPE_SOAK=1 asks
# for both in any other run, too.
soak: setup
	CLOUDSCOPE_SOAK=1 nice .venv/bin/python -m pytest -m slow
	CLOUDSCOPE_SOAK=1 nice .venv/bin/python -m pytest tests/faults

# Only the widgets in JupyterLab, Voilà and VS Code's widget manager, driven through Chromium.
browser: setup browser-setup
	$(SUITES) browser

browser-setup: chromium $(if $(NPM),$(VSCODE_PAGE)/dist/page.js)

# Debian's package, where root may install it; where that fails or nobody may, the tests say what to do.
chromium:
	-@test -n "$$CHROMIUM" || command -v chromium >/dev/null || test "$$(id -u)" -ne 0 || ! command -v apt-get >/dev/null \
	|| { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o DPkg::Lock::Timeout=300 \
	--no-install-recommends chromium; }

$(VSCODE_PAGE)/dist/page.js: $(addprefix $(VSCODE_PAGE)/,package-lock.json build.mjs src/page.ts src/vscode.html)
	cd $(VSCODE_PAGE) && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

setup: js .venv/ready $(if $(PYTHON313),.venv313/ready) $(if $(PYTHON311),.venv-lowest/ready)

lint: setup
	$(SUITES) ruff import-linter

types: setup $(if $(NPM),$(VSCODE_PAGE)/dist/page.js)
	$(SUITES) mypy tsc

# make demo shows sample recordings with known velocity; make demo DIR=path shows your own.
demo: js .venv/ready
	.venv/bin/python -m cloudscope_widgets $(if $(DIR),"$(DIR)",--demo)

js: $(if $(NPM),js/node_modules/.package-lock.json)
	$(if $(NPM),node js/build.mjs,@echo "no Node on this machine: the widgets are not bundled")

js/node_modules/.package-lock.json: js/package-lock.json
	cd js && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

.venv/ready: pyproject.toml | js
	test -d .venv || $(PYTHON) -m venv .venv
	.venv/bin/python $(PIP_INSTALL) --editable '.[app,docs,test]'
	touch $@

.venv313/ready: pyproject.toml | js
	test -d .venv313 || $(PYTHON313) -m venv .venv313
	.venv313/bin/python $(PIP_INSTALL) --editable . pytest hypothesis
	touch $@

# The lowest versions that pyproject.toml allows. Where they cannot be had, the other tests run all the same.
.venv-lowest/ready: pyproject.toml tests/lowest_versions.py | js .venv/ready
	-test -d .venv-lowest || $(PYTHON311) -m venv .venv-lowest
	-.venv/bin/python tests/lowest_versions.py > .venv-lowest/lowest.txt \
	&& .venv-lowest/bin/python $(PIP_INSTALL) --constraint .venv-lowest/lowest.txt --only-binary imagecodecs \
	--editable '.[formats]' pytest hypothesis && touch $@

clean:
	rm -rf .venv .venv313 .venv-lowest js/node_modules $(VSCODE_PAGE)/node_modules $(VSCODE_PAGE)/dist
	rm -rf cloudscope_widgets/static dist .pytest_cache .mypy_cache .ruff_cache

# make demo   set up .venv and open the app at http://127.0.0.1:7860
# make test   the same set-up, then the types and all tests
# make lint   ruff on everything, and the types
# make gpu-kit DATA=... [TOWERS=...]   a training to carry to a GPU; holds data, not to be published
# make wheelhouse [DEVICE=cuda] [WHEELS=...]   wheels of everything, for a container (Containerfile)
#
# Needs Python 3.11 (or 3.12, 3.13) and make. PYTHON=... names another interpreter.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check

DATA ?= data
TOWERS ?= towers
KIT ?= gpu-kit

DEVICE ?= cpu
WHEELS ?=

.PHONY: demo test lint clean gpu-kit wheelhouse
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@echo "LFD-RT is starting; the page will be at http://127.0.0.1:7860 (Ctrl+C stops it)."
	@$(RUN) app.py

test: $(VENV)/installed-tests
	$(RUN) -m mypy
	@$(RUN) -m tests.chromium
	$(RUN) -m pytest --numprocesses logical --maxprocesses 4 \
	    --dist loadgroup --no-loadscope-reorder

lint: $(VENV)/installed-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(RUN) -m mypy

gpu-kit: $(VENV)/installed
	$(RUN) -m lfdrt kit build --data $(DATA) --towers $(TOWERS) --out $(KIT)

# On Linux pip's default PyTorch is that for CUDA: for DEVICE=cpu name PyTorch's CPU index in WHEELS,
# as an option of pip.
wheelhouse: $(VENV)/bin/pip
	rm -rf wheelhouse/$(DEVICE)
	$(RUN) -m pip wheel --wheel-dir wheelhouse/$(DEVICE) $(WHEELS) .
	rm -rf build *.egg-info

clean:
	rm -rf $(VENV)

# The stamps are written last, so that an interrupted installation is taken up again.
$(VENV)/installed: requirements.txt | $(VENV)/bin/pip
	@echo "Installing the requirements (once; a few minutes) ..."
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-tests: tests/requirements.txt $(VENV)/installed
	$(PIP) -r tests/requirements.txt
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "LFD-RT needs Python 3.11 or later; install it, or name one: make PYTHON=/path/to/python3.11" >&2; \
	    exit 2; }
	$(PYTHON) -m venv $(VENV)

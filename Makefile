# muistio: `make run` reads data/raw/ and needs nothing before it; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
MUISTIO := $(BIN)/muistio
PYTHON ?= python3
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Two machines get the same versions; `make lock` moves them.
LOCK := -c constraints.txt
OUT := data/processed

.DEFAULT_GOAL := help
.PHONY: help run reports setup setup-all system test check format docs bench ranker words models lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.core ## Read data/raw/, publish tables, database and report in data/processed/
	@$(MUISTIO) run data/raw --out $(OUT); code=$$?; \
	if [ $$code -le 1 ]; then $(MUISTIO) report --store $(OUT)/muistio.duckdb --out $(OUT)/report.html; fi; exit $$code

reports: $(VENV)/.core ## Write the report of data/processed/ anew
	@$(MUISTIO) report --store $(OUT)/muistio.duckdb --out $(OUT)/report.html

setup: $(VENV)/.dev ## Install the core and the development tools into .venv

setup-all: $(VENV)/.all ## Add the heavy extras: spaCy, Stanza with CPU torch, OCR, Dask, notebooks

system: ## Install Voikko, Tesseract and Chromium from Debian (says what to do elsewhere)
	@sh tools/system.sh

test: $(VENV)/.dev ## Run the tests
	@$(BIN)/python -m pytest -q

check: $(VENV)/.dev ## What a contributor runs: format, lint, types, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q

format: $(VENV)/.dev ## Format the code and sort the imports
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

docs: $(VENV)/.dev ## Build the documentation into build/docs/, its reference from the code; a dead link stops it
	@$(BIN)/python tools/reference.py docs/reference
	@$(BIN)/python -m sphinx -q -W --keep-going -c docs . build/docs
	@echo "The documentation is in build/docs/docs/index.html."

bench: $(VENV)/.dev ## Measure a run against bare extraction and the literal way, into docs/performance.md; PDFS=folder reads yours
	@$(BIN)/python -m tests.bench $(PDFS) --write docs/performance.md

ranker: $(VENV)/.dev ## Learn the lemma ranker anew from the treebanks in UD=DIR
	@test -n "$(UD)" || { echo "Name the folder of the Finnish treebanks: make ranker UD=path/to/ud"; exit 2; }
	@$(BIN)/python -m pipeline.language.train "$(UD)" models/ranker

words: $(VENV)/.dev ## Make the table of seen word forms anew, with the words of TEXTS="a.txt b.conllu" added
	@$(BIN)/python -m pipeline.language.seen $(TEXTS)

models: $(VENV)/.dev ## Learn the labels' model anew from data/corpus (and POOL=FILE, the texts of the real items)
	@$(BIN)/python -m pipeline.evaluate.learn data/corpus models/labels $(if $(POOL),--pool "$(POOL)")

lock: $(VENV)/.dev ## Resolve the versions of pyproject.toml anew into constraints.txt
	@sh tools/lock.sh $(BIN)/uv

clean: ## Remove what can be made again; data/raw/ and corrections made by people stay
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf $(OUT)/.snapshots $(OUT)/current $(OUT)/muistio.duckdb $(OUT)/tables $(OUT)/report.html
	@echo "Kept: data/raw/, $(OUT)/corrections.csv (what people corrected) and $(OUT)/state.sqlite; delete them yourself to start from nothing."

# A stamp a set of extras; each set contains the one before it.
$(VENV)/.core: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment: on Debian, 'apt-get install python3-venv'."; exit 2; }
	@echo "Installing muistio into $(VENV) (a minute or two, once) ..."
	@$(PIP) install $(LOCK) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@$(PIP) install $(LOCK) -e '.[dev]'
	@touch $@

$(VENV)/.all: $(VENV)/.dev
	@$(PIP) install $(LOCK) 'torch==2.13.0'
	@$(PIP) install $(LOCK) -e '.[dev,ocr,spacy,stanza,dask,notebooks]'
	@touch $@

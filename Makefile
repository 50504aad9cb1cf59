# hepatrack: two commands do everything, `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
WORKERS ?= auto
CASES ?= 4
ONE_THREAD := OMP_NUM_THREADS=1 ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=1
EVERY_CORE := -n $(WORKERS) --dist loadscope --no-loadscope-reorder --durations=10

.PHONY: help demo engines test check fast bench accuracy mutations docs lock clean sample
help: ## show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/hepatrack doctor
	@touch $@

# optional engines on PyTorch (CPU) beside the packages of .venv; without torchvision, which they list and do not use here
.venv-engines/installed: .venv/installed tests/engines/requirements.txt
	$(PYTHON) -m venv .venv-engines
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
		> "$$(.venv-engines/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/hepatrack.pth"
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r tests/engines/requirements.txt
	@touch $@

engines: .venv-engines/installed ## install optional engines (nnU-Net, TotalSegmentator, nnInteractive) for their tests

demo: .venv/installed ## run the whole line on sample_dicoms/ and write out/demo/index.html
	$(BIN)/hepatrack run sample_dicoms --protocol configs/protocols/retnet.yaml --events sample_dicoms/events.csv \
		--masks sample_dicoms/masks.csv --reads sample_dicoms/reads.csv --study out/demo/study --out out/demo
	$(BIN)/python -m tests.acceptance out/demo sample_dicoms

check: .venv/installed ## ruff, mypy strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## the gate: lint, types, import contracts and all tests
	$(ONE_THREAD) $(BIN)/pytest $(EVERY_CORE)

fast: .venv/installed ## tests that need no server, browser or real case
	$(ONE_THREAD) $(BIN)/pytest $(EVERY_CORE) -m "not image and not real and not prefect and not browser and not long and not r and not postgres"

long: .venv/installed ## every property on 10,000 generated histories
	HEPATRACK_CASES=10000 $(BIN)/pytest $(EVERY_CORE) -m generated

bench: .venv/installed ## measure speed against named peers
	$(BIN)/python -m tests.benchmarks

accuracy: .venv/installed ## measure accuracy on real scans with inserted lesions (minutes; CASES=40 takes hours)
	$(ONE_THREAD) $(BIN)/python -m tests.benchmarks.accuracy --cases $(CASES)

mutations: .venv/installed ## alter every rule in turn; at least 95 % must be caught (about 10 minutes)
	$(BIN)/python -m tests.mutations

docs: .venv/installed ## write the tables of docs/ anew from the code
	$(BIN)/python -m pipeline.report.methods docs
	$(BIN)/typer flows.cli utils docs --name hepatrack --title Commands --output docs/howto/commands.md

sample: .venv/installed ## make sample_dicoms/ anew from its seed
	$(BIN)/hepatrack simulate --images --out sample_dicoms

lock: .venv/installed ## resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --upgrade pyproject.toml -o requirements.lock

clean: ## remove everything that can be made again
	rm -rf .venv .venv-engines out .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

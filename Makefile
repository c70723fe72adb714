# Two targets for a new machine with git, make and Python 3.11 (with venv): `make demo`, `make test`.
# Neither needs the other to have run. TORCH_INDEX takes an index of CPU wheels, for instance
# https://download.pytorch.org/whl/cpu, where PyPI's default wheel would bring CUDA along.

PYTHON ?= python3
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := cli configs ecg model monitor train
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
EXTRA_INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: demo test soak install-demo install-test format lint types arrows unit clean

demo: install-demo
	$(BIN)/sibeat monitor --demo

test: install-test format lint types arrows unit

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A stale build/ would ship modules that were deleted since.
install-demo: $(BIN)/python
	rm -rf build
	$(PIP_INSTALL) .

install-test: $(BIN)/python
	rm -rf build
	$(PIP_INSTALL) $(EXTRA_INDEX) --editable '.[train,dev]'

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

# mypy sees the folders under their installed names through a farm of links.
types:
	mkdir -p .typing/sibeat
	for package in $(PACKAGES); do ln -sfn ../../$$package .typing/sibeat/$$package; done
	MYPYPATH=.typing $(BIN)/mypy --package sibeat

arrows:
	$(BIN)/lint-imports --no-cache

# A process for each processor: half of the time goes into thousands of small tests. Whoever is free
# takes over what waits, for a few tests take a minute and more; at most four, for memory. One thread
# in each: with more, those of torch and BLAS wait for one another. Tracing for coverage doubles the
# time of a test, so that those over hours of signal do without (`no_cover`).
unit:
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal \
		--cov=ecg --cov=monitor --cov=model --cov-fail-under=90 --cov-report=term:skip-covered

# 24 hours of stream, of a board with a counter and of one that sends text, in minutes of real time;
# ten million random and mutated bytes a decoder; a port that is away for 10 s, three times.
HOURS ?= 24
soak: install-test
	$(BIN)/python -m benchmarks.soak --hours $(HOURS) --protocol openbci-cyton --replay
	$(BIN)/python -m benchmarks.soak --hours $(HOURS) --protocol text --replay
	$(BIN)/python -m benchmarks.fuzz
	$(BIN)/python -m benchmarks.unplug

clean:
	rm -rf $(VENV) .typing build *.egg-info

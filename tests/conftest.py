"""What all tests share: where the real database is."""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# No timed tests: hypothesis would fail an example that takes 0.2 s, which load alone can do.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

MITDB_BESIDE_THE_PROJECT = Path(__file__).parents[1].parent / "shared" / "data" / "mitdb"


@contextmanager
def traced_or_not(item: pytest.Item) -> Iterator[None]:
    """Leave tests marked `no_cover` without any tracer, which doubles their time.

    In xdist's workers pytest-cov 7 has two: when it pauses the one, coverage resumes the other.
    """
    if item.get_closest_marker("no_cover") is None:
        yield
        return
    tracers = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Set up what a test needs."""
    with traced_or_not(item):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a test."""
    with traced_or_not(item):
        return (yield)


@pytest.fixture(scope="session")
def mitdb() -> Path:
    """Folder of the MIT-BIH Arrhythmia Database; skips, saying so, where it is absent."""
    folder = Path(os.environ.get("SIBEAT_MITDB", MITDB_BESIDE_THE_PROJECT))
    if not (folder / "100.hea").exists():
        pytest.skip(f"no MIT-BIH database at {folder}: set SIBEAT_MITDB to its folder")
    return folder


@pytest.fixture(scope="session")
def benchmark_module() -> Callable[[str], ModuleType]:
    """Import a benchmark by its name; benchmarks are no part of the installed package."""

    def load(name: str) -> ModuleType:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(Path(__file__).parents[1]))
            return importlib.import_module(f"benchmarks.{name}")

    return load


@pytest.fixture(scope="session", autouse=True)
def signals_as_in_a_terminal() -> Iterator[None]:
    """Undo what nohup and background jobs do: a child would inherit signals that are ignored."""
    if not hasattr(signal, "SIGHUP"):
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)

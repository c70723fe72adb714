"""What the monitor does once before its first step, and beside the first ones."""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sibeat.cli.monitoring import load_detectors, spare_what_is_loaded
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.model.artefact import load_student
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings


@pytest.fixture(autouse=True)
def nothing_frozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_loaded_is_never_walked_again() -> None:
    held = [[] for _ in range(1000)]
    spare_what_is_loaded()
    assert gc.get_freeze_count() > len(held)
    assert len(gc.get_objects()) < len(held), "a collection walks what came since, no more"


def quick_pipeline() -> Pipeline:
    info = StreamInfo("made up", "a test", 250.0, "II", unit="mV")
    return Pipeline(info, load_student(), PipelineSettings(), load_now=False)


def test_detectors_are_loaded_and_spared() -> None:
    pipeline = quick_pipeline()
    load_detectors(pipeline)
    assert pipeline._voters._methods
    assert gc.get_freeze_count() > 0


@pytest.mark.parametrize("error", [ConfigError("neurokit2 cannot be loaded"), MemoryError()])
def test_what_kept_them_from_loading_is_raised_by_the_next_step(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, item = quick_pipeline(), Chunk(0, np.zeros(10, np.float32))
    pipeline.feed(item)

    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr("sibeat.ecg.votes.find_method", fail)
    load_detectors(pipeline)
    with pytest.raises(type(error)):
        pipeline.feed(replace(item, start=10))


RUN = """
import sys
{before}
from sibeat.cli.app import main
try:
    main()
finally:
    print([name for name in ("neurokit2", "scipy") if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize(("speed", "loaded"), [("1.0", "['neurokit2', 'scipy']"), ("max", "[]")])
def test_where_somebody_watches_detectors_are_loaded_beside_the_first_seconds(
    speed: str, loaded: str, tmp_path: Path
) -> None:
    """One second of the demo asks for no vote, and nothing else needs scipy, which loads slowly."""
    options = ["--demo", "--duration", "1", "--headless", "--speed", speed]
    outputs = ["--alerts", str(tmp_path / "a.jsonl")]
    command = [sys.executable, "-c", RUN.format(before=""), "monitor", *options, *outputs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == loaded


def test_detectors_that_cannot_be_loaded_end_the_session_at_once(tmp_path: Path) -> None:
    """Before a vote is asked for, and not as an error of the source."""
    log = tmp_path / "a.jsonl"
    broken = RUN.format(before="sys.modules['neurokit2.ecg.ecg_findpeaks'] = None")
    options = ["--demo", "--headless", "--speed", "1", "--alerts", str(log)]
    command = [sys.executable, "-c", broken, "monitor", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == ConfigError.exit_code, done.stderr
    assert "neurokit2 cannot be loaded" in done.stderr
    last = json.loads(log.read_text().splitlines()[-1])
    assert last["ended"].startswith("an error: neurokit2 cannot be loaded")
    assert last["sample"] < 10 * last["fs"]

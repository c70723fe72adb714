"""A few minutes of the soak: what it promises, and that its checks can fail."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.no_cover

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, which is no part of the installed package."""
    monkeypatch.syspath_prepend(str(REPOSITORY))
    return importlib.import_module("benchmarks.soak")


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["openbci-cyton", "text"])
def test_minutes_of_faults_leave_nothing_uncounted(protocol: str, tmp_path: Path) -> None:
    options = ["--hours", "0.1", "--protocol", protocol, "--replay", "--json"]
    command = [sys.executable, "-m", "benchmarks.soak", *options, str(tmp_path / "found.json")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8")) == found
    assert found["ok"]
    assert found["board"]["faults"]["n_dropped"] > 0
    assert found["beats"] > 300


def test_the_board_counts_every_tick(soak: ModuleType) -> None:
    board = soak.SoakBoard("openbci-cyton", 900.0, seed=2)
    told = list(board.arrivals())
    counts = board.counts
    assert counts.n_samples == 900 * 250
    assert board.encoder.counts.n_frames + counts.n_away + counts.n_clean == counts.n_samples
    assert counts.n_clean == 500
    assert counts.n_bytes == sum(len(arrival.data) for arrival in told)
    kinds = [arrival.kind for arrival in told if arrival.kind != "read"]
    assert kinds == ["lost", "back"] * (len(kinds) // 2) + ["lost"] * (len(kinds) % 2)
    times = [arrival.time_s for arrival in told]
    assert times == sorted(times)


def test_a_log_that_lacks_an_alert_is_not_whole(soak: ModuleType, tmp_path: Path) -> None:
    alert = {"type": "alert", "sample": 1}
    end = {"type": "session", "phase": "end", "alerts": 2}
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in (alert, alert, end)))
    assert soak.log_figures(path)["whole"]
    path.write_text("".join(json.dumps(line) + "\n" for line in (alert, end)))
    assert not soak.log_figures(path)["whole"]

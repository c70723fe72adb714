"""What the benchmark of the live run makes of a log, of notes of syncs, and of a board's words."""

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def live_latency(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, which is no part of the installed package."""
    monkeypatch.syspath_prepend(str(REPOSITORY))
    return importlib.import_module("benchmarks.live_latency")


def test_a_line_is_on_the_disk_with_the_first_sync_that_holds_it(
    live_latency: ModuleType, tmp_path: Path
) -> None:
    lines = [json.dumps({"number": number}) + "\n" for number in range(3)]
    (tmp_path / "log").write_text("".join(lines))
    n_bytes = len(lines[0])
    syncs = [live_latency.Sync(n_bytes, 1.0, 0.0), live_latency.Sync(3 * n_bytes, 2.0, 0.0)]
    timed = list(live_latency.timed_lines(tmp_path / "log", syncs))
    assert timed == [({"number": 0}, 1.0), ({"number": 1}, 2.0), ({"number": 2}, 2.0)]


def test_latency_counts_from_when_the_peak_was_said(live_latency: ModuleType) -> None:
    board = live_latency.LiveBoard(500.0, 0.004)
    block = importlib.import_module("benchmarks.live_board").Block
    board.blocks = [block(2 * n, 2 * n + 2, 100 + 0.004 * n) for n in range(1000)]
    board.beats = [505]
    alert = {"type": "alert", "stage": "provisional", "sample": 500, "decided_at_sample": 832}
    late = alert | {"stage": "late", "decided_at_sample": 1900}
    run = live_latency.LiveRun(board, [(alert, 101.69), (late, 105.0)], [])
    found = live_latency.latencies([run])
    assert found["r_peak_to_disk_s"]["p50"] == pytest.approx(0.69)
    assert found["ours_s"]["max"] == pytest.approx(0.04)
    assert found["of_this_signal_needed_s"]["max"] == pytest.approx(0.664)
    assert found["from_the_last_sample_to_disk_s"]["max"] == pytest.approx(0.03)
    assert (found["n_late_alerts"], found["share_at_a_true_beat"]) == (1, 1.0)


def test_a_board_says_a_record_at_its_own_rate(live_latency: ModuleType, mitdb: Path) -> None:
    with live_latency.LiveBoard(500.0, 0.004, record=mitdb / "208") as board:
        assert board.fs == 360.0
        with open(board.port, "rb", buffering=0) as port:
            heard = b""
            while heard.count(b"\n") < 300:
                heard += port.read(4096)
    assert len(board.beats) == 2955
    assert board.blocks[-1].stop >= 298


def test_load_is_processor_time_over_wall_time(live_latency: ModuleType) -> None:
    times = [(3.0, 1.0), (9.0, 3.9), (13.0, 4.0), (20.0, 5.5), (33.0, 7.0)]
    syncs = [live_latency.Sync(n, *time) for n, time in enumerate(times)]
    run = live_latency.LiveRun(live_latency.LiveBoard(500.0, 0.004), [], syncs)
    load = {"of_one_core": 0.15, "wall_s": 20.0, "processor_s_of_the_start": 3.0}
    assert live_latency.load(run) == load

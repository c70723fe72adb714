"""A port that is away for 10 s, three times, on a clock that runs five times as fast.

`make soak` does the same at real time, with the monitor's own process (`benchmarks/unplug.py`).
"""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from sibeat.model.artefact import load_student
from sibeat.monitor.events import BeatFinal
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.session import Outcome, Session
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.simulator.faults import Faults, Spell
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.annotations import AnnotationSink
from sibeat.monitor.sinks.base import EventCollector, Headless
from sibeat.monitor.sources import serial_port
from sibeat.monitor.sources.arrival_clock import arrival_clock
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder
from sibeat.monitor.stopping import StopRequest

REPOSITORY = Path(__file__).parents[1]
FS, SPEED = 250.0, 2.0
AWAY = Spell(18.0, 10.0)
SECONDS = 71.0
TIMES = 3


@pytest.fixture
def unplug(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, which is no part of the installed package."""
    monkeypatch.syspath_prepend(str(REPOSITORY))
    first, longest = serial_port.BACK_OFF_S
    monkeypatch.setattr(serial_port, "BACK_OFF_S", (first / SPEED, longest / SPEED))
    return importlib.import_module("benchmarks.unplug")


def watch(port: str, folder: Path, kept: EventCollector) -> Outcome:
    serial = serial_port.SerialPort(port, clock=lambda: SPEED * arrival_clock())
    decoder = TextDecoder(None, FS, None)
    source = LiveSource(serial, decoder, LiveStream(decoder, FS), "board")
    student = load_student()
    return Session(
        source,
        lambda info: Pipeline(info, student, PipelineSettings()),
        [AlertLog(folder / "alerts.jsonl", sync_each=True), AnnotationSink(folder), kept],
        Headless(lambda text: None),
        StopRequest(),
        duration_s=SECONDS,
    ).run()


@pytest.mark.slow
def test_three_absences_are_gaps_of_the_right_length_and_beats_come_back(
    unplug: ModuleType, tmp_path: Path
) -> None:
    kept = EventCollector()
    board = unplug.LiveBoard(
        FS,
        unplug.UTTERANCE_S,
        speed=SPEED,
        link=tmp_path / "ttyBOARD",
        faults=Faults(unplug=AWAY),
        settle_s=0.1,
    )
    with board:
        outcome = watch(board.port, tmp_path, kept)
    assert outcome.error is None
    assert outcome.summary is not None
    found = unplug.judge(board, tmp_path, unplug.CLOCK_S * SPEED)
    assert found["ok"], found
    assert len(found["in_log"]) == TIMES == outcome.summary.loss.reconnects
    assert all(gap["length_s"] > AWAY.for_s - unplug.CLOCK_S * SPEED for gap in found["in_log"])
    beats = [event for event in kept.events if isinstance(event, BeatFinal)]
    for gap in found["in_log"]:
        stop = (gap["start_s"] + gap["length_s"]) * FS
        first = min(beat.decided_at_sample for beat in beats if beat.sample >= stop)
        assert first <= stop + unplug.BACK_S * FS


def test_what_nobody_heard_is_told_from_what_was_not_said_yet(unplug: ModuleType) -> None:
    board = unplug.LiveBoard(FS, unplug.UTTERANCE_S)
    block = importlib.import_module("benchmarks.live_board").Block
    heard = [False, True, True, False, False, True, False]
    board.blocks = [block(5 * n, 5 * n + 5, 0.0, one) for n, one in enumerate(heard)]
    assert unplug.unheard(board) == [unplug.Absence(15, 10)]


def test_a_gap_that_is_missing_or_too_long_does_not_agree(unplug: ModuleType) -> None:
    one, longer = unplug.Absence(100, 50), unplug.Absence(100, 60)
    assert unplug.agree([one], [longer], 10)
    assert not unplug.agree([one], [longer], 9)
    assert not unplug.agree([], [one], 10)

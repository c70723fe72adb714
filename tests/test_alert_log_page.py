"""docs/alert_log.md names every field that a script can find in the log and in the summary."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from sibeat.cli.monitoring import about
from sibeat.cli.settings import MonitorSettings
from sibeat.ecg.stream import GapReason, StreamInfo
from sibeat.model.artefact import load_monitor_student
from sibeat.monitor.counting import EventCounter
from sibeat.monitor.events import (
    Alert,
    BaselineEvent,
    Event,
    GapEvent,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.sinks.log_lines import session_line, to_line
from sibeat.monitor.summary import Summary
from sibeat.monitor.verdict import DemoVerdict

PAGE = Path(__file__).parents[1] / "docs" / "alert_log.md"
INFO = StreamInfo(source="demo", name="demo", fs=250.0, lead="II", unit="mV")
ALERT = Alert(
    *(500, 670, "provisional", 0.7, 0.5, -2.5, 1.0),
    *("ventricular-like", 0.8, None, 75.0, (0.1,) * 32, "medium", True),
)
EVENTS: list[Event] = [
    ALERT,
    Revision(500, 900, 0.4, "normal", 0.8),
    RhythmEvent("run", 500, 670, "medium", True, "3 beats"),
    BaselineEvent(500, 670, "following", "learnt from 20 beats"),
    GapEvent(500, 670, 100, "silence", False),
    QualityEvent(500, 670, "noisy", "good"),
]


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Everything that the page writes as code."""
    return set(re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8")))


def test_every_event_is_here() -> None:
    with_lines = {cls for cls in get_args(Event) if cls.__name__ not in ("BeatEvent", "BeatFinal")}
    assert {type(event) for event in EVENTS} == with_lines


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_field_of_an_event_is_told(event: Event, named: set[str]) -> None:
    line = to_line(event, INFO)
    assert line is not None
    assert set(line) <= named


def test_every_field_of_a_session_is_told(named: set[str]) -> None:
    told = about(MonitorSettings(), load_monitor_student(None))
    counts = EventCounter(INFO.fs, 0, "learning").as_fields()
    assert set(session_line("start", 0, INFO, told | counts)) <= named


def test_every_reason_of_a_loss_is_told(named: set[str]) -> None:
    assert set(get_args(GapReason)) <= named


def test_every_field_of_the_summary_is_told(named: set[str]) -> None:
    verdict = DemoVerdict(7, 7, 30, 0)
    summary = Summary("demo", "demo", "II", 250.0, 30.0, 30.0, "q", verdict=verdict).to_json()
    assert len(summary) > len(fields(Summary))
    assert set(keys(summary)) <= named


def keys(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield key
        if isinstance(value, Mapping):
            yield from keys(value)

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from sibeat.ecg.stream import GapReason, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import (
    BaselineEvent,
    BeatEvent,
    BeatFinal,
    Event,
    GapEvent,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.sinks.log_lines import encoded, session_line, to_line
from tests.monitor.made_alert import ALERT as MADE

START = datetime(2024, 3, 1, 12, 0, 0, tzinfo=UTC)
INFO = StreamInfo(
    "208", "replay data/208", 360.0, "MLII", first_sample=3600, n_samples=None, start_time=START
)
ALERT = replace(MADE, sample=3960, decided_at_sample=4200, error_trace=(0.123456789, 0.5))
COMMON = {"schema": "sibeat/1", "sample": 3960, "t_s": 1.0, "time": "2024-03-01T12:00:01.000Z"}


def test_an_alert_carries_every_field_of_the_contract() -> None:
    assert to_line(ALERT, INFO) == COMMON | {
        "type": "alert",
        "decided_at_sample": 4200,
        "stage": "provisional",
        "score": 0.75,
        "threshold": 0.5,
        "morphology": -2.0,
        "rhythm": 0.25,
        "kind": "ventricular-like",
        "rr_pre_s": 0.8,
        "rr_post_s": None,
        "hr_bpm": 75.0,
        "error_trace": [0.1235, 0.5],
        "priority": "medium",
        "announced": True,
    }


def test_a_revision_names_the_alert_that_it_withdraws() -> None:
    event = Revision(3960, 4500, 0.3, "normal", 0.9)
    assert to_line(event, INFO) == COMMON | {
        "type": "revision",
        "decided_at_sample": 4500,
        "withdraws": 3960,
        "score": 0.3,
        "kind": "normal",
        "rr_post_s": 0.9,
    }


def test_a_rhythm_event() -> None:
    event = RhythmEvent("asystole-like", 3960, 5400, "high", True, "no QRS for 4 s")
    assert to_line(event, INFO) == COMMON | {
        "type": "event",
        "decided_at_sample": 5400,
        "name": "asystole-like",
        "priority": "high",
        "announced": True,
        "detail": "no QRS for 4 s",
        "onset_sample": 3960,
    }


def test_an_episode_says_where_it_began() -> None:
    event = RhythmEvent("run-end", 3960, 5400, "information", False, "9 beats", 2000)
    line = to_line(event, INFO)
    assert line is not None
    assert (line["sample"], line["onset_sample"]) == (3960, 2000)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("lead_off", "lead_off"),
        ("reconnect", "reconnect"),
        ("dropped", "gap"),
        ("overflow", "gap"),
        ("silence", "gap"),
        ("invalid", "gap"),
    ],
)
def test_a_gap_has_the_type_of_its_reason(reason: GapReason, kind: str) -> None:
    event = GapEvent(3960, 4320, 360, reason, False)
    assert to_line(event, INFO) == COMMON | {
        "type": kind,
        "decided_at_sample": 4320,
        "reason": reason,
        "n_samples": 360,
        "duration_s": 1.0,
        "bridged": False,
    }


def test_a_change_of_quality() -> None:
    event = QualityEvent(3960, 4000, "noisy", "good")
    assert to_line(event, INFO) == COMMON | {
        "type": "quality",
        "decided_at_sample": 4000,
        "quality": "noisy",
        "previous": "good",
    }


@pytest.mark.parametrize(
    ("state", "detail"),
    [("following", "learnt from 20 beats"), ("held", "signal was lost")],
)
def test_a_change_of_the_baseline(state: BaselineState, detail: str) -> None:
    assert to_line(BaselineEvent(3960, 4200, state, detail), INFO) == COMMON | {
        "type": "event",
        "decided_at_sample": 4200,
        "name": f"baseline-{state}",
        "priority": "information",
        "announced": False,
        "detail": detail,
    }


def test_the_first_beats_that_are_learnt_have_no_line() -> None:
    assert to_line(BaselineEvent(3960, 4200, "learning", "12/20"), INFO) is None


def test_beats_have_no_line() -> None:
    window = np.zeros(320, np.float32)
    beat = BeatEvent(1, 2, 0.1, 0, 0, "normal", False, "good", None, None, window, window)
    final = BeatFinal(1, 2, 0.1, 0, 0, "normal", None)
    events: list[Event] = [beat, final]
    assert [to_line(event, INFO) for event in events] == [None, None]


def test_the_session_line_says_what_stream_it_was() -> None:
    line = session_line("start", 3600, INFO, {"version": "0.1.0"})
    assert line == {
        "schema": "sibeat/1",
        "type": "session",
        "sample": 3600,
        "t_s": 0.0,
        "time": "2024-03-01T12:00:00.000Z",
        "phase": "start",
        "source": "replay data/208",
        "record": "208",
        "fs": 360.0,
        "lead": "MLII",
        "unit": "mV",
        "version": "0.1.0",
    }


@pytest.mark.parametrize(
    ("start", "text"),
    [
        (None, None),
        (START.replace(tzinfo=None), "2024-03-01T12:00:01.000Z"),
        (START.astimezone(timezone(timedelta(hours=2))), "2024-03-01T12:00:01.000Z"),
    ],
)
def test_time_is_utc_or_null_when_the_source_has_no_clock(
    start: datetime | None, text: str | None
) -> None:
    info = StreamInfo("a", "a", 100.0, "I", start_time=start)
    line = to_line(QualityEvent(100, 100, "flat", "good"), info)
    assert line is not None
    assert line["time"] == text


def test_what_json_cannot_hold_becomes_null_and_the_line_is_one_line() -> None:
    data = encoded({"a": math.nan, "b": [math.inf, 1], "c": {"d": -math.inf}, "e": "x\ny"})
    assert data.count(b"\n") == 1
    assert data.endswith(b"\n")
    assert json.loads(data) == {"a": None, "b": [None, 1], "c": {"d": None}, "e": "x\ny"}


def test_numpy_scalars_are_written_as_numbers() -> None:
    event = GapEvent(np.int64(5), np.int64(9), np.int64(4), "dropped", np.bool_(True))  # type: ignore[arg-type]
    line = to_line(event, INFO)
    assert line is not None
    assert json.loads(encoded(line))["bridged"] is True

"""Alerts judged by hand: false or true, how late, how long."""

from typing import Any

import numpy as np
import pytest

from sibeat.monitor.evaluation.alarms import JudgedAlert, judge_alerts, standing_s
from sibeat.monitor.evaluation.hearing import Heard, Listener
from sibeat.monitor.evaluation.match import Truth
from sibeat.monitor.events import Alert, BeatEvent, BeatFinal, Event, Revision

FS = 100.0


def say_beat(sample: int, decided_at: int) -> BeatEvent:
    nothing = np.zeros(0, dtype=np.float32)
    values: dict[str, Any] = dict.fromkeys(("score", "morphology", "rhythm"), 0.9)
    return BeatEvent(
        sample,
        decided_at,
        kind="abnormal",
        abnormal=True,
        quality="good",
        rr_pre_s=None,
        hr_bpm=None,
        window=nothing,
        reconstruction=nothing,
        **values,
    )


def say_alert(sample: int, decided_at: int, **changed: Any) -> Alert:
    values: dict[str, Any] = {
        "stage": "provisional",
        "kind": "abnormal",
        "priority": "low",
        "announced": True,
        "error_trace": (),
        **dict.fromkeys(("score", "threshold", "morphology", "rhythm"), 0.5),
        **dict.fromkeys(("rr_pre_s", "rr_post_s", "hr_bpm")),
    }
    return Alert(sample, decided_at, **(values | changed))


def heard(events: list[Event], n_samples: int = 1000) -> Heard:
    listener = Listener(FS)
    for event in events:
        listener.take(event)
    return listener.heard(n_samples)


@pytest.fixture
def four_beats() -> list[Event]:
    """Beats at 1, 2, 3 and 4 s, each judged 0.7 s later, finals with the next one."""
    samples = (100, 200, 300, 400)
    beats: list[Event] = [say_beat(sample, sample + 70) for sample in samples]
    return [*beats, *(BeatFinal(s, s + 170, 0.1, 0, 0, "normal", None) for s in samples)]


def test_an_alert_is_false_on_a_normal_beat_and_on_none(four_beats: list[Event]) -> None:
    alerts = [say_alert(sample, sample + 70) for sample in (100, 200, 300, 400)]
    truths: tuple[Truth, ...] = ("N", "V", "none", "flutter")
    judged = judge_alerts(heard(four_beats + alerts), truths)
    assert [alert.truth for alert in judged] == list(truths)
    assert [alert.false for alert in judged] == [True, False, True, False]


def test_delay_is_signal_time_and_late_ones_are_told_apart(four_beats: list[Event]) -> None:
    alerts = [say_alert(100, 170), say_alert(200, 370, stage="late")]
    first, second = judge_alerts(heard(four_beats + alerts), ("N",) * 4)
    assert (first.delay_s, first.late) == (0.7, False)
    assert (second.delay_s, second.late) == (1.7, True)


def test_an_alert_stands_until_the_next_beat_is_judged(four_beats: list[Event]) -> None:
    alerts = [say_alert(100, 170), say_alert(400, 470)]
    first, last = judge_alerts(heard(four_beats + alerts), ("N",) * 4)
    assert (first.begin_s, first.end_s) == (1.7, 2.7)
    assert (last.begin_s, last.end_s) == (4.7, 10.0)  # to the end of the stream


def test_a_withdrawal_ends_an_alert_earlier(four_beats: list[Event]) -> None:
    events = [*four_beats, say_alert(100, 170), Revision(100, 200, 0.2, "normal", 0.5)]
    (alert,) = judge_alerts(heard(events), ("N",) * 4)
    assert alert.withdrawn
    assert alert.end_s == 2.0


def test_seconds_in_which_alerts_stand_count_once() -> None:
    def standing(begin_s: float, end_s: float) -> JudgedAlert:
        return JudgedAlert("N", True, False, False, 0.7, begin_s, end_s)

    assert standing_s([standing(1, 2), standing(1.5, 3), standing(2, 2.5), standing(5, 6)]) == 3.0
    assert standing_s([]) == 0.0


def test_windows_are_not_kept(four_beats: list[Event]) -> None:
    kept = heard(four_beats)
    assert not any(isinstance(event, BeatEvent) for event in kept.beats)
    assert kept.judged_at == (170, 270, 370, 470)
    assert all(isinstance(alert, Alert) for alert in kept.alerts)

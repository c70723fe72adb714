from dataclasses import replace

import numpy as np
import pytest

from sibeat.monitor.counting import EventCounter
from sibeat.monitor.events import (
    BaselineEvent,
    BeatEvent,
    BeatFinal,
    GapEvent,
    Kind,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.summary import AlertCounts, BaselineCounts, BeatCounts, Delay, LossCounts

from .made_alert import ALERT as MADE

ALERT = replace(MADE, sample=100, decided_at_sample=165, kind="abnormal")


@pytest.fixture
def counter() -> EventCounter:
    return EventCounter(fs=100.0, first_sample=1000)


def test_beats_are_counted_by_their_final_kind(counter: EventCounter) -> None:
    kinds: list[Kind] = ["normal", "normal", "ventricular-like", "abnormal"]
    for kind in kinds:
        counter.take(BeatFinal(0, 0, 0, 0, 0, kind, None))
    assert counter.beats == BeatCounts(4, 2, 1, 0, 1)
    assert counter.beats.abnormal_share == 0.5


def test_alerts_are_counted_by_what_became_of_them(counter: EventCounter) -> None:
    counter.take(ALERT)
    counter.take(replace(ALERT, announced=False, stage="late"))
    counter.take(Revision(100, 300, 0.1, "normal", None))
    assert counter.alerts == AlertCounts(total=2, announced=1, late=1, withdrawn=1)


def test_the_delay_is_that_of_provisional_alerts(counter: EventCounter) -> None:
    for delay in [65] * 98 + [70, 80]:
        counter.take(replace(ALERT, decided_at_sample=100 + delay))
    counter.take(replace(ALERT, decided_at_sample=900, stage="late"))
    assert counter.delay == Delay(100, 0.65, 0.70)
    assert EventCounter(100.0, 0).delay == Delay(0, None, None)


def test_an_alert_that_an_end_forced_out_says_nothing_of_the_delay() -> None:
    counter = EventCounter(100.0, 0, latency_samples=67)
    for delay in (3, 40, 64, 65, 66, 67):
        counter.take(replace(ALERT, decided_at_sample=ALERT.sample + delay))
    assert counter.alerts.total == 6
    assert counter.delay == Delay(3, 0.66, 0.67)


def test_the_mean_heart_rate_is_that_of_all_intervals(counter: EventCounter) -> None:
    window = np.zeros(320, np.float32)
    assert counter.mean_hr_bpm is None
    for rr_s in (None, 0.5, 1.0):
        beat = BeatEvent(0, 0, 0, 0, 0, "normal", False, "good", rr_s, None, window, window)
        counter.take(beat)
    assert counter.mean_hr_bpm == pytest.approx(80.0)


def test_lead_off_is_no_lost_sample(counter: EventCounter) -> None:
    counter.take(GapEvent(0, 0, 50, "lead_off", False))
    counter.take(GapEvent(0, 0, 3, "dropped", True))
    counter.take(GapEvent(0, 0, 7, "reconnect", False))
    assert counter.loss(1, 4) == LossCounts(10, 2, 0.5, 1, 4)


def test_quality_is_counted_from_change_to_change(counter: EventCounter) -> None:
    counter.take(QualityEvent(1200, 1210, "noisy", "good"))
    counter.take(QualityEvent(1250, 1260, "good", "noisy"))
    assert counter.quality_s(1400) == {"good": 3.5, "noisy": 0.5}


def test_lost_samples_are_of_no_quality(counter: EventCounter) -> None:
    counter.take(GapEvent(1100, 1150, 50, "reconnect", bridged=False))
    counter.take(QualityEvent(1200, 1210, "noisy", "good"))
    counter.take(GapEvent(1220, 1223, 3, "dropped", bridged=True))
    assert counter.quality_s(1400) == {"good": 1.5, "lost": 0.53, "noisy": 1.97}


def test_a_loss_told_after_the_lead_was_off_is_taken_from_what_was_before(
    counter: EventCounter,
) -> None:
    counter.take(QualityEvent(1100, 1101, "lead_off", "good"))
    counter.take(GapEvent(1050, 1200, 50, "dropped", bridged=False))
    counter.take(GapEvent(1100, 1200, 100, "lead_off", bridged=False))
    counter.take(QualityEvent(1200, 1201, "good", "lead_off"))
    assert counter.quality_s(1300) == {"good": 1.5, "lead_off": 1.0, "lost": 0.5}


def test_a_loss_that_a_lead_went_off_in_is_taken_from_before_and_after_that(
    counter: EventCounter,
) -> None:
    counter.take(QualityEvent(1100, 1101, "lead_off", "good"))
    counter.take(GapEvent(1050, 1301, 250, "dropped", bridged=False))
    counter.take(QualityEvent(1300, 1301, "good", "lead_off"))
    assert counter.quality_s(1400) == {"good": 1.5, "lost": 2.5}


def test_a_loss_told_before_a_change_that_began_earlier_is_taken_from_what_came(
    counter: EventCounter,
) -> None:
    counter.take(GapEvent(1050, 1053, 3, "dropped", bridged=True))
    counter.take(QualityEvent(1000, 1100, "flat", "good"))
    counter.take(GapEvent(1090, 1130, 20, "dropped", bridged=True))
    counter.take(QualityEvent(1100, 1200, "good", "flat"))
    assert counter.quality_s(1200) == pytest.approx({"good": 0.9, "flat": 0.87, "lost": 0.23})


def test_the_log_holds_the_counts_as_plain_numbers(counter: EventCounter) -> None:
    counter.take(ALERT)
    counter.take(RhythmEvent("pause", 0, 0, "low", True))
    counter.take(RhythmEvent("run-end", 0, 0, "information", False))
    counter.take(BeatFinal(0, 0, 0, 0, 0, "abnormal", None))
    assert counter.as_fields() == {
        "beats": 1,
        "abnormal_beats": 1,
        "alerts": 1,
        "announced": 1,
        "withdrawn": 0,
        "events": {"pause": 1},
        "baseline": "learning",
        "baseline_changes": 0,
        "gaps": 0,
        "lost_samples": 0,
    }


def test_changes_of_the_baseline_are_counted_and_its_first_beats_are_not() -> None:
    counter = EventCounter(100.0, 0, "held")
    assert counter.baseline == BaselineCounts("held", 0)
    for state, detail in (("following", "back"), ("following", "learnt anew"), ("held", "lost")):
        counter.take(BaselineEvent(5, 9, state, detail))
    assert counter.baseline == BaselineCounts("held", 3)
    assert counter.as_fields()["baseline"] == "held"
    assert counter.as_fields()["baseline_changes"] == 3
    learning = EventCounter(100.0, 0)
    learning.take(BaselineEvent(5, 9, "learning", "1/20"))
    assert learning.baseline == BaselineCounts("learning", 0)

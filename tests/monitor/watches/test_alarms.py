"""Alerts: one for each abnormal beat, announced or not, withdrawn or late."""

import numpy as np
import pytest

from sibeat.model.scorer import BeatScore
from sibeat.monitor.events import Alert, Revision
from sibeat.monitor.watches.alarms import (
    ERROR_TRACE_BINS,
    PRIORITY,
    Alarms,
    JudgedBeat,
    error_trace,
)

V, S, N = "ventricular-like", "supraventricular-like", "normal"
REFRACTORY = 1000


def beat_score(score=0.9):
    flat = np.zeros(320, np.float32)
    return BeatScore(score, 1.0, 2.0, 0.0, 0.0, reconstruction=flat)


def judged(sample, kind, *, trusted=True, score=0.9):
    window = np.ones(320, np.float32)
    return JudgedBeat(sample, sample + 0.25, beat_score(score), kind, trusted, window, 0.8, 75.0)


@pytest.fixture
def alarms():
    return Alarms(threshold=0.5, refractory=REFRACTORY)


def give(alarms, sample, kind, *, in_time=True, calm=True, trusted=True):
    beat = judged(sample, kind, trusted=trusted)
    return alarms.provisional(beat, sample + 170, in_time=in_time, calm=calm)


def test_a_normal_beat_gives_no_alert(alarms):
    assert give(alarms, 100, N) == []


def test_an_alert_carries_all_that_is_known_of_the_beat(alarms):
    (alert,) = give(alarms, 100, V)
    assert alert == Alert(
        sample=100,
        decided_at_sample=270,
        stage="provisional",
        score=0.9,
        threshold=0.5,
        morphology=1.0,
        rhythm=2.0,
        kind=V,
        rr_pre_s=0.8,
        rr_post_s=None,
        hr_bpm=75.0,
        error_trace=(1.0,) * ERROR_TRACE_BINS,
        priority="medium",
        announced=True,
    )


def test_a_beat_decided_late_gives_a_late_alert(alarms):
    (alert,) = give(alarms, 100, V, in_time=False)
    assert alert.stage == "late"


def test_the_refractory_time_is_that_of_one_kind_and_counts_from_the_announced_alert(alarms):
    samples = [0, 400, 999, 1000, 1500, 2000]
    given = [give(alarms, sample, V)[0].announced for sample in samples]
    assert given == [True, False, False, True, False, True]
    (other,) = give(alarms, 2001, S)
    assert other.announced
    assert other.priority == "low"


@pytest.mark.parametrize("quiet", [{"calm": False}, {"trusted": False}])
def test_noise_keeps_an_alert_quiet_and_starts_no_refractory_time(quiet, alarms):
    (alert,) = give(alarms, 100, "abnormal", **quiet)
    assert not alert.announced
    (next_alert,) = give(alarms, 200, "abnormal")
    assert next_alert.announced


def final(alarms, before, after, *, calm=True):
    return alarms.final(judged(100, before), beat_score(0.4), after, 1.1, 470, calm=calm)


def test_a_final_score_that_agrees_says_nothing(alarms):
    assert final(alarms, N, N) == []
    assert final(alarms, V, V) == []


def test_a_normal_final_score_withdraws_the_alert(alarms):
    assert final(alarms, V, N) == [Revision(100, 470, 0.4, N, 1.1)]


@pytest.mark.parametrize("calm", [True, False])
def test_an_abnormal_final_score_alone_gives_a_late_alert(calm, alarms):
    (alert,) = final(alarms, N, S, calm=calm)
    assert (alert.stage, alert.score, alert.kind, alert.rr_post_s) == ("late", 0.4, S, 1.1)
    assert (alert.sample, alert.decided_at_sample, alert.announced) == (100, 470, calm)


def test_every_kind_but_normal_has_a_priority():
    assert set(PRIORITY) == {V, S, "abnormal"}


def test_the_error_trace_says_where_the_reconstruction_fails():
    window, reconstruction = np.zeros(320, np.float32), np.zeros(320, np.float32)
    reconstruction[140:150] = 0.5
    trace = error_trace(window, reconstruction)
    assert len(trace) == ERROR_TRACE_BINS
    assert trace[14] == 0.25
    assert sum(trace) == 0.25

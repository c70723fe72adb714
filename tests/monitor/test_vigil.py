"""The watches, told by hand what the pipeline would tell them."""

import pytest

from sibeat.ecg.continuity import Break
from sibeat.monitor.events import QualityEvent
from sibeat.monitor.vigil import QualityWatch, RhythmWatch, SilenceWatch

GOOD, BAD = 2.0, 0.1
"""crests of a trusted beat and of one that is not"""


def test_a_quality_is_told_when_it_changes_and_only_then():
    watch = QualityWatch()
    assert watch.start(0, 1) == []
    assert watch.second(0, 250, "good") == []
    assert watch.second(250, 500, "flat") == [QualityEvent(250, 500, "flat", "good")]
    assert watch.second(500, 750, "flat") == []
    assert watch.quality == "flat"
    assert watch.second(750, 1000, "rail") == [QualityEvent(750, 1000, "rail", "flat")]
    assert watch.second(1000, 1250, "good") == [QualityEvent(1000, 1250, "good", "rail")]


def test_two_of_four_untrusted_beats_make_noise_and_three_trusted_ones_end_it():
    watch = QualityWatch()
    crests = [GOOD, GOOD, GOOD, BAD, BAD, GOOD, GOOD, GOOD]
    told = [watch.beat(k, k + 1, crest) for k, crest in enumerate(crests)]
    assert [trusted for trusted, _ in told] == [crest == GOOD for crest in crests]
    changes = [event for _, events in told for event in events]
    assert changes == [QualityEvent(4, 5, "noisy", "good"), QualityEvent(7, 8, "good", "noisy")]


def test_no_beat_is_trusted_on_a_flat_line_or_a_rail():
    watch = QualityWatch()
    for quality in ("flat", "rail"):
        watch.second(0, 250, quality)
        assert watch.beat(100, 300, GOOD) == (False, [])


@pytest.mark.parametrize("reason", ["dropped", "silence", "invalid", "reconnect", "overflow"])
def test_only_a_lead_that_is_off_is_a_quality_of_its_own(reason):
    watch = QualityWatch()
    assert watch.stop(Break(100, 111, reason)) == []
    off = QualityEvent(100, 111, "lead_off", "good")
    assert watch.stop(Break(100, 111, "lead_off")) == [off]
    assert watch.start(500, 501) == [QualityEvent(500, 501, "good", "lead_off")]


def test_noise_is_forgotten_over_a_gap():
    watch = QualityWatch()
    for k in range(4):
        watch.beat(k, k, BAD)
    assert watch.quality == "noisy"
    assert watch.start(50, 51) == [QualityEvent(50, 51, "good", "noisy")]


def test_silence_falls_due_once_a_limit_and_a_latency_after_the_last_beat():
    watch = SilenceWatch(limit=1000, latency=170)
    assert watch.due() is None
    watch.restart(400, 570)
    watch.restart(600, 770)
    assert watch.due() == 1770
    (event,) = watch.fire(1770, 250.0)
    assert (event.name, event.sample, event.decided_at_sample) == ("asystole-like", 600, 1770)
    assert (event.priority, event.announced) == ("high", True)
    assert event.detail == "no trusted QRS for 4 s"
    assert watch.due() is None
    watch.restart(5000, 5170)
    assert watch.due() == 6170


def test_silence_is_not_told_before_the_beat_that_it_follows():
    """Beats of the learning period are decided late."""
    watch = SilenceWatch(limit=250, latency=170)
    watch.restart(100, 900)
    assert watch.due() == 900


def test_a_suspended_watch_counts_nothing():
    watch = SilenceWatch(limit=1000, latency=170)
    watch.restart(400, 570)
    watch.suspend()
    assert watch.due() is None


def beats(watch, *kinds, rr_s=0.8):
    return [
        [event.name for event in watch.beat(k, k + 1, kind, rr_s)] for k, kind in enumerate(kinds)
    ]


V, N, S = "ventricular-like", "normal", "supraventricular-like"


@pytest.mark.parametrize(
    ("kinds", "at"),
    [
        ((V, V, N, V, V), []),
        ((V, V, V, V, V), [2]),
        ((V, V, V, N, V, V, V), [2, 6]),
        ((V, V, S, V), []),
        ((V, V, "abnormal", V), []),
    ],
)
def test_a_run_is_told_at_its_third_beat(kinds, at):
    told = beats(RhythmWatch(2.0), *kinds)
    assert [k for k, names in enumerate(told) if names == ["run"]] == at
    assert sum(map(len, told)) == len(at)


def test_no_run_goes_on_over_a_gap():
    watch = RhythmWatch(2.0)
    beats(watch, V, V)
    watch.interrupt()
    assert beats(watch, V, V) == [[], []]


@pytest.mark.parametrize(("rr_s", "names"), [(None, []), (1.99, []), (2.0, ["pause"])])
def test_a_pause_is_told_by_the_beat_that_ends_it(rr_s, names):
    assert beats(RhythmWatch(2.0), N, rr_s=rr_s) == [names]


def test_a_run_may_begin_with_a_pause():
    watch = RhythmWatch(2.0)
    beats(watch, V, V)
    first, second = watch.beat(10, 11, V, 2.5)
    assert (first.name, first.detail, first.priority) == ("pause", "RR 2.50 s", "medium")
    assert (second.name, second.priority) == ("run", "high")

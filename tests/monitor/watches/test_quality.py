"""Signal quality, told by hand what the pipeline would tell it."""

import pytest

from sibeat.ecg.continuity import Break
from sibeat.monitor.events import QualityEvent
from sibeat.monitor.watches.quality import QualityWatch

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

"""Each beat counts once, whatever says in whichever order that it is abnormal."""

import numpy as np
import pytest

from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import Revision
from sibeat.monitor.screen.tally import BeatTally


@pytest.fixture
def tally(info: StreamInfo) -> BeatTally:
    return BeatTally(16.0, info)


def test_an_abnormal_beat_counts_once_whatever_says_so(tally, make_beat, make_alert):
    tally.add_alert(make_alert(400))
    tally.add_beat(make_beat(400, "ventricular-like"))
    tally.add_alert(make_alert(400))
    assert (tally.n_beats, tally.n_abnormal) == (1, 1)


def test_a_late_alert_makes_its_beat_abnormal(tally, make_beat, make_alert):
    tally.add_beat(make_beat(400))
    tally.add_alert(make_alert(400, "supraventricular-like", stage="late", error_trace=()))
    assert tally.n_abnormal == 1
    assert tally.marks_from(0)[0].kind == "supraventricular-like"
    assert tally.beat.kind == "supraventricular-like"
    assert len(tally.beat.error_trace) == 320


def test_a_beat_that_is_taken_back_says_so_where_it_is_shown(tally, make_beat, make_alert):
    for sample in (400, 600):
        tally.add_beat(make_beat(sample, "abnormal"))
        tally.add_alert(make_alert(sample, "abnormal"))
    tally.revise(Revision(400, 700, 0.3, "normal", 0.8))
    assert (tally.n_abnormal, tally.beat.sample, tally.beat.withdrawn) == (1, 600, False)
    tally.revise(Revision(600, 900, 0.3, "normal", 0.8))
    assert (tally.n_abnormal, tally.beat.sample, tally.beat.withdrawn) == (0, 600, True)
    assert [mark.kind for mark in tally.marks_from(0)] == ["normal", "normal"]


def test_the_beat_shown_is_a_copy(tally, make_beat):
    beat = make_beat(400, "abnormal")
    tally.add_beat(beat)
    beat.window[:] = 7.0
    assert np.abs(tally.beat.window).max() <= 1.0

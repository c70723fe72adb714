"""Flutter and shutdowns are found, and beats in flutter are not judged."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.annotation import Annotations
from sibeat.ecg.ec57_beats import END_OF_TIME, Periods, flutter, judged_beats, shutdowns

NONE = Periods(np.array([], np.int64), np.array([], np.int64))


def noise(samples: list[int], subtypes: list[int]) -> Annotations:
    return Annotations.of(samples, "~" * len(samples), subtypes=subtypes, fs=360.0)


def test_shutdowns_go_from_unreadable_to_the_next_readable_noise() -> None:
    found = shutdowns(noise([5, 10, 15, 20, 30, 40], [2, -1, -1, 3, 0, -1]))
    assert found.begins.tolist() == [10, 40]
    assert found.ends.tolist() == [20, END_OF_TIME]


def test_noise_that_leaves_the_signal_readable_is_no_shutdown() -> None:
    assert not shutdowns(noise([5, 10], [1, 2]))


def test_judged_beats_leave_out_flutter_with_its_ends_and_what_is_no_beat() -> None:
    annotations = Annotations.of([1, 2, 3, 4, 5, 6], "N[V]+e", fs=None)
    beats = judged_beats(annotations, flutter(annotations))
    assert (beats.samples.tolist(), beats.classes.tolist()) == ([1, 6], [0, 1])
    assert len(judged_beats(annotations, NONE)) == 3


@given(
    cuts=st.lists(st.integers(0, 100), max_size=10, unique=True).map(sorted),
    first=st.integers(0, 100),
    length=st.integers(0, 30),
)
def test_an_interval_touches_a_period_when_they_share_a_sample(
    cuts: list[int], first: int, length: int
) -> None:
    bounds = np.array(cuts[: len(cuts) // 2 * 2], np.int64).reshape(-1, 2)
    periods = Periods(bounds[:, 0], bounds[:, 1])
    shares = any(b <= first + length and e >= first for b, e in bounds)
    assert periods.touch(np.array([first]), np.array([first + length]))[0] == shares


def test_periods_since_a_sample_are_cut_there() -> None:
    rest = Periods(np.array([1, 10, 30]), np.array([5, 20, 40])).since(15)
    assert (rest.begins.tolist(), rest.ends.tolist()) == ([15, 30], [20, 40])

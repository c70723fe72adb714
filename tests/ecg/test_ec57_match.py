"""Beats pair one to one, with the nearest, within the window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.ec57_match import Alignment, align

beats = st.lists(st.integers(0, 500), max_size=30).map(lambda s: np.array(sorted(s), np.int64))


def aligned(reference: list[int], test: list[int], window: int = 15) -> Alignment:
    return align(np.array(reference, np.int64), np.array(test, np.int64), window)


def pairs(alignment: Alignment) -> list[tuple[int, int]]:
    return [(int(i), int(j)) for i, j in zip(*alignment.pairs, strict=True)]


@pytest.mark.parametrize(
    ("reference", "test", "expected"),
    [
        ([100], [115], [(0, 0)]),
        ([100], [116], []),
        ([100], [85], [(0, 0)]),
        ([100], [84], []),
        ([100], [90, 103], [(0, 1)]),  # the next test beat is nearer
        ([90, 103], [100], [(1, 0)]),  # the next reference beat is nearer
        ([100, 106], [92, 104], [(0, 0), (1, 1)]),  # nearer, but needed by the next beat
        ([100, 200, 300], [102, 250, 301], [(0, 0), (2, 2)]),
    ],
)
def test_pairs_worked_out_by_hand(
    reference: list[int], test: list[int], expected: list[tuple[int, int]]
) -> None:
    assert pairs(aligned(reference, test)) == expected


@given(reference=beats, test=beats, window=st.integers(0, 60))
def test_each_beat_is_decided_once_and_pairs_keep_the_window_and_the_order(
    reference: np.ndarray, test: np.ndarray, window: int
) -> None:
    alignment = align(reference, test, window)
    left, right = alignment.pairs
    assert sorted([*left, *alignment.missed]) == list(range(len(reference)))
    assert sorted([*right, *alignment.extra]) == list(range(len(test)))
    assert (np.abs(reference[left] - test[right]) <= window).all()
    assert (np.diff(left) > 0).all()
    assert (np.diff(right) > 0).all()


@given(beats=beats)
def test_equal_lists_pair_beat_by_beat(beats: np.ndarray) -> None:
    apart = np.unique(beats)
    assert len(align(apart, apart, 15).pairs[0]) == len(apart)


def test_a_missed_and_an_extra_beat_are_steps_of_their_own() -> None:
    alignment = aligned([100, 200, 300], [100, 250, 300])
    assert (alignment.missed.tolist(), alignment.extra.tolist()) == ([1], [1])
    assert alignment.reference.tolist() == [0, 1, 2, 2]
    assert alignment.test.tolist() == [0, 1, 1, 2]

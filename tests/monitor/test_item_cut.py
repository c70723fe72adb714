import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.item_cut import before, from_on, gap_pieces

ITEMS: list[Item] = [Chunk(100, np.arange(10, dtype=np.float32)), Gap(100, 10, "dropped")]


@pytest.mark.parametrize(
    ("limit", "n_samples"), [(None, 10), (110, 10), (105, 5), (101, 1), (100, None), (50, None)]
)
def test_an_item_is_cut_before_a_limit(limit: int | None, n_samples: int | None) -> None:
    for item in ITEMS:
        cut = before(item, limit)
        assert (cut.stop - cut.start if cut else None) == n_samples
        assert cut is None or cut.start == 100


@pytest.mark.parametrize(
    ("start", "n_samples"), [(0, 10), (100, 10), (105, 5), (109, 1), (110, None), (150, None)]
)
def test_an_item_is_cut_from_a_sample_on(start: int, n_samples: int | None) -> None:
    for item in ITEMS:
        cut = from_on(item, start)
        assert (cut.stop - cut.start if cut else None) == n_samples
        assert cut is None or cut.stop == 110
        if isinstance(cut, Chunk):
            assert cut.samples[0] == cut.start - 100


@pytest.mark.parametrize(
    ("length", "sizes"), [(1, [1] * 10), (4, [4, 4, 2]), (10, [10]), (99, [10])]
)
def test_a_gap_is_cut_into_pieces_that_follow_each_other(length: int, sizes: list[int]) -> None:
    pieces = list(gap_pieces(Gap(100, 10, "dropped"), length))
    assert [piece.n_samples for piece in pieces] == sizes
    assert [piece.start for piece in pieces] == list(range(100, 110, length))
    assert {piece.reason for piece in pieces} == {"dropped"}

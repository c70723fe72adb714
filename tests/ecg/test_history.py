"""The recent past: whatever is appended and forgotten, what is held is right, and it is bounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.history import History

STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "forget"]), st.integers(0, 9000)), max_size=30
)


@given(start=st.integers(0, 10**9), steps=STEPS)
def test_what_is_held_is_the_stream(start: int, steps: list[tuple[str, int]]) -> None:
    history = History(start)
    stop = start
    for kind, n in steps:
        if kind == "append":
            history.append(np.arange(stop, stop + n, dtype=np.float64))
            stop += n
        else:
            oldest = max(stop - n, history.start)
            history.forget_before(stop - n)
            assert history.start <= oldest
        assert history.stop == stop
        held = history.view(history.start, stop)
        np.testing.assert_array_equal(held, np.arange(history.start, stop))


@given(low=st.integers(-50, 250), length=st.integers(-20, 200))
def test_a_view_is_cut_to_what_is_held(low: int, length: int) -> None:
    history = History(50)
    history.append(np.arange(50.0, 150.0))
    expected = [index for index in range(low, low + length) if 50 <= index < 150]
    assert history.view(low, low + length).tolist() == expected


def test_forgetting_everything_and_more_leaves_the_clock_right() -> None:
    history = History(7)
    history.append(np.zeros(10))
    history.forget_before(1000)
    assert (history.start, history.stop) == (17, 17)
    history.append(np.ones(3))
    assert history.view(0, 100).tolist() == [1.0] * 3
    assert history.stop == 20


@pytest.mark.parametrize("n_chunk", [7, 100, 5000])
def test_memory_does_not_grow_with_the_stream(n_chunk: int) -> None:
    history = History(0)
    kept = 2880
    bound = 6 * (kept + n_chunk)  # twice what is kept, twice for growing, and some air
    for _ in range(200_000 // n_chunk):
        history.append(np.zeros(n_chunk))
        history.forget_before(history.stop - kept)
        buffer = history.view(history.start, history.stop).base
        assert buffer is not None
        assert len(buffer) <= max(4096, bound)
    assert history.stop - history.start <= 2 * kept + n_chunk


def test_reset_begins_at_another_index() -> None:
    history = History(0)
    history.append(np.ones(5))
    history.reset(100)
    assert (history.start, history.stop) == (100, 100)
    assert len(history.view(0, 1000)) == 0

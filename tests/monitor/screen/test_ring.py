"""The ring equals the tail of an endless array, for any chunks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.stream import Chunk
from sibeat.monitor.screen.ring import ExtentMeter, TraceRing

PIECES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=12)


@given(PIECES, st.integers(1, 50), st.integers(0, 1000))
def test_a_ring_is_the_tail_of_the_stream(pieces, capacity, first):
    ring = TraceRing(capacity)
    endless = np.full(first + 2000, np.nan, np.float32)
    at, begun = first, None
    for n_missing, n in pieces:
        at += n_missing
        values = np.arange(at, at + n, dtype=np.float32)
        endless[at : at + n] = values
        ring.put(Chunk(at, values))
        begun = at if begun is None else begun
        at += n
    start, kept = ring.view()
    if begun is None:
        assert len(kept) == 0
        return
    assert start == max(at - capacity, begun)
    np.testing.assert_array_equal(kept, endless[start:at])


def test_an_older_piece_overwrites_what_is_still_kept():
    ring = TraceRing(10)
    ring.put(Chunk(0, np.zeros(20, np.float32)))
    ring.put(Chunk(5, np.ones(7, np.float32)))
    start, kept = ring.view()
    assert (start, ring.stop) == (10, 20)
    assert kept.tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_a_jump_longer_than_the_ring_forgets_everything():
    ring = TraceRing(10)
    ring.put(Chunk(0, np.zeros(10, np.float32)))
    ring.put(Chunk(10**9, np.ones(3, np.float32)))
    start, kept = ring.view()
    assert start == 10**9 - 7
    assert np.isnan(kept[:7]).all()
    assert kept[7:].tolist() == [1, 1, 1]


@given(st.integers(0, 40), st.integers(1, 30), st.integers(0, 60))
def test_a_view_beyond_the_newest_sample_has_nothing_there(n, capacity, beyond):
    ring = TraceRing(capacity, 100)
    ring.put(Chunk(100, np.arange(n, dtype=np.float32)))
    stop = 100 + n + beyond
    start, kept = ring.view(stop)
    endless = np.full(200, np.nan, np.float32)
    endless[100 : 100 + n] = np.arange(n)
    assert start == max(stop - capacity, 100)
    np.testing.assert_array_equal(kept, endless[start:stop])
    assert ring.view()[0] + len(ring.view()[1]) == 100 + n


def test_the_extent_does_not_depend_on_the_chunks():
    rng = np.random.default_rng(4)
    samples = rng.normal(size=2000).astype(np.float32)
    samples[300:700] = np.nan
    whole, split = ExtentMeter(250), ExtentMeter(250)
    whole.put(Chunk(17, samples))
    for at in range(0, 2000, 7):
        split.put(Chunk(17 + at, samples[at : at + 7]))
    assert whole.extent() == split.extent()


def test_one_artefact_does_not_flatten_the_trace():
    meter = ExtentMeter(100)
    samples = np.tile(np.float32([-0.5, 1.0]), 1500)
    samples[1010] = 50.0
    meter.put(Chunk(0, samples))
    assert meter.extent() == (-0.5, 1.0)


def test_no_samples_have_no_extent():
    meter = ExtentMeter(100)
    meter.put(Chunk(0, np.full(300, np.nan, np.float32)))
    assert meter.extent() is None

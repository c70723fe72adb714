"""What holds of the pieces of any stream of chunks and gaps."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.continuity import Continuity, Samples
from sibeat.ecg.losses import Loss
from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item

from .pieces import BRIDGE, FS, REASONS, run, story


@st.composite
def streams(draw: st.DrawFn) -> list[Item]:
    """Draw contiguous chunks, some with NaN, and gaps."""
    items: list[Item] = []
    at = draw(st.integers(0, 10**6))
    length = st.integers(0, 30) | st.integers(245, 260)  # around a bridge, around an interlude
    for kind, n in draw(st.lists(st.tuples(st.sampled_from(["chunk", "nan", *REASONS]), length))):
        if kind in ("chunk", "nan"):
            values = np.sin(np.arange(at, at + n)).astype(np.float32)
            if kind == "nan":
                values[draw(st.integers(0, n)) : draw(st.integers(0, n))] = np.nan
            items.append(Chunk(at, values))
        else:
            items.append(Gap(at, n, kind))
        at += n
    return items


def samples_of(items: list[Item]) -> tuple[int, FloatArray]:
    """Give the first index, and the samples with NaN wherever one is missing."""
    parts = [
        item.samples if isinstance(item, Chunk) else np.full(item.n_samples, np.nan, np.float32)
        for item in items
    ]
    return (items[0].start if items else 0), np.concatenate([*parts, np.empty(0, np.float32)])


def one_by_one(items: list[Item]) -> list[Item]:
    return [
        Chunk(at, item.samples[at - item.start : at - item.start + 1])
        if isinstance(item, Chunk)
        else Gap(at, 1, item.reason)
        for item in items
        for at in range(item.start, item.stop)
    ]


@given(streams())
def test_no_sample_is_lost_or_counted_twice(items: list[Item]) -> None:
    start, expected = samples_of(items)
    pieces = run(items)
    valid = [p for p in pieces if isinstance(p, Samples) and not p.known_at]
    bridges = [p for p in pieces if isinstance(p, Samples) and p.known_at]
    losses = [p for p in pieces if isinstance(p, Loss)]
    got = np.full(len(expected), np.nan)
    for piece in valid:
        got[piece.start - start :][: len(piece.values)] = piece.values
    np.testing.assert_array_equal(got, expected)
    n_lost = sum(loss.n_samples for loss in losses)
    assert sum(len(piece.values) for piece in valid) + n_lost == len(expected)
    assert sum(len(p.values) for p in bridges) == sum(x.n_samples for x in losses if x.bridged)


@given(streams())
def test_at_most_a_loss_and_an_interlude_wait_once_nothing_is_bridged(items: list[Item]) -> None:
    continuity, open_from = Continuity(FS), None
    for item in items:
        pieces = continuity.feed(item)
        if item.stop > item.start and isinstance(item, Gap):
            open_from = item.start if open_from is None else open_from
            told = [piece for piece in pieces if isinstance(piece, Loss)]
            assert all(loss.goes_on and not loss.bridged for loss in told)
            open_from = max([open_from, *(loss.start + loss.n_samples for loss in told)])
            if item.stop - open_from > BRIDGE:
                assert len(continuity._open._gaps) <= 2
        elif item.stop > item.start:
            open_from = None


@given(streams())
def test_a_loss_says_whether_another_follows_it(items: list[Item]) -> None:
    losses = [piece for piece in run(items) if isinstance(piece, Loss)]
    touching = {a.start + a.n_samples == b.start for a, b in pairwise(losses) if a.goes_on}
    apart = {a.start + a.n_samples < b.start for a, b in pairwise(losses) if not a.goes_on}
    assert touching <= {True}
    assert apart <= {True}


@given(streams())
def test_a_stretch_is_finite_and_contiguous(items: list[Item]) -> None:
    stretches: list[list[Samples]] = []
    for piece in run(items):
        if isinstance(piece, Samples):
            assert np.isfinite(piece.values).all()
            if piece.begins:
                stretches.append([])
            stretches[-1].append(piece)
    for stretch in stretches:
        assert all(a.start + len(a.values) == b.start for a, b in pairwise(stretch))


@given(streams())
def test_no_split_changes_the_story(items: list[Item]) -> None:
    whole = [item for item in items if item.stop > item.start]
    assert story(run(one_by_one(items))) == story(run(whole))


@given(streams())
def test_each_piece_comes_with_the_prefix_that_it_states(items: list[Item]) -> None:
    continuity = Continuity(FS)
    for item in one_by_one(items):
        for piece in continuity.feed(item):
            if isinstance(piece, Samples):
                assert item.stop == (piece.known_at or piece.start + len(piece.values))
            else:
                assert item.stop == piece.decided_at

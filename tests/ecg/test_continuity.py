"""Stretches from chunks and gaps: no sample lost or counted twice, however they come."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.continuity import Break, Continuity, Piece, Samples
from sibeat.ecg.losses import Loss
from sibeat.ecg.stream import Chunk, FloatArray, Gap, GapReason, Item

FS = 250.0
BRIDGE = 10
"""samples in 40 ms"""
REASONS: tuple[GapReason, ...] = ("dropped", "overflow", "silence", "lead_off", "invalid")


def chunk(start: int, n: int, value: float | None = None) -> Chunk:
    values = np.arange(start, start + n) if value is None else np.full(n, value)
    return Chunk(start, values.astype(np.float32))


def run(items: list[Item], flush: bool = True, fs: float = FS) -> list[Piece]:
    continuity = Continuity(fs)
    pieces = [piece for item in items for piece in continuity.feed(item)]
    return pieces + (continuity.flush() if flush else [])


def with_a_gap(n_samples: int, reason: GapReason = "dropped", start: int = 100) -> list[Item]:
    after = start + 50 + n_samples
    return [chunk(start, 50), Gap(start + 50, n_samples, reason), chunk(after, 30)]


def story(pieces: list[Piece]) -> list[object]:
    """Tell pieces with successive samples joined: what does not depend on the chunks."""
    told: list[object] = []
    for piece in pieces:
        if not isinstance(piece, Samples):
            told.append(piece)
        elif told and isinstance(told[-1], list) and not piece.begins:
            told[-1] += [piece.start, piece.known_at] if piece.known_at else []
            told[-1] += piece.values.tolist()
        else:
            told.append([piece.start, piece.begins, *piece.values.tolist()])
    return told


@pytest.mark.parametrize("n", [1, 2, BRIDGE])
def test_up_to_40_ms_are_bridged_by_a_straight_line(n: int) -> None:
    _, bridge, loss, after = run(with_a_gap(n))
    assert isinstance(bridge, Samples)
    assert isinstance(after, Samples)
    np.testing.assert_allclose(bridge.values, np.arange(150.0, 150.0 + n))  # the ramp goes on
    assert (bridge.begins, after.begins) == (False, False)
    assert loss == Loss(150, n, "dropped", bridged=True, decided_at=151 + n)
    assert bridge.known_at == 151 + n  # the first sample after the gap shows the line


def test_a_longer_gap_breaks_the_stretch() -> None:
    pieces = run(with_a_gap(BRIDGE + 1))
    assert pieces[1] == Break(150, 161, "dropped")
    assert pieces[2] == Loss(150, 11, "dropped", bridged=False, decided_at=162)
    assert isinstance(pieces[3], Samples)
    assert (pieces[3].start, pieces[3].begins) == (161, True)


@pytest.mark.parametrize("fs", [100.0, 111.0, 125.0, 175.0, 360.0, 725.0, 1000.0, 2000.0])
def test_the_longest_bridge_is_40_ms_at_any_rate(fs: float) -> None:
    longest = math.floor(fs / 25)
    assert all(not isinstance(p, Break) for p in run(with_a_gap(longest), fs=fs))
    assert any(isinstance(p, Break) for p in run(with_a_gap(longest + 1), fs=fs))


@pytest.mark.parametrize("n", [1, BRIDGE, BRIDGE + 1, 500])
def test_a_break_is_decided_by_the_shortest_prefix_that_shows_it(n: int) -> None:
    def breaks(n_known: int) -> bool:
        pieces = run([chunk(0, 50), Gap(50, n_known, "silence")], flush=False)
        return any(isinstance(piece, Break) for piece in pieces)

    assert breaks(n) == (n > BRIDGE)


def test_a_gap_that_comes_in_pieces_is_one_loss() -> None:
    pieces = [Gap(50 + 3 * k, 3, "silence") for k in range(40)]
    whole: list[Item] = [chunk(0, 50), Gap(50, 120, "silence"), chunk(170, 5)]
    assert story(run([chunk(0, 50), *pieces, chunk(170, 5)])) == story(run(whole))


def test_each_reason_of_a_gap_is_its_own_loss() -> None:
    items = [chunk(0, 5), Gap(5, 3, "dropped"), Gap(8, 4, "overflow"), chunk(12, 5)]
    losses = [piece for piece in run(items) if isinstance(piece, Loss)]
    assert [(loss.start, loss.n_samples, loss.reason) for loss in losses] == [
        (5, 3, "dropped"),
        (8, 4, "overflow"),
    ]
    assert {loss.bridged for loss in losses} == {True}


def test_a_gap_of_several_reasons_breaks_as_a_whole() -> None:
    items = [chunk(0, 5), Gap(5, 6, "dropped"), Gap(11, 6, "overflow"), chunk(17, 5)]
    pieces = run(items)
    assert Break(5, 16, "overflow") in pieces  # the one that made it too long
    assert {piece.bridged for piece in pieces if isinstance(piece, Loss)} == {False}


def test_after_a_break_another_reason_is_told_at_once() -> None:
    items: list[Item] = [chunk(0, 5), Gap(5, 20, "silence"), Gap(25, 9, "lead_off")]
    breaks = [piece for piece in run(items) if isinstance(piece, Break)]
    assert breaks == [Break(5, 16, "silence"), Break(25, 26, "lead_off")]


def test_a_loss_that_cannot_be_joined_any_more_is_told_before_the_signal_is_back() -> None:
    said = run([chunk(0, 5), Gap(5, 500, "silence"), Gap(505, 300, "lead_off")], flush=False)
    assert said[2:] == [
        Break(505, 506, "lead_off"),
        Loss(5, 500, "silence", bridged=False, decided_at=756, goes_on=True),
    ]


@pytest.mark.parametrize("n_before", [0, 5])
def test_a_lead_that_is_off_for_hours_while_frames_are_dropped_is_one_loss(n_before: int) -> None:
    continuity, at, pieces = Continuity(FS), n_before, []
    pieces += continuity.feed(chunk(0, n_before))
    for _ in range(5000):
        pieces += continuity.feed(Gap(at, 99, "lead_off"))
        pieces += continuity.feed(Gap(at + 99, 1, "dropped"))
        at += 100
    assert not [piece for piece in pieces if isinstance(piece, Loss)]
    told = continuity.feed(chunk(at, 5))[:-1]
    n_lost = at - n_before
    assert told == [
        Loss(n_before, n_lost - 1, "lead_off", bridged=False, decided_at=at + 1, goes_on=True),
        Loss(at - 1, 1, "dropped", bridged=False, decided_at=at + 1),
    ]


def test_a_stream_may_begin_and_end_with_a_gap() -> None:
    pieces = run([Gap(0, 2, "lead_off"), chunk(2, 5), Gap(7, 3, "silence")])
    losses = [piece for piece in pieces if isinstance(piece, Loss)]
    assert losses == [
        Loss(0, 2, "lead_off", bridged=False, decided_at=3),
        Loss(7, 3, "silence", bridged=False, decided_at=10),
    ]
    samples = [piece for piece in pieces if isinstance(piece, Samples)]
    assert [(piece.start, piece.begins) for piece in samples] == [(2, True)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("border", [41, 50, 55, 59, 60])
def test_a_run_of_nan_over_a_border_is_one_gap(bad: float, border: int) -> None:
    values = np.arange(100, dtype=np.float32)
    values[50:60] = bad
    split: list[Item] = [Chunk(0, values[:border]), Chunk(border, values[border:])]
    assert story(run(split)) == story(run([Chunk(0, values)]))
    assert Loss(50, 10, "invalid", bridged=True, decided_at=61) in run(split)


def test_nothing_comes_of_nothing() -> None:
    empty: list[Item] = [chunk(5, 0), Gap(5, 0, "dropped")]
    assert run([]) == run(empty) == []
    assert story(run([*with_a_gap(3), chunk(183, 0)])) == story(run(with_a_gap(3)))


def test_reset_begins_another_stream() -> None:
    continuity = Continuity(FS)
    for item in with_a_gap(20)[:2]:
        continuity.feed(item)
    continuity.reset()
    assert continuity.flush() == []
    (piece,) = continuity.feed(chunk(0, 5))
    assert isinstance(piece, Samples)
    assert piece.begins


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

"""Stretches from chunks and gaps: no sample lost or counted twice, however they come."""

import math

import numpy as np
import pytest

from sibeat.ecg.continuity import Break, Continuity, Samples
from sibeat.ecg.losses import Loss
from sibeat.ecg.stream import Chunk, Gap, GapReason, Item

from .pieces import BRIDGE, FS, run, story


def chunk(start: int, n: int, value: float | None = None) -> Chunk:
    values = np.arange(start, start + n) if value is None else np.full(n, value)
    return Chunk(start, values.astype(np.float32))


def with_a_gap(n_samples: int, reason: GapReason = "dropped", start: int = 100) -> list[Item]:
    after = start + 50 + n_samples
    return [chunk(start, 50), Gap(start + 50, n_samples, reason), chunk(after, 30)]


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

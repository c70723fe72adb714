"""Losses that are not over: joined while they may be, then told."""

import pytest

from sibeat.ecg.losses import INTERLUDE_S, Loss, OpenLosses
from sibeat.ecg.stream import Gap, GapReason

FS = 100.0
LONGEST = round(INTERLUDE_S * FS)


def lose(*lost: tuple[int, GapReason]) -> tuple[list[Loss], list[Loss]]:
    """Losses told while gaps, one after the other, come; and at the sample after them."""
    losses, told, at = OpenLosses(FS), [], 0
    for n_samples, reason in lost:
        losses.add(Gap(at, n_samples, reason))
        told += losses.settle()
        at += n_samples
    return told, losses.close(at + 1)


def lengths(losses: list[Loss]) -> list[tuple[int, GapReason, bool]]:
    return [(loss.n_samples, loss.reason, loss.goes_on) for loss in losses]


@pytest.mark.parametrize("n", [1, LONGEST])
def test_an_interlude_is_part_of_the_loss_that_goes_on(n: int) -> None:
    told, rest = lose((300, "lead_off"), (n, "dropped"), (200, "lead_off"))
    assert (told, lengths(rest)) == ([], [(500 + n, "lead_off", False)])


def test_what_is_longer_is_a_loss_of_its_own_and_told_then() -> None:
    n = LONGEST + 1
    told, rest = lose((300, "lead_off"), (n, "dropped"), (200, "lead_off"))
    assert [loss.decided_at for loss in told] == [300 + n, 300 + n + n]
    assert lengths(told + rest) == [
        (300, "lead_off", True),
        (n, "dropped", True),
        (200, "lead_off", False),
    ]


def test_a_third_reason_ends_the_first_loss() -> None:
    told, rest = lose((300, "silence"), (20, "dropped"), (30, "reconnect"))
    assert told == [Loss(0, 300, "silence", bridged=False, decided_at=321, goes_on=True)]
    assert lengths(rest) == [(20, "dropped", True), (30, "reconnect", False)]


@pytest.mark.parametrize(
    "reasons",
    [("overflow", "lead_off", "overflow"), ("lead_off", "overflow", "lead_off")],
)
def test_an_overflow_is_never_joined(reasons: tuple[GapReason, ...]) -> None:
    told, rest = lose(*((10, reason) for reason in reasons))
    assert [(loss.n_samples, loss.decided_at) for loss in told] == [(10, 11), (10, 21)]
    assert lengths(rest) == [(10, reasons[2], False)]


def test_nothing_is_told_before_it_is_known_that_nothing_is_bridged() -> None:
    losses = OpenLosses(FS)
    losses.add(Gap(0, 2, "overflow"))
    losses.add(Gap(2, 9, "dropped"))
    assert [loss.decided_at for loss in losses.settle(not_before=5)] == [5]


def test_nothing_open_is_nothing_told() -> None:
    losses = OpenLosses(FS)
    assert not losses
    assert losses.settle() == losses.close() == []

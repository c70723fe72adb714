"""Unfit signal as NOISE annotations: each mark is a change, a shutdown is -1 until the next."""

from dataclasses import replace

import pytest

from sibeat.ecg.stream import GapReason
from sibeat.monitor.events import Event, GapEvent, Quality, QualityEvent
from sibeat.monitor.sinks.noise_marks import NoiseMarks


def marks(*events: Event) -> list[tuple[int, int]]:
    noise = NoiseMarks()
    return [tuple(mark) for event in events for mark in noise.take(event)]


def quality(sample: int, now: Quality, before: Quality = "good") -> QualityEvent:
    return QualityEvent(sample, sample + 10, now, before)


def gap(
    start: int,
    n_samples: int,
    bridged: bool = False,
    reason: GapReason = "dropped",
    goes_on: bool = False,
) -> GapEvent:
    return GapEvent(start, start + n_samples + 1, n_samples, reason, bridged, goes_on)


@pytest.mark.parametrize("unfit", ["flat", "rail", "lead_off"])
def test_what_cannot_be_read_is_a_shutdown(unfit: Quality) -> None:
    assert marks(quality(100, unfit), quality(300, "good", unfit)) == [(100, -1), (300, 0)]


def test_noise_is_no_shutdown() -> None:
    assert marks(quality(100, "noisy"), quality(300, "good", "noisy")) == [(100, 1), (300, 0)]
    assert marks(quality(100, "flat"), quality(200, "noisy", "flat")) == [(100, -1), (200, 1)]


def test_one_shutdown_for_another_reason_goes_on() -> None:
    assert marks(quality(100, "flat"), quality(200, "rail", "flat")) == [(100, -1)]


def test_lost_samples_are_a_shutdown_unless_they_were_bridged() -> None:
    assert marks(gap(100, 50)) == [(100, -1), (150, 0)]
    assert marks(gap(100, 10, bridged=True)) == []


def test_a_loss_that_the_stream_ends_in_has_no_end() -> None:
    assert marks(replace(gap(100, 50), decided_at_sample=150)) == [(100, -1)]


def test_losses_that_touch_are_one_shutdown() -> None:
    first = gap(100, 50, goes_on=True)
    assert marks(first) == [(100, -1)]
    assert marks(first, gap(150, 50, reason="reconnect")) == [(100, -1), (200, 0)]
    assert marks(gap(100, 50), gap(160, 40)) == [(100, -1), (150, 0), (160, -1), (200, 0)]


def test_lead_off_is_told_at_once_and_marked_once() -> None:
    events = [
        quality(100, "lead_off"),
        gap(100, 200, reason="lead_off"),
        quality(300, "good", "lead_off"),
    ]
    assert marks(*events[:1]) == [(100, -1)]
    assert marks(*events) == [(100, -1), (300, 0)]


@pytest.mark.parametrize("n_lost", [60, 200])
def test_a_loss_is_marked_from_its_own_begin_though_the_lead_that_went_off_in_it_came_first(
    n_lost: int,
) -> None:
    off, lost = quality(160, "lead_off"), gap(100, n_lost, goes_on=n_lost == 60)
    assert marks(off, lost, quality(300, "good", "lead_off")) == [(160, -1), (100, -1), (300, 0)]


def test_a_loss_within_a_shutdown_is_no_new_one() -> None:
    assert marks(quality(100, "rail"), gap(150, 50)) == [(100, -1), (200, 0)]


def test_after_a_loss_the_signal_is_good_until_somebody_says_otherwise() -> None:
    events = [quality(50, "noisy"), gap(100, 50), quality(150, "good", "noisy")]
    assert marks(*events) == [(50, 1), (100, -1), (150, 0)]

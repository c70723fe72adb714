"""What noise leaves behind: not its own intervals, and no heart rate while it lasts."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.events import Alert, BeatEvent, Event, RhythmEvent

FS = 250.0


def watched(watch, items) -> list[Event]:
    return [event for event, _ in watch(items, FS)]


def at_s(event: Event) -> float:
    return event.sample / FS


def after_noise(heart, beats_at_s, noise_s):
    """A heart that is hidden by noise until 75 s."""
    samples = heart(FS, 100.0, [(at, "N") for at in beats_at_s])
    hidden = slice(round((75 - noise_s) * FS), round(75 * FS))
    noise = np.random.default_rng(3).normal(0.0, 1.0, round(noise_s * FS))
    samples[hidden] += noise.astype(np.float32)
    return [Chunk(0, samples)]


@pytest.mark.parametrize("noise_s", [0, 8, 20, 40])
def test_intervals_of_noise_are_not_the_usual_ones_after_it(noise_s, watch, heart):
    slow = watched(watch, after_noise(heart, np.arange(0.5, 98.0, 1.58), noise_s))
    assert [
        event
        for event in slow
        if isinstance(event, RhythmEvent) and event.name == "pause" and at_s(event) > 78.0
    ] == []
    regular = np.arange(0.5, 98.0, 0.8)
    early = [int(np.argmin(abs(regular - at))) for at in (81.0, 85.0, 89.0, 93.0)]
    regular[early] -= 0.3
    events = watched(watch, after_noise(heart, regular, noise_s))
    alerts = [at_s(event) for event in events if isinstance(event, Alert)]
    told = [k for k in early if any(abs(at - regular[k]) < 0.05 for at in alerts)]
    assert told == early


def test_no_heart_rate_is_told_of_a_signal_that_is_not_good(watch, heart):
    events = watched(watch, after_noise(heart, np.arange(0.5, 98.0, 0.8), 40))
    told = [(at_s(event), event.hr_bpm) for event in events if isinstance(event, BeatEvent)]
    noisy = [rate for at, rate in told if 40.0 < at < 74.0]
    assert len(noisy) > 10
    assert set(noisy) == {None}
    assert all(rate is not None for at, rate in told if 5.0 < at < 35.0)

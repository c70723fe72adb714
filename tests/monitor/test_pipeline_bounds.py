"""The whole monitor on what is no ECG: it never raises, and a step brings a bounded lot."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.learning import LEARNING_S
from sibeat.ecg.rpeaks import NEAREST_S
from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item
from sibeat.monitor.events import BeatEvent, BeatFinal, Event
from sibeat.monitor.pipeline import Pipeline

pytestmark = pytest.mark.no_cover

CHUNK_S = 0.04
OTHERS_A_STEP = 40
"""events of other kinds: rhythm, quality, gaps, baseline"""

NOISE = np.random.default_rng(5).normal(size=10_000)
SHAPES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "zero": np.zeros_like,
    "one rail": np.ones_like,
    "the other rail": lambda t: -np.ones_like(t),
    "NaN": lambda t: np.full_like(t, np.nan),
    "NaN among zeros": lambda t: np.where(np.arange(len(t)) % 3 == 0, np.nan, 0.0),
    "NaN among noise": lambda t: np.where(t % 0.7 < 0.05, np.nan, NOISE[: len(t)]),
    "infinite": lambda t: np.full_like(t, np.inf),
    "noise": lambda t: NOISE[: len(t)],
    "noise of 1e6": lambda t: 1e6 * NOISE[: len(t)],
    "the greatest float32": lambda t: np.finfo(np.float32).max * np.sign(np.sin(9 * t + 0.1)),
    "the greatest sample": lambda t: 1e18 * np.sign(np.sin(9 * t + 0.1)),
    "square": lambda t: np.sign(np.sin(2 * np.pi * t + 0.1)),
    "fast square": lambda t: np.sign(np.sin(18 * np.pi * t + 0.1)),
    "pulses": lambda t: (t % 0.17 < 0.01).astype(float),
    "steps of 1e6": lambda t: 1e6 * (t // 1.5 % 2),
}


def stream(pieces: list[tuple[str, float]], fs: float) -> list[Item]:
    """Pieces of signal one after the other, in live chunks; "gap" is lost."""
    items: list[Item] = []
    at, size = 0, round(CHUNK_S * fs)
    for name, seconds in pieces:
        n = round(seconds * fs)
        if name == "gap":
            items.append(Gap(at, n, "lead_off"))
        else:
            signal = SHAPES[name](np.arange(n) / fs).astype(np.float32)
            cuts = range(0, n, size)
            items += [Chunk(at + cut, signal[cut : cut + size]) for cut in cuts]
        at += n
    return items


def is_beat(event: Event) -> bool:
    return isinstance(event, BeatEvent | BeatFinal)


@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from([*SHAPES, "gap"]), st.floats(0.05, 8.0)), min_size=1, max_size=6
    ),
    fs=st.sampled_from([100.0, 360.0, 1000.0]),
)
def test_no_signal_makes_it_fail_and_no_step_brings_too_much(
    pieces: list[tuple[str, float]], fs: float, make_pipeline: Callable[..., Pipeline]
) -> None:
    pipeline = make_pipeline(fs)
    steps = [pipeline.feed(item).events for item in stream(pieces, fs)]
    steps.append(pipeline.flush().events)
    most_beats = 2 * (LEARNING_S + 1.0) / NEAREST_S
    for events in steps:
        assert sum(map(is_beat, events)) <= most_beats
        assert sum(not is_beat(event) for event in events) <= OTHERS_A_STEP

"""The detector's work is bounded, whatever the signal: how much it asks, looks at and holds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.evidence import Evidence
from sibeat.ecg.history import History
from sibeat.ecg.learning import LEARNING_S
from sibeat.ecg.rpeaks import (
    DOMINANCE_S,
    LOOK_AHEAD_S,
    VOTE_WINDOW_S,
    Ask,
    RPeakDetector,
)
from sibeat.ecg.stream import DoubleArray
from sibeat.ecg.votes import Voters

CHUNK_S = 0.04
LAG_S = 0.5
"""filters and the look-ahead for a candidate's successor, generously"""
NOISE = np.random.default_rng(3).normal(size=40_000)


SHAPES = (
    "zero",
    "noise",
    "noise of 1e6",
    "square",
    "fast square",
    "pulses",
    "rising pulses",
    "plateaus",
    "steps of 1e6",
)


def shape(name: str, n: int, fs: float) -> DoubleArray:
    """A signal that is hard for a detector, (n,)."""
    t = np.arange(n) / fs
    shapes = {
        "zero": np.zeros(n),
        "noise": NOISE[:n],
        "noise of 1e6": 1e6 * NOISE[:n],
        "square": np.sign(np.sin(2 * np.pi * t + 0.1)),
        "fast square": np.sign(np.sin(18 * np.pi * t + 0.1)),
        "pulses": (t % 0.17 < 0.01).astype(float),
        "rising pulses": (t % 0.2 < 0.01) * np.exp(t / 2),
        "plateaus": np.repeat(np.round(NOISE[: n // 50 + 1]), 50)[:n],
        "steps of 1e6": 1e6 * (t // 1.5 % 2),
    }
    return shapes[name]


class CountingVoters(Voters):
    """neurokit2's methods, whose windows are measured."""

    longest = 0

    def share(self, window: DoubleArray, at: int) -> float:
        """Measure the window, then ask."""
        self.longest = max(self.longest, len(window))
        return super().share(window, at)


signals = st.lists(
    st.tuples(
        st.sampled_from(SHAPES),
        st.floats(0.1, 12.0),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(pieces=signals, fs=st.sampled_from([100.0, 250.0, 360.0]), always=st.booleans())
def test_the_work_of_a_step_is_bounded(
    pieces: list[tuple[str, float]], fs: float, always: bool
) -> None:
    asked: list[int] = []

    def judge(candidate: int, evidence: Evidence, ask: Ask) -> bool:
        asked.append(candidate)
        ask()
        return always or evidence.crest > 0.0

    signal = np.concatenate([shape(name, round(s * fs), fs) for name, s in pieces])
    bands, voters = Bands(BandSettings(fs, 50.0), 0), CountingVoters(("neurokit",), fs)
    detector = RPeakDetector(bands, voters, judge)
    size, reach = round(CHUNK_S * fs), round(DOMINANCE_S * fs)
    most_decided = most_held = 0
    for at in range(0, len(signal), size):
        before = len(asked)
        bands.feed(signal[at : at + size])
        detector.advance()
        bands.forget_before(detector.needed_from)
        most_decided = max(most_decided, len(asked) - before)
        most_held = max(most_held, *map(held, (bands.beat, *bands.envelopes)))
    assert all(later - earlier > reach for earlier, later in pairwise(asked))
    assert most_decided <= (LEARNING_S + LOOK_AHEAD_S + CHUNK_S) * fs / (reach + 1) + 1
    assert voters.longest <= round(VOTE_WINDOW_S * fs)
    # what is surplus is let go once it is half of what is held
    needed_s = VOTE_WINDOW_S + LEARNING_S + LOOK_AHEAD_S + LAG_S + CHUNK_S
    assert most_held <= 2 * needed_s * fs


def held(history: History) -> int:
    """Count the samples that a history holds."""
    return history.stop - history.start


@pytest.mark.parametrize("fs", [100.0, 2000.0])
def test_equal_peaks_close_together_are_one_candidate(fs: float) -> None:
    asked: list[int] = []
    bands = Bands(BandSettings(fs, 50.0), 0)
    detector = RPeakDetector(
        bands, Voters(("neurokit",), fs), lambda candidate, *_: asked.append(candidate) or True
    )
    bands.feed(shape("fast square", round(6 * fs), fs))
    bands.end()
    detector.advance()
    assert asked
    assert np.diff(asked).min() > round(DOMINANCE_S * fs)

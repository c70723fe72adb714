"""The synthetic ECG: what is asked for is in the signal, and the labels tell where."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import FloatArray, Gap
from sibeat.ecg.synthetic import Labels, SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

from .conftest import QUIET, heart, render

ALL = SyntheticSettings(
    RhythmSettings(
        heart_rate_bpm=80,
        ventricular_rate=8,
        ventricular_run=2,
        supraventricular_rate=6,
        pause_rate=4,
        onset_s=3,
    ),
    NoiseSettings(level=2, motion_rate=4),
    lead_off_rate=4,
)


@pytest.mark.parametrize("n_block", [1, 7, 997, 1024, 15_000])
def test_block_size_changes_no_bit(n_block: int) -> None:
    whole, labels = render(ALL, 250, 60, n_block=14_999)
    cut, cut_labels = render(ALL, 250, 60, n_block=n_block)
    assert whole.tobytes() == cut.tobytes()
    assert labels.beats == cut_labels.beats
    assert labels.intervals == cut_labels.intervals


def test_a_longer_recording_begins_as_the_shorter_one() -> None:
    short, short_labels = render(ALL, 250, 20)
    long, long_labels = render(ALL, 250, 60)
    assert short.tobytes() == long[: len(short)].tobytes()
    assert long_labels.beats[: len(short_labels.beats)] == short_labels.beats


def test_seed_decides() -> None:
    first, _ = render(ALL, 250, 10, seed=1)
    again, _ = render(ALL, 250, 10, seed=1)
    other, _ = render(ALL, 250, 10, seed=2)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("fs", [100, 125, 257.3, 360, 1000, 2000])
def test_labels_lie_on_the_summits(fs: float) -> None:
    wanted = heart(ventricular_rate=8, supraventricular_rate=8, onset_s=2)
    signal, labels = render(wanted, fs, 40)
    reach = round(0.06 * fs)
    inside = [b for b in labels.beats if reach <= b.sample < len(signal) - reach]
    assert {b.symbol for b in inside} == {"N", "V", "A"}
    for beat in inside:
        around = signal[beat.sample - reach : beat.sample + reach + 1]
        assert abs(int(np.argmax(around)) - reach) <= 1, beat


def test_same_heart_at_every_sampling_rate() -> None:
    _, slow = render(ALL, 100, 60)
    _, fast = render(ALL, 1000, 60)
    assert [b.symbol for b in slow.beats] == [b.symbol for b in fast.beats]
    apart = [abs(a.sample * 10 - b.sample) for a, b in zip(slow.beats, fast.beats, strict=True)]
    assert max(apart) <= 6


def width_s(signal: FloatArray, peak: int, fs: float) -> float:
    """Width of the complex at a tenth of its height, s."""
    high = signal > 0.1 * signal[peak]
    before = np.flatnonzero(~high[:peak])[-1]
    after = np.flatnonzero(~high[peak:])[0] + peak
    return float(after - before) / fs


def test_ventricular_beats_are_wide_and_discordant_without_p_the_others_narrow() -> None:
    fs = 1000.0
    signal, labels = render(heart(ventricular_rate=8, supraventricular_rate=8), fs, 40)
    for beat in labels.beats[2:-2]:
        height = signal[beat.sample]
        t_wave = signal[beat.sample + 200 : beat.sample + 320]
        p_wave = signal[beat.sample - 180 : beat.sample - 80]
        if beat.symbol == "V":
            assert width_s(signal, beat.sample, fs) > 0.120
            assert t_wave.min() < -0.15 * height
        else:
            assert width_s(signal, beat.sample, fs) < 0.100
            assert t_wave.max() > 0.1 * height
        if beat.symbol == "N":
            assert p_wave.max() > 0.08
        if beat.symbol == "A":
            assert p_wave.min() < 0.0


def test_lead_off_is_a_gap_without_beats() -> None:
    wanted = SyntheticSettings(RhythmSettings(onset_s=2), QUIET, lead_off_rate=4)
    signal, labels = render(wanted, 250, 60, n_block=333)
    off = np.zeros(len(signal), bool)
    for interval in labels.intervals:
        assert interval.kind == "lead_off"
        off[interval.start : interval.stop] = True
    assert off.sum() > 250
    assert np.array_equal(np.isnan(signal), off)
    assert not any(off[b.sample] for b in labels.beats)


def test_gaps_say_lead_off() -> None:
    wanted = SyntheticSettings(RhythmSettings(onset_s=0), QUIET, lead_off_rate=10)
    items = list(SyntheticEcg(wanted, 100, 1).blocks(50, 2000))
    assert {item.reason for item in items if isinstance(item, Gap)} == {"lead_off"}


def test_labels_come_when_their_samples_came() -> None:
    ecg = SyntheticEcg(ALL, 250, 3)
    taken = 0
    for item in ecg.blocks(50, 5000):
        labels = ecg.take_labels()
        starts = [b.sample for b in labels.beats] + [i.start for i in labels.intervals]
        assert all(item.start - 50 <= start < item.start + 50 for start in starts)
        taken += len(starts)
    assert taken > 20
    assert ecg.take_labels() == Labels([], [])


def test_nothing_grows_with_the_length() -> None:
    ecg = SyntheticEcg(ALL, 100, 3)
    for _ in ecg.blocks(1000, 100 * 1800):
        ecg.take_labels()
    assert len(ecg._made) <= 1024
    assert len(ecg._beats._near) < 30  # a segment lasts 10 s here
    assert len(ecg._interval_labels) < 10
    assert len(ecg._off) < 10
    assert len(list(ecg._noise.bursts)) < 10


@settings(max_examples=25, deadline=None)
@example(fs=100.0, rate=30.0, ectopic=1e-306, run=1, pause=1e-306, off=3.1e-306, seed=0)
@given(
    fs=st.floats(100, 2000),
    rate=st.floats(30, 220),
    ectopic=st.floats(0, 120),
    run=st.integers(1, 12),
    pause=st.floats(0, 120),
    off=st.floats(0, 120),
    seed=st.integers(0, 2**32),
)
def test_any_settings_give_finite_signal_and_rising_labels(
    fs: float, rate: float, ectopic: float, run: int, pause: float, off: float, seed: int
) -> None:
    rhythm = RhythmSettings(rate, ectopic, run, ectopic, pause, onset_s=1)
    wanted = SyntheticSettings(rhythm, NoiseSettings(3, 60.0, off), lead_off_rate=off)
    signal, labels = render(wanted, fs, 8, seed)
    samples = [b.sample for b in labels.beats]
    assert all(b > a for a, b in pairwise(samples))
    assert np.nanmax(np.abs(signal), initial=0) < 10
    hidden = np.isnan(signal)
    assert not any(hidden[sample] for sample in samples)


@pytest.mark.parametrize(
    ("wanted", "fs", "named"),
    [
        (SyntheticSettings(), 99, "fs is 99"),
        (SyntheticSettings(), float("nan"), "fs is nan"),
        (heart(heart_rate_bpm=0), 250, "heart rate is 0"),
        (heart(ventricular_rate=-1), 250, "ventricular rate is -1"),
        (heart(ventricular_run=0), 250, "ventricular run is 0"),
        (SyntheticSettings(noise=NoiseSettings(-1)), 250, "noise is -1"),
        (SyntheticSettings(lead_off_rate=1000), 250, "lead-off rate is 1000"),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted: SyntheticSettings, fs: float, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        SyntheticEcg(wanted, fs, 1)

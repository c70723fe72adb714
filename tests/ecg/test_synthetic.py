"""The synthetic ECG: what is asked for is in the signal, and the labels tell where."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Chunk, FloatArray, Gap
from sibeat.ecg.synthetic import Labels, SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

QUIET = NoiseSettings(level=0)
ALL = SyntheticSettings(
    RhythmSettings(
        heart_rate=80,
        ventricular_rate=8,
        ventricular_run=2,
        supraventricular_rate=6,
        pause_rate=4,
        onset_s=3,
    ),
    NoiseSettings(level=2, motion_rate=4),
    lead_off_rate=4,
)


def render(
    wanted: SyntheticSettings, fs: float, duration_s: float, seed: int = 1, n_block: int = 1000
) -> tuple[FloatArray, Labels]:
    ecg = SyntheticEcg(wanted, fs, seed)
    n_samples = round(duration_s * fs)
    signal = np.full(n_samples, np.nan, np.float32)
    labels = Labels([], [])
    at = 0
    for item in ecg.blocks(n_block, n_samples):
        assert item.start == at
        assert item.stop - item.start <= n_block
        at = item.stop
        if isinstance(item, Chunk):
            assert item.samples.dtype == np.float32
            signal[item.start : item.stop] = item.samples
        taken = ecg.take_labels()
        labels.beats.extend(taken.beats)
        labels.intervals.extend(taken.intervals)
    assert at == n_samples
    return signal, labels


def heart(**wanted: float) -> SyntheticSettings:
    return SyntheticSettings(RhythmSettings(**wanted), QUIET)  # type: ignore[arg-type]


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


@pytest.mark.parametrize("rate", [40.0, 72.0, 150.0])
def test_heart_rate_is_as_asked(rate: float) -> None:
    _, labels = render(heart(heart_rate=rate), 250, 180)
    assert len(labels.beats) == pytest.approx(3 * rate, rel=0.04)


def test_counts_are_as_asked() -> None:
    wanted = heart(ventricular_rate=6, supraventricular_rate=5, pause_rate=2, onset_s=0)
    _, labels = render(wanted, 250, 300)
    symbols = [b.symbol for b in labels.beats]
    assert symbols.count("V") == pytest.approx(30, abs=1)
    assert symbols.count("A") == pytest.approx(25, abs=1)
    assert [i.kind for i in labels.intervals].count("pause") == pytest.approx(10, abs=1)


def test_plain_rhythm_until_the_onset() -> None:
    wanted = heart(ventricular_rate=60, supraventricular_rate=60, onset_s=10)
    _, labels = render(wanted, 250, 12)
    assert {b.symbol for b in labels.beats if b.sample < 2500} == {"N"}
    assert {b.symbol for b in labels.beats if b.sample >= 2500} > {"N"}


def test_ectopic_beats_are_premature_and_the_pauses_after_them_tell_them_apart() -> None:
    wanted = heart(ventricular_rate=5, supraventricular_rate=5, onset_s=2)
    _, labels = render(wanted, 1000, 200)
    beats = labels.beats
    around = {"V": [], "A": []}
    for before, beat, after in zip(beats, beats[1:], beats[2:], strict=False):
        if beat.symbol != "N" and before.symbol == after.symbol == "N":
            premature = (beat.sample - before.sample) * 72 / 60_000
            assert 0.5 < premature < 0.85
            around[beat.symbol].append((after.sample - before.sample) * 72 / 60_000)
    assert np.mean(around["V"]) == pytest.approx(2.0, abs=0.05)  # full compensatory pause
    assert max(around["A"]) < 1.95  # the sinus node was reset
    assert min(map(len, around.values())) > 10


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


def test_a_run_has_the_beats_asked_for() -> None:
    _, labels = render(heart(ventricular_rate=4, ventricular_run=3, onset_s=2), 250, 120)
    runs = "".join(b.symbol for b in labels.beats).replace("N", " ").split()
    assert set(runs) == {"VVV"}
    assert len(runs) == pytest.approx(8, abs=1)


def test_a_pause_holds_no_beat_and_lasts_as_asked() -> None:
    _, labels = render(heart(pause_rate=3, pause_s=3.0, onset_s=2), 250, 120)
    assert labels.intervals
    samples = [b.sample for b in labels.beats]
    for pause in labels.intervals:
        assert pause.stop - pause.start == pytest.approx(750, abs=1)
        assert not any(pause.start < s < pause.stop for s in samples)
        assert pause.start in samples
    longest = max(b - a for a, b in pairwise(samples))
    assert longest == pytest.approx(750, abs=1)


@pytest.mark.parametrize(
    ("wanted", "kind", "shape"),
    [
        ({"ventricular_rate": 4, "ventricular_run": 2}, "couplet", "VV"),
        ({"ventricular_rate": 4, "ventricular_run": 4}, "run", "VVVV"),
        ({"ventricular_rate": 4, "ventricular_run": 6}, "vt", "VVVVVV"),
        ({"bigeminy_rate": 2, "pattern_cycles": 3}, "bigeminy", "VNVNV"),
        ({"trigeminy_rate": 2, "pattern_cycles": 3}, "trigeminy", "VNNVNNV"),
        ({"brady_rate": 1, "brady_beats": 5}, "brady", "NNNNN"),
        ({"tachy_rate": 1, "tachy_beats": 20}, "tachy", "N" * 20),
        ({"asystole_rate": 2}, "asystole", "NN"),
    ],
)
def test_an_episode_is_labelled_from_its_first_to_its_last_beat(
    wanted: dict[str, float], kind: str, shape: str
) -> None:
    _, labels = render(heart(onset_s=2, **wanted), 250, 120)
    last = labels.beats[-1].sample
    episodes = [i for i in labels.intervals if i.kind == kind and i.stop <= last]
    assert episodes
    for episode in episodes:
        inside = [b for b in labels.beats if episode.start <= b.sample <= episode.stop]
        assert "".join(beat.symbol for beat in inside) == shape
        assert (inside[0].sample, inside[-1].sample) == (episode.start, episode.stop)


def test_rates_of_episodes_are_as_asked() -> None:
    settings_ = heart(onset_s=2, brady_rate=1, tachy_rate=1, asystole_rate=1)
    _, labels = render(settings_, 250, 240)
    for kind, rr_s in (("brady", 60 / 32), ("tachy", 60 / 170), ("asystole", 8.0)):
        episode = next(interval for interval in labels.intervals if interval.kind == kind)
        inside = [b.sample for b in labels.beats if episode.start <= b.sample <= episode.stop]
        assert np.diff(inside) / 250 == pytest.approx(rr_s, abs=0.01)


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


def test_motion_is_strong_where_it_is_labelled_and_absent_elsewhere() -> None:
    still = SyntheticSettings(RhythmSettings(onset_s=2), QUIET)
    moved = SyntheticSettings(RhythmSettings(onset_s=2), NoiseSettings(0, None, motion_rate=6))
    quiet, _ = render(still, 250, 60)
    noisy, labels = render(moved, 250, 60)
    inside = np.zeros(len(quiet), bool)
    for interval in labels.intervals:
        assert interval.kind == "noise"
        inside[interval.start - 1 : interval.stop + 1] = True
    difference = noisy - quiet
    assert np.std(difference[inside]) > 0.1
    assert not difference[~inside].any()


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_mains_hum_has_its_frequency_and_none_above_nyquist(mains: float) -> None:
    fs = 500.0
    humming, _ = render(SyntheticSettings(noise=NoiseSettings(5, mains)), fs, 20)
    silent, _ = render(SyntheticSettings(noise=NoiseSettings(5, None)), fs, 20)
    spectrum = np.abs(np.fft.rfft(humming - silent))
    assert np.fft.rfftfreq(len(humming), 1 / fs)[np.argmax(spectrum)] == mains
    with_mains, _ = render(SyntheticSettings(noise=NoiseSettings(5, mains)), 100, 5)
    without, _ = render(SyntheticSettings(noise=NoiseSettings(5, None)), 100, 5)
    assert with_mains.tobytes() == without.tobytes()


def test_noise_level_scales_the_noise() -> None:
    clean, _ = render(heart(), 250, 60)
    good, _ = render(SyntheticSettings(noise=NoiseSettings(1)), 250, 60)
    bad, _ = render(SyntheticSettings(noise=NoiseSettings(10)), 250, 60)
    assert 0.02 < np.std(good - clean) < 0.08
    assert np.std(bad - clean) == pytest.approx(10 * np.std(good - clean), rel=0.01)


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
        (heart(heart_rate=0), 250, "heart rate is 0"),
        (heart(ventricular_rate=-1), 250, "ventricular rate is -1"),
        (heart(ventricular_run=0), 250, "ventricular run is 0"),
        (SyntheticSettings(noise=NoiseSettings(-1)), 250, "noise is -1"),
        (SyntheticSettings(lead_off_rate=1000), 250, "lead-off rate is 1000"),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted: SyntheticSettings, fs: float, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        SyntheticEcg(wanted, fs, 1)

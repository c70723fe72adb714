"""The detector on signals that are no ECG, or an ECG gone wrong: it never fails, and recovers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.learning import RELEARN_S
from sibeat.ecg.quality import TRUSTED_CREST
from sibeat.ecg.record import open_record
from sibeat.ecg.rpeaks import RPeak
from sibeat.ecg.stream import DoubleArray

Detect = Callable[..., list[RPeak]]
FS = 360.0
N = round(20 * FS)
_NOISE = np.random.default_rng(9).normal(size=N)
_TIME = np.arange(N) / FS

NO_ECG: dict[str, DoubleArray] = {
    "zero": np.zeros(N),
    "constant": np.full(N, 1e6 / 3),
    "white noise": _NOISE,
    "great noise": 1e6 * _NOISE,
    "tiny noise": 1e-15 * _NOISE,
    "random walk": np.cumsum(_NOISE),
    "square waves": np.sign(np.sin(2 * np.pi * _TIME + 0.1)),
    "fast square waves": np.sign(np.sin(2 * np.pi * 9 * _TIME + 0.1)),
    "steps of 1e6 mV": 1e6 * (_TIME // 3 % 2),
    "one step": 1e6 * (_TIME > 10),
    "ramp": _TIME * 1e3,
    "mains": np.sin(2 * np.pi * 50 * _TIME),
    "one pulse": np.eye(1, N, N // 2)[0],
    "pulse at the start": 1e6 * np.eye(1, N, 0)[0],
    "pulse at the end": 1e6 * np.eye(1, N, N - 1)[0],
    "pulses 5 s apart": np.tile(np.eye(1, 1800, 900)[0], 4),
    "plateaus": np.repeat(np.round(_NOISE[: N // 180]), 180),
}


def check(peaks: list[RPeak], n_samples: int) -> None:
    for peak in peaks:
        assert np.isfinite([peak.position, peak.crest]).all()
        assert -0.5 <= peak.position <= n_samples
        assert 0 < peak.decided_at <= n_samples


def positions(peaks: list[RPeak]) -> DoubleArray:
    return np.array([peak.position for peak in peaks])


def missed_and_extra(found: DoubleArray, expected: DoubleArray) -> tuple[int, int]:
    """Count beats without a peak, and peaks without a beat, within 50 ms."""
    distance = np.abs(found[:, None] - expected) / FS < 0.05
    return int((~distance.any(axis=0)).sum()), int((~distance.any(axis=1)).sum())


@pytest.mark.parametrize("name", NO_ECG)
def test_no_signal_makes_it_fail(name: str, detect: Detect) -> None:
    check(detect([NO_ECG[name]], FS), N)


@pytest.mark.parametrize("name", ["zero", "constant", "tiny noise"])
def test_a_flat_line_has_no_beats(name: str, detect: Detect) -> None:
    assert detect([NO_ECG[name]], FS) == []


def test_beats_of_noise_are_not_trusted(detect: Detect) -> None:
    crests = np.array([peak.crest for peak in detect([NO_ECG["white noise"]], FS)])
    assert (crests < TRUSTED_CREST).mean() > 0.8


@pytest.mark.parametrize("fs", [100.0, 360.0, 2000.0])
@pytest.mark.parametrize("n", [0, 1, 2, 10, 100, 500, 1100])
def test_short_streams_end_well(n: int, fs: float, detect: Detect) -> None:
    check(detect([_NOISE[:n]], fs), n)
    check(detect([np.zeros(n)], fs), n)


def test_an_end_without_a_beginning_is_nothing(detect: Detect) -> None:
    assert detect([], FS) == []
    assert detect([np.empty(0)] * 3, FS) == []


@settings(max_examples=25, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(sorted(NO_ECG)), st.integers(1, 700)), min_size=1, max_size=5
    ),
    fs=st.sampled_from([100.0, 125.0, 257.3]),
)
def test_no_sequence_of_signals_makes_it_fail(
    pieces: list[tuple[str, int]], fs: float, detect: Detect
) -> None:
    signal = np.concatenate([NO_ECG[name][-n:] for name, n in pieces])
    check(detect([signal], fs), len(signal))


@pytest.fixture(scope="module")
def real(mitdb: Path) -> DoubleArray:
    """First minute of record 100, (n,), mV."""
    record = open_record(mitdb / "100")
    return record.read(0, round(60 * FS)).astype(np.float64)


@pytest.fixture(scope="module")
def expected(real: DoubleArray, detect: Detect) -> DoubleArray:
    found = positions(detect([real], FS))
    assert len(found) == 74
    return found


def test_an_inverted_lead_has_the_same_beats(
    real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    np.testing.assert_array_equal(positions(detect([-real], FS)), expected)


@pytest.mark.parametrize("unit", [1000.0, 1e-3, 200.0, 2.0**20])
@pytest.mark.parametrize("offset", [0.0, 1024.0])
def test_units_and_offsets_do_not_matter(
    unit: float, offset: float, real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    found = positions(detect([real * unit + offset], FS))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("gain", [0.1, 10.0])
def test_a_jump_of_the_amplitude_costs_few_beats(
    gain: float, real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    changed = np.where(np.arange(len(real)) < 20 * FS, real, real * gain)
    missed, extra = missed_and_extra(positions(detect([changed], FS)), expected)
    assert missed <= 3
    assert extra <= 1  # the jump itself


@pytest.mark.parametrize("gain", [0.01, 100.0])
def test_a_greater_jump_is_learnt_anew(
    gain: float, real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    changed = np.where(np.arange(len(real)) < 20 * FS, real, real * gain)
    found = positions(detect([changed], FS))
    late = (20 + RELEARN_S + 2) * FS
    assert missed_and_extra(found[found > late], expected[expected > late]) == (0, 0)


@pytest.mark.parametrize("silence_s", [2, 3, 6, 10, 20])
@pytest.mark.parametrize("level", ["zero", "held", "faint noise"])
def test_beats_come_back_after_a_silence(
    silence_s: int, level: str, real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    low, high = round(20 * FS), round((20 + silence_s) * FS)
    silenced = real.copy()
    quiet = {"zero": 0.0, "held": real[low], "faint noise": real[low] + 0.01 * _NOISE[: high - low]}
    silenced[low:high] = quiet[level]
    found = positions(detect([silenced], FS))
    assert not ((found > low + 0.1 * FS) & (found < high - 0.1 * FS)).any()
    back = high + 3 * FS
    assert missed_and_extra(found[found < low - 50], expected[expected < low - 50]) == (0, 0)
    assert missed_and_extra(found[found > back], expected[expected > back]) == (0, 0)


@pytest.mark.parametrize("constant_s", [1.0, 2.0, 2.8, 3.2, 4.0, 5.0, 6.5, 7.9, 9.0, 20.0])
@pytest.mark.parametrize("how", ["held", "zero", "a rail", "counts"])
def test_a_constant_before_the_signal_costs_no_beat(
    constant_s: float, how: str, real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    """Its rounding was learnt as the usual level: up to 9 s without a beat followed."""
    n, decay = round(constant_s * FS), np.exp(-np.arange(len(real)) / (0.3 * FS))
    signal = real + (5.0 - real[0]) * decay if how == "a rail" else real
    signal = np.concatenate([np.full(n, 0.0 if how == "zero" else signal[0]), signal])
    if how == "counts":
        signal = np.round(2e4 * signal) + 7e6
    found = positions(detect([signal], FS)) - n
    assert not (found < -0.1 * FS).any()
    missed, extra = missed_and_extra(found, expected)
    assert missed == 0
    assert extra == 0  # a constant is no background that a T wave stands out from


def test_a_step_of_1e6_mv_costs_ten_seconds(
    real: DoubleArray, expected: DoubleArray, detect: Detect
) -> None:
    stepped = np.where(np.arange(len(real)) < 20 * FS, real, real + 1e6)
    found = positions(detect([stepped], FS))
    back = (20 + RELEARN_S + 2) * FS
    assert missed_and_extra(found[found > back], expected[expected > back]) == (0, 0)

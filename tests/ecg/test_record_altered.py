"""Records at another rate and upside down."""

from collections.abc import Iterator

import numpy as np
import pytest

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Piece, Record
from sibeat.ecg.record_altered import AlteredRecord
from sibeat.ecg.stream import FloatArray


class Made(Record):
    """A record in memory."""

    name, leads, lead, unit = "made", ("V1", "II"), "II", "mV"

    def __init__(self, samples: FloatArray, fs: float) -> None:
        self.samples, self.fs, self.n_samples = samples, fs, len(samples)

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        yield self.samples[start:stop]


def sine(fs: float, duration_s: float = 4.0, hz: float = 7.0) -> FloatArray:
    t = np.arange(round(fs * duration_s)) / fs
    return (0.5 + np.sin(2 * np.pi * hz * t)).astype(np.float32)


def test_an_inverted_record_is_upside_down_and_otherwise_the_same() -> None:
    original = Made(sine(250.0), 250.0)
    altered = AlteredRecord(original, invert=True)
    np.testing.assert_array_equal(altered.read(), -original.samples)
    assert (altered.name, altered.lead, altered.leads) == ("made", "II", ("V1", "II"))
    assert (altered.unit, altered.n_samples, altered.fs) == ("mV", 1000, 250.0)


@pytest.mark.parametrize("fs", [125.0, 180.5, 250.0, 500.0])
def test_a_wave_below_the_nyquist_rate_survives_resampling(fs: float) -> None:
    altered = AlteredRecord(Made(sine(360.0), 360.0), fs)
    n_expected = int(np.ceil(4.0 * fs))
    assert altered.n_samples == n_expected
    away = altered.read() - sine(fs, n_expected / fs)
    edge = round(0.2 * fs)
    assert np.abs(away[edge:-edge]).max() < 0.01
    assert np.abs(away).max() < 0.3  # no step where the record begins and ends


def test_the_same_rate_changes_nothing() -> None:
    samples = sine(360.0)
    samples[10] = np.nan
    np.testing.assert_array_equal(AlteredRecord(Made(samples, 360.0), 360.0).read(), samples)


def test_a_part_is_read_as_of_any_record() -> None:
    altered = AlteredRecord(Made(sine(250.0), 250.0), 500.0)
    np.testing.assert_array_equal(altered.read(300, 700), altered.read()[300:700])


def test_holes_and_absurd_rates_are_refused() -> None:
    samples = sine(250.0)
    samples[5] = np.nan
    with pytest.raises(RecordError, match="invalid samples"):
        AlteredRecord(Made(samples, 250.0), 500.0)
    with pytest.raises(UsageError, match="--resample"):
        AlteredRecord(Made(sine(250.0), 250.0), 5.0)

"""A recording at another sampling rate or upside down: what a detector must stand.

The lead is read whole and altered at once, so this is for recordings that fit into memory.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Piece, Record
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import FloatArray

FINEST = 1000
"""largest denominator of a sampling rate in Hz; chosen by us: a millihertz tells rates apart"""


class AlteredRecord(Record):
    """One lead of a recording, resampled or inverted.

    Parameters
    ----------
    original : Record
    fs : float, optional
        New sampling rate, Hz; by default that of the original.
    invert : bool, optional
        Turn the lead upside down, as swapped electrodes do.

    Raises
    ------
    UsageError
        The sampling rate is outside 100 to 2,000 Hz.
    RecordError
        The record cannot be read, or has invalid samples, over which nothing can be resampled.
    """

    def __init__(self, original: Record, fs: float | None = None, *, invert: bool = False) -> None:
        self.name, self.fs = original.name, original.fs
        if fs is not None:
            self.fs = check_fs(fs, "--resample", UsageError)
        self.leads, self.lead, self.unit = original.leads, original.lead, original.unit
        self.start_time = original.start_time
        samples = original.read()
        if self.fs != original.fs:
            samples = _resample(samples, original, self.fs)
        self._samples = -samples if invert else samples
        self.n_samples = len(self._samples)

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        yield self._samples[start:stop]


def _resample(samples: FloatArray, original: Record, fs: float) -> FloatArray:
    """Band-limited interpolation; a line through both ends keeps them from ringing."""
    from scipy.signal import resample_poly

    if not np.isfinite(samples).all():
        raise RecordError(
            f"{original.name} has invalid samples, over which it cannot be resampled to {fs:g} Hz: "
            "expected a lead without holes, choose another record or its own rate"
        )
    ratio = _rate(fs) / _rate(original.fs)
    resampled = resample_poly(
        samples.astype(np.float64), ratio.numerator, ratio.denominator, padtype="line"
    )
    return np.asarray(resampled, dtype=np.float32)


def _rate(fs: float) -> Fraction:
    return Fraction(fs).limit_denominator(FINEST)

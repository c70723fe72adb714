"""The signals that R-peaks and beats are read from: the beat band and three QRS envelopes.

All are linear-phase, so one index means one moment in all of them; each lags the raw signal by its
own latency. Three envelopes, because no one band serves: 8 to 20 Hz tells a QRS from a T wave,
lower bands see the wide ventricular beats that it misses.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .filters import LinearPhaseFir, band_taps, beat_taps
from .history import History
from .stream import DoubleArray


class EnvelopeBand(NamedTuple):
    """Band of an envelope, and the length of its moving average."""

    low_hz: float
    high_hz: float
    average_s: float


ENVELOPES = (
    EnvelopeBand(6.0, 18.0, 0.12),
    EnvelopeBand(8.0, 20.0, 0.15),
    EnvelopeBand(5.0, 20.0, 0.10),
)
"""8 to 20 Hz: Elgendi (2013), PLoS ONE 8(9), e73557; the others and the averages chosen by us on
missed and false beats of DS1, the figures of DS2 in view"""


class _Envelope:
    """Rectified band-pass, smoothed by a moving average."""

    def __init__(self, fs: float, band: EnvelopeBand) -> None:
        length = 2 * (int(band.average_s * fs) // 2) + 1
        self._band = LinearPhaseFir(band_taps(fs, (band.low_hz, band.high_hz)))
        self._average = LinearPhaseFir(np.full(length, 1.0 / length))

    def feed(self, samples: DoubleArray) -> DoubleArray:
        return self._average.feed(np.abs(self._band.feed(samples)))

    def flush(self) -> DoubleArray:
        rest = self._average.feed(np.abs(self._band.flush()))
        return np.concatenate((rest, self._average.flush()))


@dataclass(frozen=True, slots=True)
class BandSettings:
    """What the bands depend on."""

    fs: float
    """sampling rate, Hz"""
    mains_hz: float | None = None


class Bands:
    """Filters of one stretch of signal without gaps, and the recent past of what they give.

    Parameters
    ----------
    settings : sampling rate and mains frequency
    start : absolute index of the first sample
    """

    def __init__(self, settings: BandSettings, start: int) -> None:
        self._beat_filter = LinearPhaseFir(beat_taps(settings.fs, settings.mains_hz))
        self._envelopes = [_Envelope(settings.fs, band) for band in ENVELOPES]
        self.fs = settings.fs
        self.start = start
        """absolute index of the stretch's first sample"""
        self.stop = start
        """absolute index after the last raw sample"""
        self.beat = History(start)
        """the beat band"""
        self.envelopes = tuple(History(start) for _ in ENVELOPES)
        self.ended_at: int | None = None
        """length of the stream's prefix that shows the stretch's end, None before it"""

    @property
    def beat_latency(self) -> int:
        """Samples by which the beat band lags the raw signal."""
        return self._beat_filter.latency

    def feed(self, samples: DoubleArray) -> None:
        """Filter the next raw samples, (n,), finite."""
        self.stop += len(samples)
        self.beat.append(self._beat_filter.feed(samples))
        for envelope, history in zip(self._envelopes, self.envelopes, strict=True):
            history.append(envelope.feed(samples))

    @property
    def ended(self) -> bool:
        """True once the stretch is over and all signals reach its last sample."""
        return self.ended_at is not None

    def decided_at(self, beat_index: int) -> int:
        """Length of the stream's prefix in which the beat band reaches up to `beat_index`."""
        natural = beat_index + self.beat_latency
        if self.ended_at is None or natural <= self.stop:
            return natural
        return self.ended_at  # only the end, when it was seen, made it known

    def end(self, decided_at: int | None = None) -> None:
        """Bring all signals up to the last sample: the stretch is over.

        Parameters
        ----------
        decided_at : length of the stream's prefix that shows it; None for the stretch's own end
        """
        if self.ended:
            return
        self.ended_at = self.stop if decided_at is None else decided_at
        self.beat.append(self._beat_filter.flush())
        for envelope, history in zip(self._envelopes, self.envelopes, strict=True):
            history.append(envelope.flush())

    def forget_before(self, index: int) -> None:
        """Drop what lies before `index`."""
        for history in (self.beat, *self.envelopes):
            history.forget_before(index)

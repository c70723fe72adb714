"""What disturbs a synthetic ECG: baseline wander, muscle, mains and bursts of motion.

All but the muscle noise is a function of time alone. Muscle noise is white noise through a short
FIR whose tail is carried, drawn for one segment after the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .stream import DoubleArray
from .synthetic_schedule import Span, SpanWindow, spans

# Chosen by us: rms values of a good ambulatory recording; ``level`` scales all three.
_WANDER_MV = 0.040
_MUSCLE_MV = 0.008
_MAINS_MV = 0.004
_WANDER_HZ = (0.03, 0.45)  # electrodes and breathing; the band that monitors filter out
_MUSCLE_HZ = (20.0, 150.0)  # what surface electrodes pass of the muscles
_MOTION_HZ = (0.8, 9.0)  # overlaps P, T and wide QRS, which makes motion the worst noise
_MOTION_MV = 0.45
_MOTION_S = 2.0
_N_TONES = 7
_MUSCLE_TAIL_S = 0.05


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """How disturbed the signal is."""

    level: float = 1.0
    """0 none, 1 a good ambulatory recording, 10 a bad one; scales wander, muscle and mains"""
    mains_hz: float | None = 50.0
    """mains frequency, Hz; None for no mains"""
    motion_rate: float = 0.0
    """bursts of motion a minute"""


@dataclass(frozen=True, slots=True, eq=False)
class _Tones:
    """A sum of sinusoids without common period, of unit rms."""

    hz: DoubleArray
    phases: DoubleArray

    @classmethod
    def draw(cls, band_hz: tuple[float, float], rng: np.random.Generator) -> "_Tones":
        low, high = np.log(band_hz)
        hz = np.exp(rng.uniform(low, high, _N_TONES))
        return cls(hz, rng.uniform(0, 2 * np.pi, _N_TONES))

    def at(self, t: DoubleArray) -> DoubleArray:
        angles = 2 * np.pi * self.hz[:, None] * t + self.phases[:, None]
        summed: DoubleArray = np.sin(angles).sum(axis=0) * np.sqrt(2 / _N_TONES)
        return summed


def _band_pass(band_hz: tuple[float, float], fs: float) -> DoubleArray:
    """Hamming-windowed sinc band-pass that gives white noise of unit rms a unit rms."""
    half = max(round(_MUSCLE_TAIL_S * fs), 2)
    k = np.arange(-half, half + 1)
    low, high = band_hz[0] / fs, min(band_hz[1] / fs, 0.5)
    taps = (2 * high * np.sinc(2 * high * k) - 2 * low * np.sinc(2 * low * k)) * np.hamming(len(k))
    unit: DoubleArray = taps / np.sqrt(np.sum(taps**2))
    return unit


class _Muscle:
    def __init__(self, fs: float, rng: np.random.Generator) -> None:
        self._rng = rng
        self._taps = _band_pass(_MUSCLE_HZ, fs)
        self._tail = rng.standard_normal(len(self._taps) - 1)

    def next(self, n_samples: int) -> DoubleArray:
        white = np.concatenate([self._tail, self._rng.standard_normal(n_samples)])
        self._tail = white[n_samples:]
        return np.convolve(white, self._taps, "valid")


@dataclass(frozen=True, slots=True, eq=False)
class Burst(Span):
    """A burst of motion."""

    tones: _Tones

    def add_to(self, samples: DoubleArray, t: DoubleArray) -> None:
        """Add the burst, under a Hann envelope, to the samples at the times ``t``."""
        first, last = np.searchsorted(t, [self.start_s, self.stop_s])
        inside = t[first:last]
        progress = (inside - self.start_s) / (self.stop_s - self.start_s)
        envelope = np.sin(np.pi * progress) ** 2
        samples[first:last] += _MOTION_MV * envelope * self.tones.at(inside)


def _bursts(rate: float, onset_s: float, rng: np.random.Generator) -> Iterator[Burst]:
    for span in spans(rate, onset_s, _MOTION_S, rng):
        yield Burst(span.start_s, span.stop_s, _Tones.draw(_MOTION_HZ, rng))


class Noise:
    """Endless noise of one recording, taken segment by segment."""

    def __init__(
        self, settings: NoiseSettings, fs: float, onset_s: float, rng: np.random.Generator
    ) -> None:
        muscle_rng, motion_rng = rng.spawn(2)
        self._settings = settings
        self._fs = fs
        self._wander = _Tones.draw(_WANDER_HZ, rng)
        self._mains_phase = rng.uniform(0, 2 * np.pi)
        self._muscle = _Muscle(fs, muscle_rng)
        self.bursts = SpanWindow(_bursts(settings.motion_rate, onset_s, motion_rng))
        """bursts of motion near the present; advanced by the caller, who labels them"""

    def segment(self, t: DoubleArray) -> DoubleArray:
        """Give the noise at the times ``t``: (n_samples,), in mV; each follows the one before."""
        samples = self._settings.level * (
            _WANDER_MV * self._wander.at(t) + _MUSCLE_MV * self._muscle.next(len(t))
        )
        samples += self._mains(t)
        for burst in self.bursts:
            burst.add_to(samples, t)
        return samples

    def _mains(self, t: DoubleArray) -> DoubleArray:
        hz = self._settings.mains_hz
        if hz is None or hz >= self._fs / 2:  # above Nyquist the board's own filter removed it
            return np.zeros(len(t))
        scale = self._settings.level * _MAINS_MV * np.sqrt(2)
        return np.asarray(scale * np.sin(2 * np.pi * hz * t + self._mains_phase))

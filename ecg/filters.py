"""Linear-phase FIR filters that run on a stream: band-pass and mains notch in one set of taps.

One filter of 300 ms length has a delay of 150 ms, keeps the QRS's shape (constant group delay) and
is the same for the monitor and for training. Its -6 dB edges are 3 and 40 Hz: nothing shorter than
several seconds can pass the ST segment unharmed, and sibeat does not claim to.
"""

from functools import cache

import numpy as np

from .errors import ConfigError
from .sampling_rate import check_fs
from .stream import DoubleArray

BAND_HZ = (3.0, 40.0)
"""-6 dB edges of the beat's band. 3 Hz as in BeatGAN (Zhou et al., 2019); 40 Hz, not 45, chosen by
us: 45 Hz would leave too little room for a stop band below 50 Hz mains in a 300 ms filter."""

DELAY_S = 0.15
"""group delay of both filters: what the latency budget (0.75 s) leaves beside the window"""

MAINS_HZ = (50.0, 60.0)
"""the world's mains frequencies"""

NOTCH_NYQUIST_SHARE = 0.9
"""no notch above this share of the Nyquist rate: there the band-pass has no room to recover"""


class LinearPhaseFir:
    """A symmetric FIR filter over a stream, its delay removed.

    Output ``i`` belongs to input ``i``: as many samples come out as go in, `latency` samples later.
    Before the first sample the signal is taken to be constant, after the last one too.

    Parameters
    ----------
    taps : (n_taps,), symmetric, n_taps odd
    """

    def __init__(self, taps: DoubleArray) -> None:
        self._taps = taps
        self.latency = len(taps) // 2
        """samples from an input to its output"""
        self.reset()

    def reset(self) -> None:
        """Forget the past: the next sample is the first of a new stretch."""
        self._tail = np.empty(0)
        self._surplus = self.latency

    def feed(self, samples: DoubleArray) -> DoubleArray:
        """Filter the next samples.

        Parameters
        ----------
        samples : (n,), finite

        Returns
        -------
        (m,), the outputs that are now known, each in its input's place
        """
        if len(samples) == 0:
            return np.empty(0)
        if len(self._tail) == 0:
            self._tail = np.full(len(self._taps) - 1, samples[0])
        joined = np.concatenate((self._tail, samples))
        self._tail = joined[len(joined) - len(self._tail) :]
        # "valid" over a carried tail gives the same bits however the stream is cut; lfilter
        # and FFT methods do not.
        out = np.convolve(joined, self._taps, "valid")
        surplus = min(self._surplus, len(out))
        self._surplus -= surplus
        return out[surplus:]

    def flush(self) -> DoubleArray:
        """Return the outputs still due, and start anew."""
        if len(self._tail) == 0:
            return np.empty(0)
        rest = self.feed(np.full(self.latency, self._tail[-1]))
        self.reset()
        return rest


def notch_hz(fs: float, mains_hz: float | None) -> float | None:
    """Return the frequency of the notch, None where `fs` leaves no room for one."""
    if mains_hz is None or mains_hz > NOTCH_NYQUIST_SHARE * fs / 2:
        return None
    return mains_hz


def band_pass_taps(n_taps: int, band_hz: tuple[float, float], fs: float) -> DoubleArray:
    """Design a band-pass by the window method, Hamming window, gain 1 in the middle of the band.

    What ``scipy.signal.firwin`` gives, of whose package these few lines were all that the monitor
    needs: to import it was half of its start.

    Parameters
    ----------
    n_taps : odd
    band_hz : -6 dB edges, Hz, below half of `fs`
    fs : sampling rate, Hz

    Returns
    -------
    (n_taps,)
    """
    low, high = np.asarray(band_hz) / (0.5 * fs)
    place = np.arange(n_taps) - 0.5 * (n_taps - 1)
    hamming = 0.54 + (1 - 0.54) * np.cos(np.linspace(-np.pi, np.pi, n_taps))
    taps = (high * np.sinc(high * place) - low * np.sinc(low * place)) * hamming
    middle = np.cos(np.pi * place * 0.5 * (low + high))
    scaled: DoubleArray = taps / np.sum(taps * middle)
    return scaled


@cache
def _design(fs: float, band_hz: tuple[float, float], zeros_hz: tuple[float, ...]) -> DoubleArray:
    """Window design, then the smallest change that puts exact zeros at `zeros_hz`."""
    n_taps = 2 * int(DELAY_S * fs) + 1
    taps = band_pass_taps(n_taps, band_hz, fs)
    time_s = (np.arange(n_taps) - n_taps // 2) / fs
    cosines = np.cos(2 * np.pi * np.outer(zeros_hz, time_s))
    taps -= cosines.T @ np.linalg.solve(cosines @ cosines.T, cosines @ taps)
    taps.setflags(write=False)
    return taps


def beat_taps(fs: float, mains_hz: float | None) -> DoubleArray:
    """Taps of the band-pass that beats are cut from, with zeros at DC and at the mains.

    Parameters
    ----------
    fs : sampling rate, Hz
    mains_hz : 50 or 60, None for no notch

    Returns
    -------
    (n_taps,), symmetric

    Raises
    ------
    ConfigError
        If `fs` is not from 100 to 2,000 Hz.
    """
    notch = notch_hz(fs, mains_hz)
    zeros_hz = (0.0,) if notch is None else (0.0, notch)
    return _design(check_fs(fs, "the stream", ConfigError), BAND_HZ, zeros_hz)


def band_taps(fs: float, band_hz: tuple[float, float]) -> DoubleArray:
    """Taps of a band-pass with the same length and a zero at DC, (n_taps,), symmetric."""
    return _design(check_fs(fs, "the stream", ConfigError), band_hz, (0.0,))


def filter_record(samples: DoubleArray, fs: float, mains_hz: float | None) -> DoubleArray:
    """Band-pass a whole record with the very taps and edges of the monitor.

    Parameters
    ----------
    samples : (n_samples,), finite, any unit
    fs : sampling rate, Hz
    mains_hz : 50 or 60, None for no notch

    Returns
    -------
    (n_samples,), delay removed, the unit of `samples`
    """
    fir = LinearPhaseFir(beat_taps(fs, mains_hz))
    return np.concatenate((fir.feed(np.asarray(samples, dtype=np.float64)), fir.flush()))

"""The patient's usual beat: a running median of beats, and how far a beat is from it.

Two views of the same window: the QRS with its amplitude kept, and the whole window normalised. The
first finds ventricular beats between patients, the second sees what comes before and after.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from math import inf, log
from typing import Any

import numpy as np

from sibeat.ecg.beats import N_WINDOW, WINDOW_BEFORE
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.evidence import median
from sibeat.ecg.stream import DoubleArray, FloatArray

MEMORY_BEATS = 60
"""beats whose median is the usual one; chosen by us: about a minute"""
UPDATE_EVERY = 8
"""beats between two updates of it; chosen by us: a median of 60 changes little in eight beats"""
YOUNG_BEATS = 20
"""beats up to which each one updates it: as many as the baseline's learning takes"""
LEAST_BEATS = 5
"""beats from which there is a usual one; chosen by us: the median of five stands two ectopics"""
QRS = slice(WINDOW_BEFORE - 43, WINDOW_BEFORE + 50)
"""120 ms before the R-peak to 140 ms after it: a wide QRS"""
FLOOR = 1e-6
"""least squared distance, so that a logarithm exists; -60 dB of the beat's amplitude"""
NO_DISTANCE = log(FLOOR)
"""distance while there is no usual beat: nothing speaks against the first ones"""


class UsualBeat:
    """Running median of beats, in two views of the same window."""

    def __init__(self) -> None:
        self._shapes: deque[DoubleArray] = deque(maxlen=MEMORY_BEATS)
        self._windows: deque[FloatArray] = deque(maxlen=MEMORY_BEATS)
        self._amplitudes: deque[float] = deque(maxlen=MEMORY_BEATS)
        self._n_seen = 0
        self._qrs: DoubleArray | None = None
        self._window: DoubleArray | None = None
        self._amplitude = 1.0

    @property
    def n_seen(self) -> int:
        """Beats that were ever learnt."""
        return self._n_seen

    def distances(self, window: FloatArray, amplitude: float) -> tuple[float, float]:
        """Log squared distances from the usual QRS and from the usual window.

        Parameters
        ----------
        window : (320,), normalised
        amplitude : of the window before normalising, the stream's unit
        """
        if self._qrs is None or self._window is None:
            return NO_DISTANCE, NO_DISTANCE
        off_qrs = (qrs_shape(window, amplitude) - self._qrs) * (2.0 / self._amplitude)
        return _log_mean_square(off_qrs), _log_mean_square(window - self._window)

    def window_distance(self, window: FloatArray) -> float:
        """Log squared distance from the usual window alone, the second of `distances`."""
        if self._window is None:
            return NO_DISTANCE
        return _log_mean_square(window - self._window)

    def learn(self, window: FloatArray, amplitude: float) -> None:
        """Take a beat into the memory; the median follows every eight, at first each."""
        self._keep(window, amplitude)
        n_held = len(self._windows)
        young = n_held <= YOUNG_BEATS
        if n_held >= LEAST_BEATS and (young or self._n_seen % UPDATE_EVERY == 0):
            self._update()

    @classmethod
    def of_beats(cls, beats: Iterable[tuple[FloatArray, float]]) -> "UsualBeat":
        """Make it of windows and amplitudes at once; from `LEAST_BEATS` on there is a usual one."""
        usual = cls()
        for window, amplitude in beats:
            usual._keep(window, amplitude)
        if len(usual._windows) >= LEAST_BEATS:
            usual._update()
        return usual

    def _keep(self, window: FloatArray, amplitude: float) -> None:
        self._shapes.append(qrs_shape(window, amplitude))
        self._windows.append(window)
        self._amplitudes.append(amplitude)
        self._n_seen += 1

    def _update(self) -> None:
        self._qrs = _median_beat(self._shapes)
        self._window = _median_beat(self._windows)
        self._amplitude = median(list(self._amplitudes))

    def stored(self) -> dict[str, Any] | None:
        """As a file keeps it, None while there is no usual beat."""
        if self._window is None or self._qrs is None:
            return None
        return {
            "window": [round(float(value), 6) for value in self._window],
            "amplitude": self._amplitude,
            "n_seen": self._n_seen,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any], where: str) -> "UsualBeat":
        """Start from what `stored` gave: that beat fills the memory, and slowly gives way.

        Raises
        ------
        ConfigError
            When it is not what `stored` gives.
        """
        try:
            window = np.asarray(stored["window"], dtype=np.float64)
            amplitude, n_seen = float(stored["amplitude"]), int(stored["n_seen"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ConfigError(
                f"{where} holds no usual beat ({type(error).__name__}: {error}); expected "
                "window, amplitude and n_seen, name another file or learn it anew"
            ) from error
        whole = window.shape == (N_WINDOW,) and bool(np.all(np.abs(window) <= 1.0))
        if not whole or not 0.0 < amplitude < inf or n_seen < LEAST_BEATS:
            raise ConfigError(
                f"{where} holds a window of {window.size} values, amplitude {amplitude:g} and "
                f"{n_seen} beats; expected {N_WINDOW} values from -1 to 1, an amplitude over 0 and "
                f"at least {LEAST_BEATS} beats, name another file or learn it anew"
            )
        copies = [(window.astype(np.float32), amplitude)] * (MEMORY_BEATS // 2)
        usual = cls.of_beats(copies)
        usual._n_seen = n_seen
        return usual


def distances_from_median(windows: Sequence[FloatArray]) -> list[float]:
    """Log squared distance of each window (320,) from the median of them all."""
    usual = _median_beat(windows)
    return [_log_mean_square(window - usual) for window in windows]


def _log_mean_square(off: DoubleArray) -> float:
    return log(float(off @ off) / len(off) + FLOOR)


def _median_beat(beats: Iterable[DoubleArray | FloatArray]) -> DoubleArray:
    """Median of each sample over the beats; a sort is six times faster than np.median."""
    ordered = np.sort(np.array(list(beats), dtype=np.float64), axis=0)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return np.array(ordered[middle])
    return np.asarray(0.5 * (ordered[middle - 1] + ordered[middle]))


def qrs_shape(window: FloatArray, amplitude: float) -> DoubleArray:
    """The QRS in the stream's unit, the window's mean taken off, (93,)."""
    centred = window - window.mean()
    return np.asarray(centred[QRS], dtype=np.float64) * (0.5 * amplitude)

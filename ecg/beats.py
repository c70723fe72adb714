"""A beat: the window around an R-peak, on the student's grid, min-max normalised.

The window is that of BeatGAN (Zhou et al., IJCAI 2019): 320 samples at 360 Hz, 140 before the
R-peak and 180 from it. The R-peak lies between samples, so that a stream of 125 Hz gives the same
window as one of 1,000 Hz; a windowed sinc reads the band-limited signal there.
"""

import numpy as np

from .stream import DoubleArray, FloatArray

GRID_FS = 360.0
"""sampling rate of the student's grid, Hz"""
WINDOW_BEFORE = 140
WINDOW_AFTER = 180
"""samples of the grid before the R-peak, and from it"""
N_WINDOW = WINDOW_BEFORE + WINDOW_AFTER

KERNEL_REACH = 8
"""samples of the stream on each side that one value of the grid is read from; chosen by us: with
the Kaiser window below, the error at 35 Hz of a 100 Hz stream is under 1 %"""
N_PHASES = 1024
"""positions between two samples that the kernel table holds; chosen by us: the error of
the nearest one (1/2048 sample) is under 0.1 % at 40 Hz in a 360 Hz stream"""
KAISER_BETA = 5.0
"""Kaiser window of the kernel; chosen by us: least error between 0 and 0.8 of Nyquist"""


def _kernel_table() -> DoubleArray:
    """Windowed-sinc weights, (N_PHASES + 1, 2 * KERNEL_REACH)."""
    offsets = np.arange(1 - KERNEL_REACH, KERNEL_REACH + 1)
    distance = np.arange(N_PHASES + 1)[:, None] / N_PHASES - offsets
    inside = np.sqrt(np.maximum(0.0, 1.0 - (distance / KERNEL_REACH) ** 2))
    weights = np.sinc(distance) * np.i0(KAISER_BETA * inside)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


LEAST_AMPLITUDE = float(np.finfo(np.float32).tiny)
"""a window with less between its least and greatest value is constant: 2 / amplitude overflows"""

_KERNELS = _kernel_table()
_REACH = np.arange(1 - KERNEL_REACH, KERNEL_REACH + 1)
_GRID = np.arange(-WINDOW_BEFORE, WINDOW_AFTER) / GRID_FS


def samples_after(fs: float) -> float:
    """Samples of the stream after the R-peak that a window needs, the kernel's reach included."""
    return float(_GRID[-1]) * fs + KERNEL_REACH


def samples_before(fs: float) -> float:
    """Samples of the stream before the R-peak that a window needs, the kernel's reach included."""
    return -float(_GRID[0]) * fs + KERNEL_REACH


def cut_window(filtered: DoubleArray, fs: float, r_peak: float) -> FloatArray:
    """Read the window around an R-peak on the student's grid.

    Parameters
    ----------
    filtered : (n_samples,), band-passed
    fs : its sampling rate, Hz
    r_peak : index of the R-peak in `filtered`, between samples; where the window leaves
        `filtered`, the first or last value is repeated

    Returns
    -------
    (320,), the unit of `filtered`
    """
    position = r_peak + _GRID * fs
    whole = np.floor(position).astype(np.intp)
    phase = np.rint((position - whole) * N_PHASES).astype(np.intp)
    index = whole[:, None] + _REACH
    if index[0, 0] < 0 or index[-1, -1] >= len(filtered):
        index = np.clip(index, 0, len(filtered) - 1)
    window = np.einsum("ij,ij->i", filtered[index], _KERNELS.take(phase, axis=0))
    return np.asarray(window, dtype=np.float32)


def normalise(window: FloatArray) -> tuple[FloatArray, float]:
    """Scale a window to [-1, 1] by its own least and greatest value.

    Parameters
    ----------
    window : (n,)

    Returns
    -------
    window : (n,), in [-1, 1]; all 0 where the window is constant
    amplitude : greatest minus least value, the unit of `window`; 0 where it is constant
    """
    low, high = window.min(), window.max()
    amplitude = float(high - low)
    if amplitude < LEAST_AMPLITUDE:
        return np.zeros_like(window), 0.0
    scaled = (window - low) * np.float32(2.0 / amplitude) - np.float32(1.0)
    return np.minimum(np.maximum(scaled, np.float32(-1.0)), np.float32(1.0)), amplitude

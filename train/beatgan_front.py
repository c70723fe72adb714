"""The front of the published BeatGAN: its filter, its windows, and the normal beats that it drops.

Not what the monitor runs: it serves comparison with published figures alone. Zero-phase FIR of 3 to
45 Hz over the whole record, windows at the annotated positions, and a normal beat only where the
detector found a peak too. The published detector was BioSPPy's; neurokit2's stands in for it.

References
----------
.. [1] Zhou et al., "BeatGAN: Anomalous Rhythm Detection using Adversarially Generated Time
   Series", IJCAI 2019, section 5.1 and its published preprocessing.
.. [2] Carreiras et al., BioSPPy, `biosppy.signals.ecg.ecg`: the filter, and the re-centring.
"""

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import aami_class
from sibeat.ecg.beats import WINDOW_AFTER, WINDOW_BEFORE
from sibeat.ecg.stream import DoubleArray
from sibeat.train.beats_file import IntArray

BAND_HZ = (3.0, 45.0)
"""edges of the band-pass [2]"""
FILTER_S = 0.3
"""length of the FIR filter in seconds [2]"""
RECENTRE_S = 0.05
"""reach to each side in which a detected peak moves to the greatest value [2]"""
NEAR = 10
"""samples; a normal beat is kept if a detected peak is nearer [1]"""
FILTER_IN_WORDS = "zero-phase FIR of 0.3 s, forwards and backwards"


def filter_both_ways(samples: DoubleArray, fs: float) -> DoubleArray:
    """Band-pass a whole record forwards and backwards.

    Parameters
    ----------
    samples : (n_samples,), any unit
    fs : sampling rate, Hz

    Returns
    -------
    (n_samples,), the unit of `samples`
    """
    from scipy.signal import filtfilt, firwin

    n_taps = int(FILTER_S * fs) | 1
    taps = firwin(n_taps, BAND_HZ, pass_zero=False, fs=fs)
    return np.asarray(filtfilt(taps, [1.0], samples), dtype=np.float64)


def detect_peaks(filtered: DoubleArray, fs: float) -> IntArray:
    """R-peaks by neurokit2's ``neurokit`` on the band-passed record, re-centred, in order.

    Parameters
    ----------
    filtered : (n_samples,)
    fs : sampling rate, Hz
    """
    import neurokit2

    found = neurokit2.ecg_findpeaks(filtered, sampling_rate=fs, method="neurokit")["ECG_R_Peaks"]
    reach = int(RECENTRE_S * fs)
    starts = [max(0, int(peak) - reach) for peak in found]
    moved = [low + int(filtered[low : low + 2 * reach].argmax()) for low in starts]
    return np.unique(np.array(moved, dtype=np.int64))


def kept_beats(
    samples: IntArray, symbols: NDArray[np.str_], filtered: DoubleArray, fs: float
) -> NDArray[np.bool_]:
    """Say which annotated beats the published protocol uses.

    Parameters
    ----------
    samples : (n_beats,), annotated positions, in order
    symbols : (n_beats,), WFDB symbols
    filtered : (n_samples,), the band-passed record
    fs : sampling rate, Hz

    Returns
    -------
    (n_beats,), True where the mapping ``beatgan`` has a class, the window lies within the record,
    and, if the beat is normal, a detected peak is near
    """
    classes = np.array([aami_class(str(symbol), "beatgan") or "" for symbol in symbols])
    inside = (samples >= WINDOW_BEFORE) & (samples + WINDOW_AFTER <= len(filtered))
    near = distance_to_nearest(samples, detect_peaks(filtered, fs)) < NEAR
    return np.asarray((classes != "") & inside & (near | (classes != "N")))


def distance_to_nearest(samples: IntArray, peaks: IntArray) -> DoubleArray:
    """Distance of each position from the nearest peak, (n,) samples; infinite without peaks.

    Parameters
    ----------
    samples : (n,)
    peaks : (n_peaks,), in order
    """
    ends = np.concatenate(([-np.inf], peaks.astype(np.float64), [np.inf]))
    after = np.searchsorted(ends, samples)
    return np.minimum(ends[after] - samples, samples - ends[after - 1])


def cut_at(filtered: DoubleArray, samples: IntArray) -> NDArray[np.float32]:
    """Windows at whole positions, (n_beats, 320), the unit of `filtered`."""
    reach = np.arange(-WINDOW_BEFORE, WINDOW_AFTER)
    return np.asarray(filtered[samples[:, None] + reach], dtype=np.float32)

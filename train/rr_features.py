"""Eight numbers that say where a beat stands in the rhythm.

Running medians and quartiles go over the beats up to and with this one: of the future, only the
following RR is used. "The one before" is that of the beat before *among those given*: where a front
drops beats (the front ``beatgan``: that of 622 of 97,817) it is not the beat before in the record.
"""

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.stream import DoubleArray
from sibeat.train.beats_file import Beats

USUAL_BEATS = 32
RECENT_BEATS = 10
"""beats of the two running medians"""
NAMES = (
    "log preceding over usual",
    "log following over usual",
    "log following over preceding",
    "log preceding over the one before",
    "inter-quartile range over usual",
    "log preceding over upper quartile",
    "log usual",
    "log preceding over recent",
)
"""usual: median of the last 32 RR; recent: of the last 10"""


def rr_features(beats: Beats) -> DoubleArray:
    """Rhythm of every beat.

    Parameters
    ----------
    beats : of any records, in order of record and sample

    Returns
    -------
    (n_beats, 8), in the order of `NAMES`
    """
    features = np.empty((len(beats), len(NAMES)))
    for record in np.unique(beats.record):
        mask = beats.record == record
        rr_pre, rr_post = _filled(beats.rr_pre[mask]), _filled(beats.rr_post[mask])
        features[mask] = _of_record(rr_pre / beats.origin.fs, rr_post / beats.origin.fs)
    return features


def _filled(rr: NDArray[np.int64]) -> DoubleArray:
    """Put the record's median where an RR interval is not there."""
    known = rr > 0
    usual = float(np.median(rr[known])) if known.any() else 1.0
    return np.where(known, rr, usual).astype(np.float64)


def _of_record(rr_pre: DoubleArray, rr_post: DoubleArray) -> DoubleArray:
    low, usual, high = _running_quantiles(rr_pre, USUAL_BEATS, (0.25, 0.5, 0.75))
    (recent,) = _running_quantiles(rr_pre, RECENT_BEATS, (0.5,))
    before = np.concatenate((rr_pre[:1], rr_pre[:-1]))
    columns = (
        np.log(rr_pre / usual),
        np.log(rr_post / usual),
        np.log(rr_post / rr_pre),
        np.log(rr_pre / before),
        (high - low) / usual,
        np.log(rr_pre / high),
        np.log(usual),
        np.log(rr_pre / recent),
    )
    return np.stack(columns, axis=1)


def _running_quantiles(values: DoubleArray, n: int, q: tuple[float, ...]) -> DoubleArray:
    """Quantiles of the last `n` values up to and with each, (len(q), n_values)."""
    young = [np.quantile(values[: end + 1], q) for end in range(min(n - 1, len(values)))]
    parts = [np.array(young).reshape(-1, len(q)).T]
    if len(values) >= n:
        windows = np.lib.stride_tricks.sliding_window_view(values, n)
        parts.append(np.quantile(windows, q, axis=1))
    return np.concatenate(parts, axis=1)

"""What neurokit2's R-peak methods say of a place: guarded calls on a window of the stream.

neurokit2 knows no streams: its methods take a whole record, set thresholds from its mean, and fail
in their own ways on windows without a QRS. Here they see a short window that ends soon after
the place in question, and a failure is simply no vote.
"""

import warnings
from collections.abc import Callable

import numpy as np

from .errors import ConfigError
from .stream import DoubleArray

VOTE_TOLERANCE_S = 0.1
"""distance at which a method's peak speaks for a place; chosen by us: some methods put the peak at
the end of the QRS"""

PeakFinder = Callable[..., object]


def find_method(name: str) -> PeakFinder:
    """Return neurokit2's R-peak method of that name.

    Raises
    ------
    ConfigError
        If neurokit2 knows no such method.
    """
    from neurokit2.ecg.ecg_findpeaks import _ecg_findpeaks_findmethod

    try:
        method: PeakFinder = _ecg_findpeaks_findmethod(name.lower())
    except ValueError as error:
        raise ConfigError(
            f"R-peak method {name!r} is not one of neurokit2's. Give one that "
            "neurokit2.ecg_findpeaks takes, such as neurokit, pantompkins1985 or hamilton2002."
        ) from error
    return method


class Voters:
    """Several of neurokit2's methods, asked together.

    Parameters
    ----------
    names : methods, as ``neurokit2.ecg_findpeaks`` names them
    fs : sampling rate, Hz
    """

    def __init__(self, names: tuple[str, ...], fs: float) -> None:
        self._methods = [find_method(name) for name in names]
        self._fs = fs

    def share(self, window: DoubleArray, at: int) -> float:
        """Share of the methods that see a QRS at index `at` of `window`, 0 to 1.

        Parameters
        ----------
        window : (n_samples,), finite, band-passed
        at : index in `window`
        """
        tolerance = VOTE_TOLERANCE_S * self._fs
        votes = 0
        for method in self._methods:
            peaks = self._peaks(method, window)
            if len(peaks) > 0 and np.abs(peaks - at).min() <= tolerance:
                votes += 1
        return votes / len(self._methods)

    def _peaks(self, method: PeakFinder, window: DoubleArray) -> DoubleArray:
        """Peaks that a method finds, none where it fails as neurokit2's methods do."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # means of empty slices, on windows without a QRS
            try:
                found = method(window, sampling_rate=round(self._fs))
            except (IndexError, ValueError, ZeroDivisionError, TypeError):
                return np.empty(0)  # seen on windows without a QRS or with too few peaks
        return np.asarray(found, dtype=np.float64).ravel()

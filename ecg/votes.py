"""What neurokit2's R-peak methods say of a place: guarded calls on a window of the stream.

neurokit2 knows no streams: its methods take a whole record, set thresholds from its mean, and fail
in their own ways on windows without a QRS. Here they see a short window that ends soon after
the place in question, and a failure is simply no vote. It takes a second or more to load, and few
decisions need it: whoever makes `Voters` says when.
"""

import logging
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from threading import Lock

import numpy as np

from .errors import ConfigError
from .stream import DoubleArray

VOTE_TOLERANCE_S = 0.1
"""distance at which a method's peak speaks for a place; chosen by us: some methods put the peak at
the end of the QRS"""

NEUTRAL = 0.5
"""vote that speaks neither for nor against"""

TRIAL_SAMPLES = 100
"""length of the window, and its rate, on which a method shows that its packages are there"""

SURE = "neurokit"
"""the method that is there with neurokit2 itself: its name and packages need no trial"""

PeakFinder = Callable[..., object]


def find_method(name: str) -> PeakFinder:
    """Return neurokit2's R-peak method of that name.

    Raises
    ------
    ConfigError
        If neurokit2 is not there, knows no such method, or lacks a package that the method needs.
    """
    # matplotlib, which comes along, tells of its caches: over the screen, if that runs already
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        module = import_module("neurokit2.ecg.ecg_findpeaks")
        find_by_name = module._ecg_findpeaks_findmethod
    except Exception as error:  # whatever a broken or foreign version raises as it is loaded
        raise ConfigError(
            f"neurokit2 cannot be loaded ({type(error).__name__}: {error}): expected it where "
            "sibeat is installed; install sibeat again"
        ) from error
    # promac prints the failures of the methods that it asks, into the screen and into --json.
    vars(module)["print"] = _say_nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an old name of a method; it still works
            method: PeakFinder = find_by_name(name.lower())
    except ValueError as error:
        raise ConfigError(
            f"R-peak method {name!r} is not one of neurokit2's. Give one that "
            "neurokit2.ecg_findpeaks takes, such as neurokit, pantompkins1985 or hamilton2002."
        ) from error
    try:
        find_peaks(method, np.zeros(TRIAL_SAMPLES), TRIAL_SAMPLES)
    except ImportError as error:
        raise ConfigError(
            f"R-peak method {name!r} needs a package that is not installed: {error} "
            "Install it, or give another method, such as neurokit."
        ) from error
    return method


def find_peaks(method: PeakFinder, window: DoubleArray, fs: float) -> DoubleArray:
    """Peaks that a method finds, none where it fails as neurokit2's methods do.

    Parameters
    ----------
    method : of `find_method`
    window : (n_samples,), finite
    fs : sampling rate, Hz

    Returns
    -------
    (n_peaks,), indices in `window`
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # means of empty slices, on windows without a QRS
        try:
            found = method(window, sampling_rate=round(fs))
        except (IndexError, ValueError, ZeroDivisionError, TypeError):
            return np.empty(0)  # seen on windows without a QRS or with too few peaks
    return np.asarray(found, dtype=np.float64).ravel()


def _say_nothing(*_: object) -> None:
    """Stand in for ``print``."""


class Voters:
    """Several of neurokit2's methods, asked together.

    Parameters
    ----------
    names : methods, as ``neurokit2.ecg_findpeaks`` names them
    fs : sampling rate, Hz
    load_now : load neurokit2 at once; False: by `load`, at the latest for the first vote, where no
        other method than ``neurokit`` has to be tried

    Raises
    ------
    ConfigError
        If there is no name, or `find_method` refuses one.
    """

    def __init__(self, names: tuple[str, ...], fs: float, load_now: bool = True) -> None:
        if not names:
            raise ConfigError(
                "no R-peak method is given, expected at least one of neurokit2's: "
                'set detectors = ["neurokit"].'
            )
        self._names, self._fs = names, fs
        self._methods: list[PeakFinder] = []
        self._failure: Exception | None = None
        self._loading = Lock()
        if find_spec("neurokit2") is None:
            raise ConfigError(
                "neurokit2 is not there: expected it where sibeat is installed; install sibeat "
                "again"
            )
        if load_now or set(names) != {SURE}:
            self.load()

    def load(self) -> None:
        """Load neurokit2, unless it is there; another thread may do so beside the stream.

        Raises
        ------
        ConfigError
            It cannot be loaded; kept for `raise_failure`.
        """
        with self._loading:
            if self._methods:
                return
            try:
                self._methods = [find_method(name) for name in self._names]
            except Exception as error:  # nothing is swallowed: whoever loads beside looks for it
                self._failure = error
                raise

    def raise_failure(self) -> None:
        """Raise why neurokit2 could not be loaded, if that was tried and failed."""
        if self._failure is not None:
            raise self._failure

    def share(self, window: DoubleArray, at: int) -> float:
        """Share of the methods that see a QRS at index `at` of `window`, 0 to 1.

        Parameters
        ----------
        window : (n_samples,), finite, band-passed
        at : index in `window`

        Raises
        ------
        ConfigError
            neurokit2 cannot be loaded; told once, after that nothing is known.
        """
        if self._failure is not None:
            return NEUTRAL  # for what is still to be decided at the end
        self.load()
        tolerance = VOTE_TOLERANCE_S * self._fs
        votes = 0
        for method in self._methods:
            peaks = find_peaks(method, window, self._fs)
            if len(peaks) > 0 and np.abs(peaks - at).min() <= tolerance:
                votes += 1
        return votes / len(self._methods)

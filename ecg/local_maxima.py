"""Local maxima of an envelope: the places where an R-peak may be."""

import numpy as np
from numpy.typing import NDArray

from .stream import DoubleArray


def local_maxima(values: DoubleArray, reach: int) -> NDArray[np.int64]:
    """Indices of the values above 0 that none within reach exceeds; of equal ones the first.

    Parameters
    ----------
    values : (n,), finite
    reach : values on each side that are compared, at least 1

    Returns
    -------
    (n_maxima,), rising
    """
    n = len(values)
    beyond = np.full(reach, -np.inf)  # joined: np.pad alone takes longer than all of this
    greatest = running_max(np.concatenate((beyond, values, beyond)), reach)
    before, after = greatest[:n], greatest[reach + 1 :]
    return np.flatnonzero((values > before) & (values >= after) & (values > 0.0))


def running_max(values: DoubleArray, width: int) -> DoubleArray:
    """Maximum of each `width` values that follow one another, by doubling.

    ``scipy.ndimage.maximum_filter1d`` gives the same, but to import it was a sixth of the monitor's
    start.

    Parameters
    ----------
    values : (n,), n at least `width`
    width : at least 1

    Returns
    -------
    (n - width + 1,)
    """
    covered = 1
    while covered < width:
        step = min(covered, width - covered)
        values = np.maximum(values[:-step], values[step:])
        covered += step
    return values

"""Ventricular runs, reference against test and back, as WFDB's ``rxr`` does.

A run is an unbroken row of ventricular beats, fusion beats among them. Each run of one annotator is
set against the longest run that the other one has within its reach: its own extent and a match
window on each side. What no longer lies within that reach does not lengthen the other's run.

References
----------
ANSI/AAMI EC57:2012, 4.3.3.3; rxr(1) of the WFDB Applications Guide.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .annotation import IntArray
from .ec57_beats import CLASSES, Beats, Periods

LENGTHS = ("0", "1", "2", "3", "4", "5", ">5")
"""names of the run lengths, rows and columns of the matrices"""
_VENTRICULAR = [CLASSES.index("V"), CLASSES.index("F")]


@dataclass(frozen=True, slots=True)
class _Run:
    """An unbroken row of ventricular beats."""

    first: int
    """sample of its first beat"""
    last: int
    """sample of its last beat"""
    n_beats: int


def run_matrices(
    reference: Beats, test: Beats, flutter: Periods, window: int
) -> tuple[IntArray, IntArray]:
    """Count runs by their length and that of their counterpart.

    Parameters
    ----------
    reference, test : the beats that count
    flutter : ends a run
    window : match window in samples

    Returns
    -------
    sensitivity : (7, 7), reference runs; row: their length, column: that of the test
    predictivity : (7, 7), test runs; row: length in the reference, column: their own
    """
    sensitivity = _counts(reference, test, flutter, window)
    predictivity = _counts(test, reference, flutter, window).T
    return sensitivity, predictivity


def _counts(these: Beats, others: Beats, flutter: Periods, window: int) -> IntArray:
    matrix = np.zeros((len(LENGTHS), len(LENGTHS)), dtype=np.int64)
    longest = len(LENGTHS) - 1
    for run in _runs(these, flutter):
        near = _between(others, run.first - window, run.last + window)
        there = max((other.n_beats for other in _runs(near, flutter)), default=0)
        matrix[min(run.n_beats, longest), min(there, longest)] += 1
    return matrix


def _between(beats: Beats, first: int, last: int) -> Beats:
    start, stop = np.searchsorted(beats.samples, [first, last + 1])
    return Beats(beats.samples[start:stop], beats.classes[start:stop])


def _runs(beats: Beats, flutter: Periods) -> list[_Run]:
    places = np.flatnonzero(np.isin(beats.classes, _VENTRICULAR))
    if not len(places):
        return []
    broken = (np.diff(places) > 1) | _flutter_before(beats.samples[places], flutter)
    rows = np.split(beats.samples[places], np.flatnonzero(broken) + 1)
    return [_Run(int(row[0]), int(row[-1]), len(row)) for row in rows]


def _flutter_before(samples: IntArray, flutter: Periods) -> NDArray[np.bool_]:
    """Say of each beat but the first whether flutter lies between it and the one before."""
    return flutter.touch(samples[:-1], samples[1:])

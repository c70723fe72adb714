"""What of an alignment EC57 counts: the beat matrix, errors of RR intervals, time shut down."""

import numpy as np

from .annotation import IntArray
from .ec57_beats import CLASSES, Beats, Periods
from .ec57_match import Alignment
from .ec57_report import COLUMNS, ROWS
from .stream import DoubleArray


def beat_matrix(
    expected: Beats, found: Beats, alignment: Alignment, shutdown: Periods, no_reference: Periods
) -> IntArray:
    """Count beats by class: ``(7, 7)``, `ROWS` by `COLUMNS`.

    Parameters
    ----------
    expected, found : the aligned beats
    alignment : how they pair
    shutdown : of the test: beats missed there go to column x
    no_reference : shutdowns of the reference: beats extra there go to row X, not to O
    """
    matrix = np.zeros((len(ROWS), len(COLUMNS)), dtype=np.int64)
    left, right = alignment.pairs
    np.add.at(matrix, (expected.classes[left], found.classes[right]), 1)
    missed, extra = alignment.missed, alignment.extra
    column = len(CLASSES) + shutdown.hold(expected.samples[missed])
    np.add.at(matrix, (expected.classes[missed], column), 1)
    row = len(CLASSES) + no_reference.hold(found.samples[extra])
    np.add.at(matrix, (row, found.classes[extra]), 1)
    return matrix


def rr_intervals(beats: Beats, start: int, interrupted: tuple[Periods, ...]) -> DoubleArray:
    """RR interval that ends in each beat from `start` on, in samples, and a NaN after the last.

    NaN where there is none, or where a period lies in it.
    """
    rr = np.full(len(beats) + 1, np.nan)
    before, after = beats.samples[:-1], beats.samples[1:]
    cut = np.logical_or.reduce([period.touch(before, after) for period in interrupted])
    rr[1:-1] = np.where(cut, np.nan, after - before)
    return rr[np.searchsorted(beats.samples, start) :]


def rr_errors(alignment: Alignment, expected_rr: DoubleArray, found_rr: DoubleArray) -> DoubleArray:
    """Difference of the two current RR intervals at each step that has both, in samples.

    A missed or an extra beat is a step of its own, so it counts with both intervals that it spoils.
    """
    errors = expected_rr[alignment.reference] - found_rr[alignment.test]
    return errors[~np.isnan(errors)]


def total_samples(periods: Periods, last: int) -> int:
    """Length of all periods; one without end ends at sample `last`."""
    return int(np.sum(np.maximum(np.minimum(periods.ends, last) - periods.begins, 0)))

"""Runs are set against the longest run of the other annotator within their reach."""

import numpy as np

from sibeat.ecg.ec57_beats import CLASSES, Beats, Periods
from sibeat.ecg.ec57_runs import run_matrices

NONE = Periods(np.array([], np.int64), np.array([], np.int64))


def beats(classes: str, shift: int = 0) -> Beats:
    """One beat a second at 100 Hz; ``.`` stands for no beat."""
    places = [k for k, name in enumerate(classes) if name != "."]
    samples = np.array([100 * k + shift for k in places], np.int64)
    return Beats(samples, np.array([CLASSES.index(classes[k]) for k in places], np.int64))


def cells(matrix: np.ndarray) -> dict[tuple[int, int], int]:
    return {(int(i), int(j)): int(matrix[i, j]) for i, j in zip(*np.nonzero(matrix), strict=True)}


def test_equal_runs_are_on_the_diagonal_and_fusion_counts_as_ventricular() -> None:
    both = beats("NVNVFNVVVNVVVVVVVVN")
    sensitivity, predictivity = run_matrices(both, both, NONE, 15)
    expected = {(1, 1): 1, (2, 2): 1, (3, 3): 1, (6, 6): 1}
    assert cells(sensitivity) == cells(predictivity) == expected


def test_a_run_that_the_test_breaks_counts_by_its_longest_part() -> None:
    sensitivity, predictivity = run_matrices(beats("NVVVVVN"), beats("NVVNVVN", shift=10), NONE, 15)
    assert cells(sensitivity) == {(5, 2): 1}
    assert cells(predictivity) == {(2, 2): 2}


def test_beats_beyond_the_reach_do_not_lengthen_the_counterpart() -> None:
    sensitivity, predictivity = run_matrices(beats("NNVNN"), beats("NVVVN"), NONE, 15)
    assert cells(sensitivity) == {(1, 1): 1}
    assert cells(predictivity) == {(1, 3): 1}


def test_runs_without_counterpart_are_in_column_or_row_0() -> None:
    sensitivity, predictivity = run_matrices(beats("NVVNNN"), beats("NNNNVN"), NONE, 15)
    assert cells(sensitivity) == {(2, 0): 1}
    assert cells(predictivity) == {(0, 1): 1}


def test_a_missing_beat_does_not_break_a_run_and_flutter_does() -> None:
    both = beats("NV.VN")
    assert cells(run_matrices(both, both, NONE, 15)[0]) == {(2, 2): 1}
    flutter = Periods(np.array([150]), np.array([250]))
    assert cells(run_matrices(both, both, flutter, 15)[0]) == {(1, 1): 2}

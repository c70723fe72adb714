"""Beat matrix, errors of RR intervals and time shut down, worked out by hand."""

import numpy as np

from sibeat.ecg.ec57_beats import END_OF_TIME, Beats, Periods
from sibeat.ecg.ec57_counts import beat_matrix, rr_errors, rr_intervals, total_samples
from sibeat.ecg.ec57_match import align
from sibeat.ecg.ec57_report import COLUMNS, ROWS

NONE = Periods(np.array([], np.int64), np.array([], np.int64))


def normal(*samples: int) -> Beats:
    return Beats(np.array(samples, np.int64), np.zeros(len(samples), np.int64))


def errors(expected: Beats, found: Beats) -> list[float]:
    alignment = align(expected.samples, found.samples, 15)
    intervals = [rr_intervals(beats, 0, (NONE,)) for beats in (expected, found)]
    return rr_errors(alignment, *intervals).tolist()


def test_paired_beats_differ_by_their_intervals() -> None:
    assert errors(normal(10, 110, 230), normal(10, 115, 230)) == [-5, 5]


def test_a_missed_beat_counts_with_both_intervals_that_it_spoils() -> None:
    assert errors(normal(10, 110, 230), normal(10, 230)) == [100 - 220, 120 - 220]


def test_an_extra_beat_counts_with_both_intervals_that_it_spoils() -> None:
    assert errors(normal(10, 210), normal(10, 90, 210)) == [200 - 80, 200 - 120]


def test_an_interval_that_a_period_touches_is_none() -> None:
    period = Periods(np.array([110]), np.array([120]))
    rr = rr_intervals(normal(10, 50, 130, 230), 40, (NONE, period))
    np.testing.assert_array_equal(rr, [40, np.nan, 100, np.nan])


def test_beats_alone_in_a_shutdown_of_the_other_annotator_are_apart() -> None:
    expected, found = normal(10, 110, 210), normal(10, 150, 250)
    alignment = align(expected.samples, found.samples, 15)
    shutdown, no_reference = (
        Periods(np.array([100]), np.array([120])),
        Periods(np.array([240]), np.array([260])),
    )
    matrix = beat_matrix(expected, found, alignment, shutdown, no_reference)
    cells = {ROWS[i] + COLUMNS[j]: int(matrix[i, j]) for i, j in np.argwhere(matrix)}
    assert cells == {"Nn": 1, "Nx": 1, "No": 1, "On": 1, "Xn": 1}


def test_an_open_period_is_as_long_as_the_record() -> None:
    assert total_samples(Periods(np.array([10, 50]), np.array([20, END_OF_TIME])), 70) == 30
    assert total_samples(Periods(np.array([90]), np.array([END_OF_TIME])), 70) == 0

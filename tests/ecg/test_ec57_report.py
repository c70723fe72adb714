"""Figures of a matrix worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sibeat.ecg.ec57_report import (
    COLUMNS,
    ROWS,
    RecordReport,
    average,
    beat_ratios,
    false_positive_rates,
    gross,
    percentages,
    run_ratios,
)


def report(**cells: int) -> RecordReport:
    """A report with some cells of its beat matrix: ``report(Nn=3, Oo=1)``."""
    beats = np.zeros((7, 7), dtype=np.int64)
    for name, n in cells.items():
        beats[ROWS.index(name[0]), COLUMNS.index(name[1])] = n
    return RecordReport(beats=beats)


def test_misclassified_paced_and_fusion_beats_count_as_bxb_counts_them() -> None:
    judged = report(Nn=10, Nv=1, Vv=4, Vn=1, Fv=7, Qv=9, Ov=2, Vs=3, Ss=5, Fs=1, Qs=8, Xv=6)
    ratios = beat_ratios(judged)
    assert ratios["VEB sensitivity"] == (4, 8)
    assert ratios["VEB positive predictivity"] == (4, 4 + 1 + 2)
    assert ratios["SVEB positive predictivity"] == (5, 5 + 3 + 1)
    assert ratios["QRS positive predictivity"] == (49, 51)


def test_false_positive_rates_are_among_the_beats_of_other_classes() -> None:
    rates = false_positive_rates(report(Nn=90, Nv=8, Ov=2, Ns=5, Sn=10, Vv=20, Vn=3, Fv=4, Qn=6))
    assert rates["VEB false positive rate"] == (10, 10 + 90 + 5 + 10 + 6)
    assert rates["SVEB false positive rate"] == (5, 5 + 90 + 8 + 20 + 3 + 4 + 6)


def test_runs_count_when_the_counterpart_is_at_least_as_long_as_the_kind() -> None:
    by_reference, by_test = np.zeros((2, 7, 7), dtype=np.int64)
    by_reference[2, [1, 2, 3]] = 5, 7, 1
    by_test[[1, 3, 6], [3, 4, 5]] = 2, 3, 4
    ratios = run_ratios(RecordReport(run_sensitivity=by_reference, run_predictivity=by_test))
    assert ratios["Couplet sensitivity"] == (8, 13)
    assert ratios["Short run positive predictivity"] == (7, 9)
    assert ratios["Long run sensitivity"] == (0, 0)


def test_percentages_are_none_where_nothing_was_there() -> None:
    figures = percentages(report(Nn=1, No=3))
    assert figures["QRS sensitivity"] == 25
    assert figures["VEB sensitivity"] is None


def test_a_sum_adds_all_there_is() -> None:
    one = replace(report(Nn=3), rr_square_sum=8.0, n_rr=1, shutdown_s=10.0)
    total = gross([one, replace(one, shutdown_s=None), one])
    assert (total.count("N"), total.rr_square_sum, total.n_rr) == (9, 24.0, 3)
    assert total.shutdown_s == 20
    assert gross([replace(one, shutdown_s=None)]).shutdown_s is None


def test_nothing_adds_up_to_nothing() -> None:
    assert gross([]).beats.sum() == 0
    assert set(average([]).values()) == {None}
    assert gross([]).rms_rr_error_ms is None


def test_reports_of_other_conditions_are_not_added() -> None:
    with pytest.raises(ValueError, match="300 and 0 s"):
        gross([report(Nn=1), replace(report(Nn=1), start_s=0.0)])

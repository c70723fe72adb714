"""The JSON of reports: labels, shutdown figures, sums, paced records apart."""

from dataclasses import replace

import numpy as np

from sibeat.ecg.ec57_json import counts_json, record_json, summary_json
from sibeat.ecg.ec57_report import COLUMNS, ROWS, RecordReport


def report(**cells: int) -> RecordReport:
    """A report with some cells of its beat matrix: ``report(Nn=3, Oo=1)``."""
    beats = np.zeros((7, 7), dtype=np.int64)
    for name, n in cells.items():
        beats[ROWS.index(name[0]), COLUMNS.index(name[1])] = n
    return RecordReport(beats=beats)


def test_other_conditions_are_labelled() -> None:
    standard, other = report(Nn=1), replace(report(Nn=1), start_s=60.0)
    assert "non_standard" not in record_json(standard, "100")
    assert record_json(other, "100")["non_standard"] is True
    assert record_json(other, "100")["start"] == "1 min"


def test_shutdown_figures_are_there_when_there_was_one() -> None:
    shut = counts_json(replace(report(Nn=1, Nx=2, Vx=1), shutdown_s=61.0))["bxb_stats"]
    assert shut["N missed in shutdown"] == [2, 3]
    assert (shut["Beats missed in shutdown"], shut["Total shutdown time, s"]) == ([3, 4], 61)


def test_the_summary_has_records_gross_average_and_paced_apart() -> None:
    summary = summary_json({"100": report(Nn=1, No=1), "102": report(Qq=2)}, test="tst")
    assert list(summary["records"]) == ["100", "102"]
    assert summary["records"]["102"]["test"] == "tst"
    assert summary["gross"]["bxb_stats"]["QRS sensitivity"] == [3, 4]
    assert summary["gross"]["percent"]["QRS sensitivity"] == 75
    assert summary["average"]["percent"]["QRS sensitivity"] == 75
    assert summary["paced"]["gross"]["records"] == ["102"]
    assert summary["without_paced"]["average"]["percent"]["QRS sensitivity"] == 50

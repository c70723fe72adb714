"""EC57 reports as JSON: a record as bxb and rxr report it, and the summary of several."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from .annotation import IntArray
from .ec57_report import (
    COLUMNS,
    PACED_RECORDS,
    ROWS,
    STANDARD_START_S,
    STANDARD_WINDOW_MS,
    RecordReport,
    average,
    beat_ratios,
    gross,
    percentages,
    run_ratios,
)
from .ec57_runs import LENGTHS

Json: TypeAlias = dict[str, Any]


def record_json(
    report: RecordReport, record: str, reference: str = "atr", test: str = "sib"
) -> Json:
    """Report of one record, in the layout of the WFDB programs' reports.

    Parameters
    ----------
    report : what was counted
    record : its name
    reference, test : names of the two annotators
    """
    header = {"record": record, "reference": reference, "test": test}
    return header | _conditions(report) | counts_json(report)


def summary_json(
    reports: Mapping[str, RecordReport], reference: str = "atr", test: str = "sib"
) -> Json:
    """All records, their sum and their mean; paced records also apart, as EC57 wants them."""
    paced = {name: report for name, report in reports.items() if name in PACED_RECORDS}
    others = {name: report for name, report in reports.items() if name not in PACED_RECORDS}
    return {
        "mapping": "ec57",
        "records": {
            name: record_json(report, name, reference, test) for name, report in reports.items()
        },
        **_gross_and_average(reports),
        "without_paced": _gross_and_average(others),
        "paced": _gross_and_average(paced),
    }


def counts_json(report: RecordReport) -> Json:
    """Matrices and statistics of a report."""
    return {
        "bxb": _beat_matrix(report),
        "bxb_stats": _beat_statistics(report),
        "rxr_ventricular": {
            "sensitivity_rows_reference_run_length": _run_matrix(report.run_sensitivity),
            "predictivity_rows_reference_run_length": _run_matrix(report.run_predictivity),
            "stats": {name: list(ratio) for name, ratio in run_ratios(report).items()},
        },
    }


def _gross_and_average(reports: Mapping[str, RecordReport]) -> Json:
    total = gross(reports.values())
    names = {"n_records": len(reports), "records": list(reports)}
    return {
        "gross": names | counts_json(total) | {"percent": percentages(total)},
        "average": names | {"percent": average(reports.values())},
    }


def _conditions(report: RecordReport) -> Json:
    minutes = report.start_s / 60
    conditions: Json = {
        "start": f"{minutes:g} min",
        "window_s": STANDARD_WINDOW_MS / 1000,
    }
    if report.start_s != STANDARD_START_S:
        conditions["non_standard"] = True
    return conditions


def _beat_matrix(report: RecordReport) -> dict[str, dict[str, int]]:
    """Cells by name; without a reference beat there is nothing to miss."""
    return {
        row: {
            column: report.count(row, column)
            for column in (COLUMNS[:5] if row in "OX" else COLUMNS)
        }
        for row in ROWS
    }


def _beat_statistics(report: RecordReport) -> Json:
    rms = report.rms_rr_error_ms
    return {
        **{name: list(ratio) for name, ratio in beat_ratios(report).items()},
        "RMS RR interval error": None if rms is None else round(rms, 2),
        **_shutdown_statistics(report),
    }


def _shutdown_statistics(report: RecordReport) -> Json:
    if report.shutdown_s is None:
        return {}
    missed = {
        "Beats missed in shutdown": "NSVFQ",
        "N missed in shutdown": "N",
        "V missed in shutdown": "V",
        "F missed in shutdown": "F",
    }
    ratios = {name: [report.count(row, "x"), report.count(row)] for name, row in missed.items()}
    return ratios | {"Total shutdown time, s": round(report.shutdown_s)}


def _run_matrix(matrix: IntArray) -> dict[str, list[int]]:
    """Rows by run length of the reference; none against none is no run, so row 0 begins at 1."""
    rows = {name: row.tolist() for name, row in zip(LENGTHS, matrix, strict=True)}
    return rows | {LENGTHS[0]: rows[LENGTHS[0]][1:]}

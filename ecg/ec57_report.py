"""Reports of EC57: figures of a record, their sum (gross) and their mean (average).

The JSON of a record has the layout of what ``bxb`` and ``rxr`` print; false positive rates, which
they do not print, are among the percentages.

References
----------
ANSI/AAMI EC57:2012, 4.3.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import TypeAlias

import numpy as np

from .annotation import IntArray

ROWS = "NSVFQOX"
"""reference class; O: no reference beat, X: none because the reference is shut down"""
COLUMNS = "nsvfqox"
"""test class; o: no test beat, x: none because the test is shut down"""
STANDARD_START_S = 300.0
"""learning period that is not counted, s (EC57:2012, 4.2.2)"""
STANDARD_WINDOW_MS = 150.0
"""match window, ms (EC57:2012, 4.3.2)"""
PACED_RECORDS = frozenset({"102", "104", "107", "217"})
"""records of MIT-BIH with a pacemaker, left out of EC57's sums"""

Ratio: TypeAlias = tuple[int, int]
"""numerator, denominator"""


def _matrix() -> IntArray:
    return np.zeros((7, 7), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RecordReport:
    """What EC57 counts in one record, or in several together."""

    beats: IntArray = field(default_factory=_matrix)
    """(7, 7), `ROWS` by `COLUMNS`"""
    run_sensitivity: IntArray = field(default_factory=_matrix)
    """(7, 7), ventricular runs of the reference, see `ec57_runs.run_matrices`"""
    run_predictivity: IntArray = field(default_factory=_matrix)
    """(7, 7), ventricular runs of the test"""
    rr_square_sum: float = 0.0
    """sum of squared differences of RR intervals, ms^2"""
    n_rr: int = 0
    shutdown_s: float | None = None
    """time for which the test was shut down; None when it never was"""
    start_s: float = STANDARD_START_S

    @property
    def rms_rr_error_ms(self) -> float | None:
        """Root mean square difference of RR intervals; None without any."""
        return sqrt(self.rr_square_sum / self.n_rr) if self.n_rr else None

    def count(self, rows: str, columns: str = COLUMNS) -> int:
        """Sum of some cells of the beat matrix: ``count("NS", "v")``."""
        row_indices = [ROWS.index(row) for row in rows]
        column_indices = [COLUMNS.index(column) for column in columns]
        return int(self.beats[np.ix_(row_indices, column_indices)].sum())


def beat_ratios(report: RecordReport) -> dict[str, Ratio]:
    """Sensitivity and positive predictivity as bxb counts them."""
    found = report.count("NSVFQ", "nsvfq")
    v, s = report.count("V", "v"), report.count("S", "s")
    return {
        "QRS sensitivity": (found, report.count("NSVFQ")),
        "QRS positive predictivity": (found, found + report.count("O", "nsvfq")),
        "VEB sensitivity": (v, report.count("V")),
        "VEB positive predictivity": (v, v + report.count("NSO", "v")),
        "SVEB sensitivity": (s, report.count("S")),
        "SVEB positive predictivity": (s, s + report.count("NVFO", "s")),
    }


def false_positive_rates(report: RecordReport) -> dict[str, Ratio]:
    """False positives among the beats of other classes: FP over FP and true negatives."""
    v_wrong, v_right = report.count("NSO", "v"), report.count("NSFQ", "nsfq")
    s_wrong, s_right = report.count("NVFO", "s"), report.count("NVFQ", "nvfq")
    return {
        "VEB false positive rate": (v_wrong, v_wrong + v_right),
        "SVEB false positive rate": (s_wrong, s_wrong + s_right),
    }


def run_ratios(report: RecordReport) -> dict[str, Ratio]:
    """Couplets (2), short runs (3 to 5) and long runs (6 and more) as rxr counts them."""
    by_reference, by_test = report.run_sensitivity, report.run_predictivity
    ratios = {}
    for name, low, high in (("Couplet", 2, 2), ("Short run", 3, 5), ("Long run", 6, 6)):
        rows, columns = by_reference[low : high + 1], by_test[:, low : high + 1]
        ratios[f"{name} sensitivity"] = (int(rows[:, low:].sum()), int(rows.sum()))
        ratios[f"{name} positive predictivity"] = (int(columns[low:].sum()), int(columns.sum()))
    return ratios


def percentages(report: RecordReport) -> dict[str, float | None]:
    """Every ratio in percent, None where nothing was there to count."""
    ratios = beat_ratios(report) | false_positive_rates(report) | run_ratios(report)
    return {name: 100 * above / below if below else None for name, (above, below) in ratios.items()}


def gross(reports: Iterable[RecordReport]) -> RecordReport:
    """All beats of all records counted together."""
    total = RecordReport()
    for k, report in enumerate(reports):
        total = _sum(total, report) if k else report
    return total


def _sum(one: RecordReport, other: RecordReport) -> RecordReport:
    if one.start_s != other.start_s:
        raise ValueError(
            f"reports with start {one.start_s:g} and {other.start_s:g} s cannot be added: compare "
            "all records the same way"
        )
    shutdown = [s for s in (one.shutdown_s, other.shutdown_s) if s is not None]
    return RecordReport(
        beats=one.beats + other.beats,
        run_sensitivity=one.run_sensitivity + other.run_sensitivity,
        run_predictivity=one.run_predictivity + other.run_predictivity,
        rr_square_sum=one.rr_square_sum + other.rr_square_sum,
        n_rr=one.n_rr + other.n_rr,
        shutdown_s=sum(shutdown) if shutdown else None,
        start_s=one.start_s,
    )


def average(reports: Iterable[RecordReport]) -> dict[str, float | None]:
    """Mean over records of each percentage, over those records that have one."""
    each = [percentages(report) for report in reports]
    means: dict[str, float | None] = {}
    for name in percentages(RecordReport()):
        values = [value for figures in each if (value := figures[name]) is not None]
        means[name] = sum(values) / len(values) if values else None
    return means

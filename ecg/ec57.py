"""EC57: judge beat annotations against a reference, to the digit as WFDB's ``bxb`` and ``rxr`` do.

``compare`` judges one record, ``gross`` and ``average`` sum records up, ``summary_json`` writes it
all down. ``qrs_statistics`` is the light version for detectors: found, missed, extra.

References
----------
ANSI/AAMI EC57:2012, Testing and reporting performance results of cardiac rhythm and ST segment
measurement algorithms.
"""

from dataclasses import dataclass

import numpy as np

from .annotation import Annotations, IntArray
from .ec57_beats import flutter, judged_beats, shutdowns
from .ec57_counts import beat_matrix, rr_errors, rr_intervals, total_samples
from .ec57_json import record_json, summary_json
from .ec57_match import align
from .ec57_report import (
    PACED_RECORDS,
    STANDARD_START_S,
    STANDARD_WINDOW_MS,
    RecordReport,
    average,
    gross,
    percentages,
)
from .ec57_runs import run_matrices
from .errors import RecordError

__all__ = [
    "PACED_RECORDS",
    "STANDARD_START_S",
    "QrsStatistics",
    "RecordReport",
    "average",
    "compare",
    "gross",
    "percentages",
    "qrs_statistics",
    "record_json",
    "summary_json",
]


@dataclass(frozen=True, slots=True, eq=False)
class QrsStatistics:
    """How a detector did on one record; add them up with ``+``."""

    tp: int
    fn: int
    fp: int
    offsets: IntArray
    """(tp,), found minus expected, in samples"""

    def __add__(self, other: "QrsStatistics") -> "QrsStatistics":
        return QrsStatistics(
            self.tp + other.tp,
            self.fn + other.fn,
            self.fp + other.fp,
            np.concatenate([self.offsets, other.offsets]),
        )

    @property
    def sensitivity(self) -> float:
        """Share of the reference beats that were found; NaN without any."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else float("nan")

    @property
    def positive_predictivity(self) -> float:
        """Share of the found beats that are real; NaN without any."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else float("nan")


def compare(
    reference: Annotations,
    test: Annotations,
    *,
    start_s: float = STANDARD_START_S,
) -> RecordReport:
    """Judge the test annotations of one record beat by beat and run by run.

    Parameters
    ----------
    reference : the truth; its flutter (VFON to VFOFF) is left out
    test : beats of the same record at the same rate; its shutdowns are NOISE annotations
    start_s : learning period that is not counted, s; other than 300 is non-standard

    Raises
    ------
    RecordError
        when the sampling rate is unknown or differs
    """
    fs = _common_fs(reference, test)
    start, window = _to_samples(start_s, fs), _to_samples(STANDARD_WINDOW_MS / 1000, fs)
    uncounted, shutdown = flutter(reference), shutdowns(test).since(start)
    expected, found = judged_beats(reference, uncounted), judged_beats(test, uncounted)
    counted = expected.since(start), found.since(start)
    alignment = align(counted[0].samples, counted[1].samples, window)
    runs = run_matrices(*counted, uncounted, window)
    no_reference = shutdowns(reference)
    errors = rr_errors(
        alignment,
        rr_intervals(expected, start, (uncounted, no_reference)),
        rr_intervals(found, start, (uncounted, shutdown)),
    )
    last = max([*reference.samples[-1:], *test.samples[-1:]], default=0)
    return RecordReport(
        beats=beat_matrix(*counted, alignment, shutdown, no_reference),
        run_sensitivity=runs[0],
        run_predictivity=runs[1],
        rr_square_sum=float(np.sum(errors**2)) * (1000 / fs) ** 2,
        n_rr=len(errors),
        shutdown_s=total_samples(shutdown, last) / fs if shutdown else None,
        start_s=start_s,
    )


def qrs_statistics(
    reference: Annotations,
    r_peaks: IntArray,
    *,
    start_s: float = STANDARD_START_S,
) -> QrsStatistics:
    """Count found, missed and extra beats of a detector; the rate is that of the reference.

    Parameters
    ----------
    reference : the truth
    r_peaks : (n_beats,), samples in any order
    start_s : as for `compare`
    """
    fs = _common_fs(reference, reference)
    found = Annotations.of(np.sort(r_peaks), "N" * len(r_peaks), fs=fs)
    uncounted, start = flutter(reference), _to_samples(start_s, fs)
    expected = judged_beats(reference, uncounted).since(start).samples
    peaks = judged_beats(found, uncounted).since(start).samples
    alignment = align(expected, peaks, _to_samples(STANDARD_WINDOW_MS / 1000, fs))
    left, right = alignment.pairs
    missed, extra = len(alignment.missed), len(alignment.extra)
    return QrsStatistics(len(left), missed, extra, peaks[right] - expected[left])


def _common_fs(reference: Annotations, test: Annotations) -> float:
    fs = reference.fs or test.fs
    if not fs or (test.fs and test.fs != fs):
        raise RecordError(
            f"reference annotations count at {reference.fs} Hz, test annotations at {test.fs} Hz: "
            "expected one known rate; put the record's header beside them or resample one"
        )
    return fs


def _to_samples(seconds: float, fs: float) -> int:
    return int(seconds * fs + 0.5)  # as WFDB's strtim rounds

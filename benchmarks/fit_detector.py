"""Fit the weights of the detector's evidence on DS1 and print them.

``python -m benchmarks.fit_detector --data DIR``. Record 201 is left out: its patient is in DS2 too
(202). The first round lets the annotations decide, so that the memory of levels and RR is true; the
later rounds let the fitted weights decide, so that they know the memory that they will meet.
Candidates within ventricular flutter are left out.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import is_beat, read_annotations
from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.ec57_report import STANDARD_WINDOW_MS
from sibeat.ecg.evidence import DECISION, Evidence, log_odds
from sibeat.ecg.record import open_record
from sibeat.ecg.rpeaks import Ask, Judge, RPeakDetector
from sibeat.ecg.votes import Voters
from sibeat.train.split import DS1, SAME_PATIENT

MATCH_S = STANDARD_WINDOW_MS / 1000
ROUNDS = 3
RECORDS = tuple(name for name in DS1 if name not in SAME_PATIENT)
WITHOUT_BIAS = len(Evidence._fields) - 1


def run(path: Path, judge: Judge) -> None:
    """Run the detector over a record, the judge sees every candidate."""
    record = open_record(path)
    bands = Bands(BandSettings(record.fs, 50.0), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), record.fs), judge)
    for block in record.blocks():
        bands.feed(block.astype(np.float64))
        detector.advance()
        bands.forget_before(detector.needed_from)
    bands.end()
    detector.advance()


class Teacher:
    """Knows the beats of a record, and keeps what it was asked."""

    def __init__(self, path: Path) -> None:
        annotations = read_annotations(path, "atr")
        symbols = np.asarray(annotations.symbols)
        samples = np.asarray(annotations.samples)
        self._beats = samples[[is_beat(symbol) for symbol in symbols]]
        self._flutter = list(zip(samples[symbols == "["], samples[symbols == "]"], strict=False))
        self._tolerance = MATCH_S * annotations.fs
        self.asked: dict[int, Evidence] = {}

    def watch(self, weights: Evidence | None) -> Judge:
        """Judge by `weights`, or by the annotations where there are none yet."""

        def judge(candidate: int, evidence: Evidence, ask: Ask) -> bool:
            self.asked[candidate] = evidence = evidence._replace(vote=ask())
            if weights is None:
                return self._near(candidate)
            return log_odds(evidence, weights) > DECISION

        return judge

    def _near(self, candidate: int) -> bool:
        return bool(np.abs(self._beats - candidate).min() <= self._tolerance / 2)

    def labelled(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return (n, n_measures) evidence and (n,) truth: the likeliest candidate of each beat."""
        places = np.array([c for c in self.asked if not self._in_flutter(c)])
        rows = np.array([self.asked[c] for c in places])
        truth = np.zeros(len(places), bool)
        for beat in self._beats:
            near = np.flatnonzero(np.abs(places - beat) <= self._tolerance)
            if len(near):
                truth[near[np.argmax(rows[near, 0])]] = True
        self.asked = {}
        return rows[:, :WITHOUT_BIAS], truth

    def _in_flutter(self, candidate: int) -> bool:
        return any(start - 360 <= candidate <= stop + 360 for start, stop in self._flutter)


def fit(rows: NDArray[np.float64], truth: NDArray[np.bool_]) -> Evidence:
    """Logistic regression, its weights in the measures' own units."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    model = LogisticRegression(C=1.0, max_iter=5000).fit((rows - mean) / spread, truth)
    weights = model.coef_[0] / spread
    return Evidence(*weights, bias=float(model.intercept_[0] - mean @ weights))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the MIT-BIH database")
    data = parser.parse_args().data
    weights: Evidence | None = None
    rows, truths = [], []
    for _ in range(ROUNDS):
        for name in RECORDS:
            teacher = Teacher(data / name)
            run(data / name, teacher.watch(weights))
            row, truth = teacher.labelled()
            rows.append(row)
            truths.append(truth)
        weights = fit(np.concatenate(rows), np.concatenate(truths))
        print(json.dumps({k: round(float(v), 3) for k, v in weights._asdict().items()}), flush=True)


if __name__ == "__main__":
    guarded(main)

"""A ceiling, not what ships: a supervised tree model on the scorer's own features.

``python -m benchmarks.supervised_ceiling --data DIR [--json FILE]``. The live pipeline runs over
DS1 (without 201, whose patient is in DS2 too) and DS2; of each detected beat it keeps what the
scorer saw (log error of the student, distances from the usual beat, prematurity, following RR).
scikit-learn's HistGradientBoosting learns the EC57 classes of DS1's beats from them, which needs
the labels that sibeat never uses, and annotates DS2. Prints a table in Markdown: EC57's figures,
gross, the same as ``sibeat evaluate monitor`` prints for what ships, given beside.
"""

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.ec57 import average, compare, gross, percentages
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import StudentLike, load_student
from sibeat.model.baseline import PatientBaseline
from sibeat.model.scorer import BeatScore, Scorer
from sibeat.monitor.evaluation.hearing import hear
from sibeat.monitor.evaluation.match import match_beats
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.annotations import SYMBOLS
from sibeat.train.split import DS1, DS2, HARD_RECORD, SAME_PATIENT

from .baseline_ablation import shown
from .publishing import keep
from .replaying import LONG_CHUNK_S

SEED = 0
SHIPPED = "shipped"
COLUMNS = {
    "V Se": "VEB sensitivity",
    "V +P": "VEB positive predictivity",
    "S Se": "SVEB sensitivity",
    "S +P": "SVEB positive predictivity",
}
"""columns of the table, names in the report"""


class Features(NamedTuple):
    """What the scorer sums of a beat."""

    log_error: float
    qrs_distance: float
    """by the measure of this patient's ordinary beats"""
    window_distance: float
    log_prematurity: float
    log_following: float


class ListenedStudent:
    """A student whose last word is kept."""

    def __init__(self, student: StudentLike) -> None:
        self._listened = student
        self.contract, self.sha256 = student.contract, student.sha256
        self.log_score = 0.0

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Ask, and keep the score."""
        reconstruction, self.log_score = self._listened.reconstruct(window)
        return reconstruction, self.log_score


class ListeningScorer(Scorer):
    """Scores as the scorer does, and keeps what it saw; the pipeline makes one for each record."""

    kept: list[Features]

    def __init__(self, student: StudentLike, baseline: PatientBaseline) -> None:
        self._listened = ListenedStudent(student)
        super().__init__(self._listened, baseline)
        self._distances = baseline.distances
        ListeningScorer.kept = []

    def provisional(self, window: FloatArray, amplitude: float, log_rr: float) -> BeatScore:
        """Keep what the shape says; the following RR is still to come."""
        score = super().provisional(window, amplitude, log_rr)
        _, window_distance = self._distances(window, amplitude)
        self._open = Features(
            log_error=self._listened.log_score,
            qrs_distance=self._usual_distance.typical(score.qrs_distance),
            window_distance=window_distance,
            log_prematurity=score.log_prematurity,
            log_following=0.0,
        )
        return score

    def final(self, provisional: BeatScore, log_rr_post: float) -> BeatScore:
        """Keep the beat; the pipeline ends each before it begins the next."""
        self.kept.append(self._open._replace(log_following=log_rr_post))
        return super().final(provisional, log_rr_post)


@dataclass(frozen=True, slots=True, eq=False)
class DetectedBeats:
    """Beats that the pipeline found in a record."""

    reference: Annotations
    samples: NDArray[np.int64]
    """(n_beats,)"""
    features: NDArray[np.float64]
    """(n_beats, 5)"""
    truths: NDArray[np.str_]
    """(n_beats,), EC57 class; none or flutter where there is no beat"""
    shipped: tuple[str, ...]
    """symbols that the monitor writes"""


def detect(name: str, data: Path, model: Path | None) -> DetectedBeats:
    """Run the pipeline over a record, listening to its scorer."""
    reference = read_annotations(data / name, "atr")
    record = open_record(data / name)
    with patch("sibeat.monitor.pipeline.Scorer", ListeningScorer):
        heard = hear(record, load_student(model), PipelineSettings(), chunk_s=LONG_CHUNK_S)
    samples = np.array([beat.sample for beat in heard.beats])
    match = match_beats(reference, samples, record.fs, "ec57")
    features = np.array(ListeningScorer.kept)
    if len(features) != len(samples):
        raise RuntimeError(f"{len(features)} beats scored and {len(samples)} told in {name}")
    shipped = tuple(SYMBOLS[beat.kind] for beat in heard.beats)
    return DetectedBeats(reference, samples, features, np.array(match.truths), shipped)


def fit(records: Iterable[DetectedBeats], weight: str | None) -> HistGradientBoostingClassifier:
    """Learn classes from all detected beats that are beats."""
    features = np.concatenate([record.features for record in records])
    truths = np.concatenate([record.truths for record in records])
    real = ~np.isin(truths, ("none", "flutter"))
    trees = HistGradientBoostingClassifier(class_weight=weight, random_state=SEED)
    return trees.fit(features[real], truths[real])


def judge(records: Sequence[DetectedBeats], symbols: Iterable[Iterable[str]]) -> dict[str, Any]:
    """EC57 figures of annotations of the records."""
    reports = [
        compare(record.reference, Annotations.of(record.samples, said, fs=record.reference.fs))
        for record, said in zip(records, symbols, strict=True)
    ]
    return {"gross": percentages(gross(reports)), "average": average(reports)}


def judge_model(
    trees: HistGradientBoostingClassifier | None, test: dict[str, DetectedBeats]
) -> Any:
    """Figures of a model, or without one of what ships, with the hard record and without it."""
    groups = {
        "DS2": list(test),
        f"DS2 without {HARD_RECORD}": [name for name in test if name != HARD_RECORD],
        HARD_RECORD: [HARD_RECORD],
    }
    said = {
        name: record.shipped if trees is None else trees.predict(record.features)
        for name, record in test.items()
    }
    return {
        group: judge([test[name] for name in names], [said[name] for name in names])
        for group, names in groups.items()
    }


def table(models: Mapping[str, Any]) -> Iterator[str]:
    """Lines of a table in Markdown, gross figures of each group by each model."""
    yield "| | | " + " | ".join(COLUMNS) + " |"
    yield "|---" * (len(COLUMNS) + 2) + "|"
    for group in models[SHIPPED]:
        for name, groups in models.items():
            figures = groups[group]["gross"]
            cells = [shown(figures[column], 1) for column in COLUMNS.values()]
            yield f"| {group} | {name} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table; write the figures where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the MIT-BIH database")
    parser.add_argument("--model", type=Path, help="student (default: the shipped one)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="records at once")
    options = parser.parse_args()
    names = [name for name in DS1 if name not in SAME_PATIENT] + list(DS2)
    with ProcessPoolExecutor(options.jobs) as pool:
        one = partial(detect, data=options.data, model=options.model)
        beats = dict(zip(names, pool.map(one, names), strict=True))
    train = [beats[name] for name in names if name not in DS2]
    test = {name: beats[name] for name in DS2}
    models = {
        "supervised": judge_model(fit(train, None), test),
        "supervised, classes balanced": judge_model(fit(train, "balanced"), test),
        SHIPPED: judge_model(None, test),
    }
    sha256 = load_student(options.model).sha256
    print("\n".join([*table(models), "", f"Student {sha256[:12]}."]))
    answer = {"mapping": "ec57", "features": Features._fields, "model": sha256}
    keep(answer | models, options.json)


if __name__ == "__main__":
    guarded(main)

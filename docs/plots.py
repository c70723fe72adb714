"""Make the figures under docs/figures: of the shipped student between patients, and of a training.

``python -m docs.plots --data DIR [--published FILE] [--run DIR]``: DIR the folder of the MIT-BIH
database or prepared beats of the front ``monitor``; FILE prepared beats of the front ``beatgan``
for the curves of the published protocol's reference methods; the run's folder gives the training
history. Every figure names its beats; all are without record 232 unless they say otherwise.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docs import drawing
from docs.model_card import beats_of
from sibeat.cli.errors import guarded
from sibeat.ecg.ranking import NORMAL
from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.model.artefact import Student, load_student
from sibeat.model.scorer import ScorerWeights
from sibeat.train.beats_file import Beats
from sibeat.train.held_out import require_unseen
from sibeat.train.metrics import classes_of
from sibeat.train.protocol_report import all_scores
from sibeat.train.split import HARD_RECORD
from sibeat.train.student_scores import ALONE, FINAL, ask
from sibeat.train.trial import Trial

OUT = Path(__file__).parent / "figures"
CLASSES = ("N", "S", "V", "F")
CURVES = (FINAL, "student + rhythm", ALONE, "template + RR", "kNN + RR", "kNN", "PCA(20)")
PUBLISHED_CURVES = ("kNN + RR", "kNN", "RR", "PCA(10)", "PCA(20)")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The judged beats of a protocol and their scores."""

    beats: Beats
    classes: NDArray[np.str_]
    scores: dict[str, DoubleArray]

    @classmethod
    def of(cls, trial: Trial, student: Student | None) -> "Judged":
        """Score the judged beats by all methods.

        Raises
        ------
        ModelError
            When the student may have seen them.
        """
        if student is not None:
            require_unseen(student.contract, trial.protocol, trial.fold, trial.beats)
        beats = trial.beats.select(trial.judge)
        return cls(beats, classes_of(beats.symbol, trial.mapping), all_scores(trial, student))

    def easy(self) -> "Judged":
        """Leave record 232 out."""
        kept = self.beats.record != HARD_RECORD
        scores = {name: row[kept] for name, row in self.scores.items()}
        return Judged(self.beats.select(kept), self.classes[kept], scores)

    def curves(self, names: tuple[str, ...]) -> drawing.Ranked:
        """Abnormal or not, and the scores by these methods, of the used classes."""
        used = np.isin(self.classes, CLASSES)
        rows = {name: self.scores[name][used] for name in names if name in self.scores}
        return drawing.Ranked(self.classes[used] != NORMAL, rows)


def draw_between_patients(data: Path, student: Student, out: Path) -> None:
    """Draw what needs the beats of DS2."""
    judged = Judged.of(Trial.of("interpatient", beats_of(data), 0), student)
    easy = judged.easy()
    about = "DS2 without 232, front monitor, mapping learning"
    drawing.curves(
        easy.curves(CURVES), f"Unseen patients: {about}", out / "curves_interpatient.png"
    )
    parts = {name: easy.scores[name] for name in (ALONE, FINAL)}
    drawing.histograms(parts, easy.classes, CLASSES, about, out / "histograms.png")
    threshold = ScorerWeights.of(student.contract.calibration.scorer).threshold
    flagged = judged.scores[FINAL] >= threshold
    drawing.confusion(
        flagged, judged.classes, judged.beats.record, CLASSES, out / "confusion_by_record.png"
    )
    draw_beats(student, easy, out)


def draw_beats(student: Student, judged: Judged, out: Path) -> None:
    """Draw a beat of each class with its reconstruction: the one of median score."""
    examples: dict[str, tuple[FloatArray, FloatArray]] = {}
    for name in CLASSES:
        of_class = judged.beats.select(judged.classes == name)
        scores = judged.scores[ALONE][judged.classes == name]
        middle = int(np.argsort(scores)[len(scores) // 2])
        chosen = of_class.select(np.arange(len(of_class)) == middle)
        reconstructions, _ = ask(student, chosen)
        title = f"{name}: record {chosen.record[0]}, sample {chosen.sample[0]:,}"
        examples[title] = (chosen.windows_float()[0], reconstructions[0])
    drawing.beats(examples, out / "beats.png")


def draw_published(data: Path, out: Path) -> None:
    """Draw the reference methods' curves on a fold of the published protocol."""
    judged = Judged.of(Trial.of("beatgan", beats_of(data), 0), None)
    title = "Published protocol, fold 0, reference methods (mapping beatgan, Q left out)"
    drawing.curves(judged.curves(PUBLISHED_CURVES), title, out / "curves_beatgan.png")


def draw_history(run: Path, out: Path) -> None:
    """Draw the losses of a training by epoch."""
    import torch

    from sibeat.train.checkpoint import load_checkpoint

    parts = {
        part: load_checkpoint(run / f"{part}.pt", torch.device("cpu")).history
        for part in ("teacher", "student")
    }
    drawing.history(parts, out / "history.png")


def main() -> None:
    """Draw what there is data for."""
    parser = argparse.ArgumentParser(description="Make the figures under docs/figures.")
    parser.add_argument("--data", type=Path, help="folder of MIT-BIH, or beats of front monitor")
    parser.add_argument("--published", type=Path, help="prepared beats of front beatgan")
    parser.add_argument("--run", type=Path, help="folder of a training")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.run:
        draw_history(options.run, options.out)
    if options.data:
        draw_between_patients(options.data, load_student(), options.out)
    if options.published:
        draw_published(options.published, options.out)


if __name__ == "__main__":
    guarded(main)

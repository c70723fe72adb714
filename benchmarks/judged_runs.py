"""AUC and AP of the networks in a training's folder, on the published protocol's test beats."""

from pathlib import Path
from typing import TypeAlias

from sibeat.train.beats_file import Beats
from sibeat.train.choices import path_of
from sibeat.train.config import Choice
from sibeat.train.folds import assign_fold
from sibeat.train.metrics import ABNORMAL_PUBLISHED, classes_of, separation
from sibeat.train.run_scores import Part, kept_of, run_scores

from .prepared import beats_of_front

FOLD = 0

Figures: TypeAlias = dict[str, float]


def fold_beats(data: Path) -> Beats:
    """Read prepared beats, with the parts of the fold."""
    return assign_fold(beats_of_front(data, "beatgan"), FOLD)


def figures_of(folder: Path, beats: Beats, part: Part, choice: Choice = "last") -> Figures:
    """Judge a part of a run at a choice of epoch; a student by its configured form of score.

    Raises
    ------
    SystemExit
        When there is no such part or choice, or no one form of score.
    """
    judged = beats.select(beats.part == "test")
    classes = classes_of(judged.symbol, "beatgan")
    for kept in kept_of(folder, beats, FOLD):
        if kept.part == part and choice in kept.choices:
            if part == "student" and kept.config.student.score == "auto":
                raise SystemExit(
                    f"{folder} has student.score 'auto': expected 'error' or 'head', for one score "
                    "a student; set it and distil again"
                )
            (scores,) = run_scores(kept, judged).values()
            figures = separation(scores, classes, judged.record, ABNORMAL_PUBLISHED)
            return {name: float(figures[name]) for name in ("auc", "ap")}
    raise SystemExit(
        f"{folder} holds no {part} of the choice {choice!r}: expected "
        f"{path_of(Path(f'{part}.pt'), choice)} of a finished `sibeat train`; train it anew"
    )

"""AUC and AP of the networks in a training's folder, on the published protocol's test beats."""

from pathlib import Path
from typing import TypeAlias

from sibeat.train.beats_file import Beats, load_beats
from sibeat.train.config import Choice
from sibeat.train.folds import assign_fold
from sibeat.train.metrics import ABNORMAL_PUBLISHED, classes_of, separation
from sibeat.train.run_scores import Part, kept_of, run_scores

FOLD = 0

Figures: TypeAlias = dict[str, float]


def fold_beats(data: Path) -> Beats:
    """Read prepared beats, with the parts of the fold."""
    return assign_fold(load_beats(data), FOLD)


def figures_of(folder: Path, beats: Beats, part: Part) -> dict[Choice, Figures]:
    """Judge a part of a run at each choice of epoch; a student by its configured form of score.

    Raises
    ------
    SystemExit
        When there is no such part, or no one form of score.
    """
    judged = beats.select(beats.part == "test")
    classes = classes_of(judged.symbol, "beatgan")
    found: dict[Choice, Figures] = {}
    for kept in kept_of(folder, beats, FOLD):
        if kept.part == part:
            if part == "student" and kept.config.student.score == "auto":
                raise SystemExit(
                    f"{folder} has student.score 'auto': expected 'error' or 'head', for one score "
                    "a student; set it and distil again"
                )
            (scores,) = run_scores(kept, judged).values()
            figures = separation(scores, classes, judged.record, ABNORMAL_PUBLISHED)
            for choice in kept.choices:
                found[choice] = {name: float(figures[name]) for name in ("auc", "ap")}
    if not found:
        raise SystemExit(f"{folder} holds no {part}: expected a finished `sibeat train`")
    return found

"""Do students beat their teachers, and the same students without distillation? Paired over seeds.

``python -m benchmarks.compare_runs --data BEATS --run DIR... --without DIR...``

Folders of ``sibeat train`` on the front ``beatgan``, fold 0, one a seed: of the distilled students,
and of the same students without distillation, in the same order. Students are judged at their last
epoch, by the form of score that is configured; teachers at the published choice of epoch.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sibeat.cli.errors import guarded
from sibeat.train.beats_file import Beats
from sibeat.train.config import StudentConfig
from sibeat.train.run_scores import kept_of

from .judged_runs import FOLD, Figures, figures_of, fold_beats
from .machine import describe
from .paired import difference, interval_text, require_seeds
from .publishing import keep

PUBLISHED = {"auc": 0.9474, "ap": 0.9148}
"""SI-BeatGAN, one fold, as its authors' document has it"""
NAMES = ("auc", "ap")
DISTILLING = (
    "target",
    "before",
    "distillation",
    "distillation_weight",
    "temperature",
    "head_weight",
    "head_units",
    "attention_weight",
    "kernels",
    "corruptions",
    "gentleness",
    "score",
)
"""settings of a student that may differ between one that is distilled and one that is not"""


def judge(beats: Beats, runs: list[Path], without: list[Path]) -> dict[str, list[Figures]]:
    """Judge all networks, name of the row -> figures by seed."""
    return {
        "student": [figures_of(run, beats, "student") for run in runs],
        "without distillation": [figures_of(run, beats, "student") for run in without],
        "teacher": [figures_of(run, beats, "teacher", "published") for run in runs],
    }


def require_pairs(beats: Beats, runs: list[Path], without: list[Path]) -> None:
    """Refuse folders that are no pairs of one seed, with distillation and without, a pair a seed.

    Raises
    ------
    SystemExit
        When they are not, naming the pair.
    """
    seeds = []
    for pair in zip(runs, without, strict=True):
        own, base = (_student_config(folder, beats) for folder in pair)
        off = base.distillation_weight == base.head_weight == base.attention_weight == 0.0
        differing = [
            name
            for name in asdict(own)
            if name not in DISTILLING and getattr(own, name) != getattr(base, name)
        ]
        if not _same_weights(_teacher_of(pair[0], own, beats), _teacher_of(pair[1], base, beats)):
            raise SystemExit(
                f"{pair[0]} and {pair[1]} are no pair: their students learnt from different "
                "teachers; expected one teacher's two students: copy its folder for the second"
            )
        if differing or not off:
            more = f" (they differ in {', '.join(differing)})" if differing else ""
            raise SystemExit(
                f"{pair[0]} and {pair[1]} are no pair{more}: expected students that differ in "
                "distillation alone, the second with distillation_weight, head_weight and "
                "attention_weight 0; check their order"
            )
        seeds.append(own.seed)
    require_seeds(seeds)


def _student_config(folder: Path, beats: Beats) -> StudentConfig:
    for kept in kept_of(folder, beats, FOLD):
        if kept.part == "student":
            return kept.config.student
    raise SystemExit(f"{folder} holds no student: expected a finished `sibeat train`")


def _teacher_of(folder: Path, student: StudentConfig, beats: Beats) -> Mapping[str, Tensor]:
    """Give the weights of the generator that a student learnt from."""
    for kept in kept_of(folder, beats, FOLD):
        if kept.part == "teacher" and student.teacher in kept.choices:
            weights: Mapping[str, Tensor] = kept.checkpoint.state["generator"]
            return weights
    raise SystemExit(f"{folder} holds no {student.teacher} teacher, of which its student learnt")


def _same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def compare(rows: dict[str, list[Figures]]) -> dict[str, Any]:
    """Pair the first row with each other one, and set it beside what is published."""
    own = rows["student"]
    less = {
        other: {
            name: difference([f[name] for f in own], [f[name] for f in rows[other]])
            for name in NAMES
        }
        for other in rows
        if other != "student"
    }
    above = {name: sum(f[name] > PUBLISHED[name] for f in own) for name in NAMES}
    return {"rows": rows, "less": less, "seeds": len(own), "seeds_above_published": above}


def to_markdown(report: dict[str, Any]) -> str:
    """Write the table."""
    lines = ["| | AUC by seed | AP by seed |", "| --- | --- | --- |"]
    for row, found in report["rows"].items():
        columns = [", ".join(f"{each[name]:.4f}" for each in found) for name in NAMES]
        lines.append(f"| {row} | {columns[0]} | {columns[1]} |")
    for other, found in report["less"].items():
        ends = [
            f"{interval_text(found[name]['interval'])} ({found[name]['shows']})" for name in NAMES
        ]
        lines.append(f"| student less {other}, 95 % | {ends[0]} | {ends[1]} |")
    above = report["seeds_above_published"]
    lines += [
        "",
        f"Of {report['seeds']} seeds {above['auc']} have an AUC above the published "
        f"{PUBLISHED['auc']}, {above['ap']} an AP above {PUBLISHED['ap']}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front beatgan")
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="trainings, one a seed")
    parser.add_argument("--without", type=Path, nargs="+", required=True, help="in the same order")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    if len(wanted.run) != len(wanted.without):
        parser.error(
            f"--run has {len(wanted.run)} folders, --without {len(wanted.without)}: expected pairs"
        )
    beats = fold_beats(wanted.data)
    require_pairs(beats, wanted.run, wanted.without)
    report = compare(judge(beats, wanted.run, wanted.without))
    print(to_markdown(report))
    keep(report | {"machine": describe()}, wanted.json)


if __name__ == "__main__":
    guarded(main)

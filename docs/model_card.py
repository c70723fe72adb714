"""Rewrite the figures of the model card from the student that ships.

``python -m docs.model_card --data DIR``, DIR the folder of the MIT-BIH database or prepared beats
of the front ``monitor``. What stands between the card's two marks is made here: a table for people
and the same figures as JSON, which a test compares with what the shipped student gives.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.model.artefact import load_student
from sibeat.train.beats_file import Beats, load_beats
from sibeat.train.config import PrepareConfig
from sibeat.train.prepare import prepare
from sibeat.train.progress import Progress
from sibeat.train.protocol_report import evaluate_trial
from sibeat.train.trial import Trial

CARD = Path(__file__).parent / "model_card.md"
BEGIN = "<!-- figures: made by python -m docs.model_card, do not edit -->"
END = "<!-- end of figures -->"
ROWS = ("student", "student + rhythm", "scorer, provisional", "scorer")
KEPT = ("auc", "ap", "intervals", "per_class", "mean_record_auc")
DECIMALS = 4

Json = Mapping[str, Any]


def beats_of(data: Path) -> Beats:
    """Read prepared beats, or cut those of the database."""
    if data.suffix == ".npz":
        return load_beats(data)
    return prepare(data, PrepareConfig(), Progress())


def shipped_figures(data: Path) -> dict[str, Any]:
    """Figures of the shipped student on the patients of DS2, to four decimals."""
    student = load_student()
    report = evaluate_trial(Trial.of("interpatient", beats_of(data), 0, references=False), student)
    provenance = student.contract.provenance
    return {
        "model": report["model"],
        "protocol": report["protocol"],
        "front": report["front"],
        "mapping": report["mapping"],
        "beats": report["beats"]["judged"],
        "train_records": list(provenance.train_records),
        "validation_records": list(provenance.validation_records),
        "epochs": dict(provenance.epochs),
        "seeds": dict(provenance.seeds),
        "score": provenance.score,
        "commit": provenance.commit,
        "bootstrap": report["bootstrap"],
        "rows": {name: _kept(report["rows"][name]) for name in ROWS},
    }


def _kept(row: Json) -> dict[str, Any]:
    easy = row["without_232"]
    return {
        **{key: _rounded(row[key]) for key in KEPT},
        "without_232": {key: _rounded(easy[key]) for key in KEPT},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def block(figures: Json) -> str:
    """Write the table and the JSON, marks included."""
    told = [*_table(figures), "", *_facts(figures), "", "```json", json.dumps(figures), "```"]
    return "\n".join([BEGIN, "", *told, END])


def _table(figures: Json) -> list[str]:
    heads = ("score", "AUC (95 %)", "AP (95 %)", "S", "V", "F", "mean over records")
    lines = [f"| {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) - 1)]
    for title, pick in (("all", lambda row: row), ("without 232", lambda row: row["without_232"])):
        for name, row in figures["rows"].items():
            lines.append(f"| {name}, {title} | {' | '.join(_cells(pick(row)))} |")
    return lines


def _cells(row: Json) -> list[str]:
    intervals = row["intervals"]
    ends = {key: f"({intervals[key][0]:.3f} to {intervals[key][1]:.3f})" for key in intervals}
    return [
        f"{row['auc']:.4f} {ends['auc']}",
        f"{row['ap']:.4f} {ends['ap']}",
        *(f"{row['per_class'][name]['auc']:.4f}" for name in "SVF"),
        f"{row['mean_record_auc']:.4f}",
    ]


def _facts(figures: Json) -> list[str]:
    judged = ", ".join(f"{name} {n:,}" for name, n in figures["beats"].items())
    stages = ", ".join(f"{stage} {n}" for stage, n in figures["epochs"].items())
    return [
        f"Model `{figures['model'][:12]}`, log score of form `{figures['score']}`, "
        f"epochs: {stages}.",
        f"Trained on records {', '.join(figures['train_records'])}; chosen and calibrated on "
        f"{', '.join(figures['validation_records'])}.",
        f"Judged beats: {judged} (Q left out). Mapping `{figures['mapping']}`, front "
        f"`{figures['front']}`. Intervals: bootstrap over patients, "
        f"{figures['bootstrap']['replicates']} replicates, seed {figures['bootstrap']['seed']}.",
    ]


def stated_figures(card: str) -> dict[str, Any]:
    """Read the figures that a card states."""
    inside = card.split(BEGIN)[1].split(END)[0]
    figures: dict[str, Any] = json.loads(inside.split("```json")[1].split("```")[0])
    return figures


def with_figures(card: str, figures: Json) -> str:
    """Put figures in the place of those that a card states."""
    before, after = card.split(BEGIN)[0], card.split(END)[1]
    return f"{before}{block(figures)}{after}"


def main() -> None:
    """Measure, and rewrite the card."""
    parser = argparse.ArgumentParser(description="Rewrite the figures of docs/model_card.md.")
    parser.add_argument("--data", type=Path, required=True, help="folder of MIT-BIH, or beats.npz")
    figures = shipped_figures(parser.parse_args().data)
    card = CARD.read_text(encoding="utf-8")
    CARD.write_text(with_figures(card, figures), encoding="utf-8")


if __name__ == "__main__":
    guarded(main)

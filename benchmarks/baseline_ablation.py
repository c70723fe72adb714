"""What following the patient brings: the live pipeline with, without and with a careless baseline.

``python -m benchmarks.baseline_ablation --data DIR [--json FILE]`` runs the pipeline over DS1 and
DS2 three times, at detected beats, and judges each run as ``sibeat evaluate monitor`` does. Without
a baseline the student and the rhythm judge alone, by their own threshold: the same quantile of the
same validation beats. Unguarded, each trusted beat is learnt, whatever it is.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.record import open_record
from sibeat.model.artefact import load_student
from sibeat.model.baseline import BaselineChange, PatientBaseline, SeenBeat
from sibeat.monitor.evaluation.figures import figures
from sibeat.monitor.evaluation.hearing import hear
from sibeat.monitor.evaluation.judging import RecordEvaluation, judge_record
from sibeat.monitor.evaluation.match import MAPPING
from sibeat.monitor.settings import PipelineSettings
from sibeat.train.split import DS1, DS2, HARD_RECORD

from .publishing import keep
from .replaying import LONG_CHUNK_S

Row: TypeAlias = dict[str, float | None]
Rows: TypeAlias = Mapping[str, Mapping[str, Row]]

EQUAL_V = 0.95
"""share of V beats at which the false ones are compared, whatever the threshold; chosen by us"""
GROUPS = {
    "DS1": DS1,
    "DS2": DS2,
    f"DS2 without {HARD_RECORD}": tuple(name for name in DS2 if name != HARD_RECORD),
}


class UnguardedBaseline(PatientBaseline):
    """A running median of all trusted beats, whatever they are and whatever was lost between."""

    def observe(
        self, beat: SeenBeat, *, abnormal: bool, log_rr: float, usual_rr_s: float | None
    ) -> BaselineChange | None:
        """Learn the beat."""
        self.usual.learn(beat.window, beat.amplitude)
        return None

    def interrupt(self) -> BaselineChange | None:
        """Go on as if nothing had happened."""
        return None


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to follow the patient."""

    text: str
    make: Callable[[], PatientBaseline] | None
    """None: no baseline"""


VARIANTS = {
    "off": Variant("student and rhythm alone, by their own threshold (--no-baseline)", None),
    "careless": Variant("each trusted beat is learnt", UnguardedBaseline),
    "shipped": Variant("ordinary beats are learnt", PatientBaseline),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the tables."""

    name: str
    decimals: int


TABLES = {
    "Alerts: false ones an hour; percent of V, S, F and N beats flagged; and of N at 95 % of V": (
        Column("false/h", 1),
        *(Column(f"{name}%", 1) for name in "VSFN"),
        Column("N% at V 95%", 1),
    ),
    "Beats by EC57, percent, and final score against N beats (Q left out)": (
        Column("V Se", 1),
        Column("V +P", 1),
        Column("S Se", 1),
        Column("S +P", 1),
        Column("AUC", 4),
        Column("AP", 4),
    ),
}


def run(name: str, data: Path, model: Path | None) -> dict[str, RecordEvaluation]:
    """Run the pipeline over a record in each way."""
    student, path = load_student(model), data / name
    reference = read_annotations(path, "atr")
    judged = {}
    for label, variant in VARIANTS.items():
        settings = replace(PipelineSettings(), baseline=variant.make is not None)
        baseline = variant.make() if variant.make else None
        record = open_record(path)
        heard = hear(record, student, settings, chunk_s=LONG_CHUNK_S, baseline=baseline)
        judged[label] = judge_record(name, record.lead, reference, heard)
    return judged


def row(records: Sequence[RecordEvaluation]) -> Row:
    """Figures of one record, or of several pooled."""
    all_figures = figures(records)
    ec57, scores = all_figures["ec57"]["gross"], all_figures["scores"]
    return {
        "false/h": all_figures["alarms"]["false_per_hour"],
        **{f"{name}%": flagged_percent(records, name) for name in "VSFN"},
        "N% at V 95%": normal_percent(records),
        "V Se": ec57["VEB sensitivity"],
        "V +P": ec57["VEB positive predictivity"],
        "S Se": ec57["SVEB sensitivity"],
        "S +P": ec57["SVEB positive predictivity"],
        "AUC": scores["auc"],
        "AP": scores["ap"],
    }


def flagged_percent(records: Iterable[RecordEvaluation], name: str) -> float | None:
    """Share of the reference's beats of a class that are flagged; missed ones are not."""
    threshold = PipelineSettings().threshold
    n_expected = n_flagged = 0
    for record in records:
        n_expected += int(np.sum(record.expected == name))
        n_flagged += int(np.sum(record.scores[record.classes == name] >= threshold))
    return 100 * n_flagged / n_expected if n_expected else None


def normal_percent(records: Iterable[RecordEvaluation]) -> float | None:
    """Share of detected N beats over the threshold that `EQUAL_V` of the detected V beats reach."""
    scores = np.concatenate([record.scores for record in records])
    classes = np.concatenate([record.classes for record in records])
    if not np.any(classes == "V") or not np.any(classes == "N"):
        return None
    threshold = np.quantile(scores[classes == "V"], 1 - EQUAL_V)
    return float(100 * np.mean(scores[classes == "N"] >= threshold))


def table(title: str, columns: Sequence[Column], rows: Rows) -> Iterator[str]:
    """Lines of a table in Markdown: a column for each figure in each way."""
    heads = [f"{column.name} {label}" for column in columns for label in VARIANTS]
    yield title
    yield ""
    yield "| | " + " | ".join(heads) + " |"
    yield "|---" * (len(heads) + 1) + "|"
    for name, ways in rows.items():
        cells = [
            shown(ways[label][column.name], column.decimals)
            for column in columns
            for label in VARIANTS
        ]
        yield f"| {name} | " + " | ".join(cells) + " |"
    yield ""


def shown(value: float | None, decimals: int) -> str:
    """Write a figure, ``-`` where there is none."""
    return "-" if value is None else f"{value:.{decimals}f}"


def rows_of(groups: Mapping[str, Sequence[str]], judged: Mapping[str, Any]) -> Rows:
    """Figures of each group of records in each way."""
    return {
        group: {label: row([judged[name][label] for name in names]) for label in VARIANTS}
        for group, names in groups.items()
    }


def main() -> None:
    """Print the tables; write the figures where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the MIT-BIH database")
    parser.add_argument("--model", type=Path, help="student (default: the shipped one)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="records at once")
    given = parser.parse_args()
    names = sorted(DS1 + DS2)
    with ProcessPoolExecutor(given.jobs) as pool:
        one = partial(run, data=given.data, model=given.model)
        judged = dict(zip(names, pool.map(one, names), strict=True))
    records, groups = rows_of({name: (name,) for name in names}, judged), rows_of(GROUPS, judged)
    for label, variant in VARIANTS.items():
        print(f"{label}: {variant.text}")
    print()
    for title, columns in TABLES.items():
        print("\n".join(table(title, columns, {**records, **groups})))
    ways = {label: variant.text for label, variant in VARIANTS.items()}
    model = load_student(given.model).sha256
    answer = {"mapping": MAPPING, "model": model, "ways": ways, "records": records}
    keep(answer | {"groups": groups}, given.json)


if __name__ == "__main__":
    guarded(main)

"""What an upside-down lead or another sampling rate costs: the live pipeline over altered records.

``python -m benchmarks.robustness --data DIR [--json FILE]`` runs every record as it is, inverted,
and resampled to 125, 250 and 500 Hz, and judges each run as ``sibeat evaluate monitor`` does. It
prints two tables in Markdown: EC57's figures of all records, and what the alteration costs, in all
and at most in a record.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from sibeat.cli.errors import guarded
from sibeat.ecg.ec57 import RecordReport, gross, percentages
from sibeat.model.artefact import load_student
from sibeat.monitor.evaluation.judging import Conditions, evaluate_record
from sibeat.monitor.settings import PipelineSettings

from .publishing import keep
from .replaying import LONG_CHUNK_S

Reports: TypeAlias = Mapping[str, RecordReport]
Row: TypeAlias = dict[str, float | None]

AS_IT_IS = "as it is"
WAYS = {
    AS_IT_IS: Conditions(chunk_s=LONG_CHUNK_S),
    "inverted": Conditions(chunk_s=LONG_CHUNK_S, invert=True),
    "125 Hz": Conditions(chunk_s=LONG_CHUNK_S, resample_hz=125.0),
    "250 Hz": Conditions(chunk_s=LONG_CHUNK_S, resample_hz=250.0),
    "500 Hz": Conditions(chunk_s=LONG_CHUNK_S, resample_hz=500.0),
}
COLUMNS = {
    "QRS Se": "QRS sensitivity",
    "QRS +P": "QRS positive predictivity",
    "V Se": "VEB sensitivity",
    "V +P": "VEB positive predictivity",
}
FOUND = "V found"
JUDGED = ("QRS Se", "QRS +P")
"""figures whose loss in a record is shown: few V beats make a record's V figures jump"""


def run(name: str, data: Path, model: Path | None) -> dict[str, RecordReport]:
    """Run a record in each way."""
    student, settings = load_student(model), PipelineSettings()
    return {
        way: evaluate_record(data / name, student, settings, conditions).report
        for way, conditions in WAYS.items()
    }


def row(report: RecordReport) -> Row:
    """Figures of one record, or of several together, percent."""
    figures = percentages(report)
    found, v = report.count("V", "nsvfq"), report.count("V")
    return {
        **{column: figures[name] for column, name in COLUMNS.items()},
        FOUND: 100 * found / v if v else None,
    }


def losses(before: Row, after: Row) -> Row:
    """Points lost, of each figure that both have."""
    pairs = {column: (value, after[column]) for column, value in before.items()}
    return {
        column: None if old is None or new is None else old - new
        for column, (old, new) in pairs.items()
    }


def greatest_loss(
    rows: Mapping[str, Mapping[str, Row]], way: str, column: str
) -> tuple[float, str]:
    """Points lost in the record that loses most, and its name."""
    lost = ((losses(ways[AS_IT_IS], ways[way])[column], name) for name, ways in rows.items())
    return max((points, name) for points, name in lost if points is not None)


def total_table(total: Mapping[str, Row]) -> Iterator[str]:
    """Lines of the table of all records."""
    columns = (*COLUMNS, FOUND)
    yield "| | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for way, figures in total.items():
        yield f"| {way} | " + " | ".join(shown(figures[c]) for c in columns) + " |"
    yield ""


def loss_table(total: Mapping[str, Row], rows: Mapping[str, Mapping[str, Row]]) -> Iterator[str]:
    """Lines of the table of losses."""
    heads = [f"{column} {where}" for column in JUDGED for where in ("gross", "at most")]
    yield "| points lost | " + " | ".join(heads) + " |"
    yield "|---" * (len(heads) + 1) + "|"
    for way in total:
        if way == AS_IT_IS:
            continue
        cells = []
        for column in JUDGED:
            points, name = greatest_loss(rows, way, column)
            cells += [shown(losses(total[AS_IT_IS], total[way])[column]), f"{points:.2f} ({name})"]
        yield f"| {way} | " + " | ".join(cells) + " |"


def shown(value: float | None) -> str:
    """Write a figure, ``-`` where there is none."""
    return "-" if value is None else f"{value:.2f}"


def summarise(reports: Mapping[str, Reports]) -> tuple[dict[str, Row], dict[str, dict[str, Row]]]:
    """Figures of all records together in each way, and of each record in each way."""
    total = {way: row(gross(ways[way] for ways in reports.values())) for way in WAYS}
    each = {
        name: {way: row(report) for way, report in ways.items()} for name, ways in reports.items()
    }
    return total, each


def evaluate(names: Sequence[str], given: argparse.Namespace) -> dict[str, Reports]:
    """Run all records, several at once."""
    one = partial(run, data=given.data, model=given.model)
    with ProcessPoolExecutor(given.jobs) as pool:
        return dict(zip(names, pool.map(one, names), strict=True))


def main() -> None:
    """Print the tables; write the figures where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of WFDB records with .atr")
    parser.add_argument("--record", action="append", help="only these (default: all of the folder)")
    parser.add_argument("--model", type=Path, help="student (default: the shipped one)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="records at once")
    given = parser.parse_args()
    names = given.record or sorted(path.stem for path in given.data.glob("*.atr"))
    total, each = summarise(evaluate(names, given))
    print("\n".join([*total_table(total), *loss_table(total, each)]))
    answer: dict[str, Any] = {"mapping": "ec57", "model": load_student(given.model).sha256}
    keep(answer | {"gross": total, "records": each}, given.json)


if __name__ == "__main__":
    guarded(main)

"""What ``sibeat evaluate ec57`` does: pair the files of two folders, judge, show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sibeat.cli.figures import publish
from sibeat.cli.unreadable import Unreadable, by_name, require_all
from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.ec57 import (
    STANDARD_START_S,
    RecordReport,
    average,
    compare,
    gross,
    percentages,
    summary_json,
)
from sibeat.ecg.errors import RecordError

COLUMNS = {
    "QRS Se": "QRS sensitivity",
    "QRS +P": "QRS positive predictivity",
    "V Se": "VEB sensitivity",
    "V +P": "VEB positive predictivity",
    "S Se": "SVEB sensitivity",
    "S +P": "SVEB positive predictivity",
}
"""heading -> percentage as `sibeat.ecg.ec57` names it"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Reports of all records, and whose annotations they are about."""

    reports: dict[str, RecordReport]
    reference: str
    """extension of the truth"""
    test: str
    """extension of what was judged"""
    unreadable: Sequence[Unreadable] = ()
    """records in no figure: a file of theirs is absent or cannot be read"""

    @property
    def short(self) -> list[str]:
        """Records that end within the learning period: nothing of them was counted."""
        return [name for name, report in self.reports.items() if not report.beats.any()]

    def to_json(self) -> str:
        """All figures, as text."""
        figures = summary_json(self.reports, self.reference, self.test)
        figures["unreadable"] = by_name(self.unreadable)
        return json.dumps(figures, indent=1, allow_nan=False)

    def to_text(self) -> str:
        """As a table of percentages."""
        rows = {name: percentages(report) for name, report in self.reports.items()}
        rows["gross"] = percentages(gross(self.reports.values()))
        rows["average"] = average(self.reports.values())
        width = max(len(name) for name in rows)
        lines = [f"{'':{width}}" + "".join(f"{heading:>8}" for heading in COLUMNS)]
        for name, row in rows.items():
            cells = (_percent(row[column]) for column in COLUMNS.values())
            lines.append(f"{name:{width}}" + "".join(f"{cell:>8}" for cell in cells))
        lines.append(f"percent, mapping ec57, {self.test} against {self.reference}")
        if self.short:
            lines.append(
                f"not counted: {', '.join(self.short)}; no beat after the first "
                f"{STANDARD_START_S:g} s, which EC57 leaves out"
            )
        return "\n".join(lines)


def judge_folders(reference: Path, test: Path, truth: str, annotator: str) -> Judgement:
    """Judge each annotation file of a folder against the one of the same name in another.

    Parameters
    ----------
    reference, test : folders
    truth, annotator : extensions of their files

    Raises
    ------
    RecordError
        When there is no file to judge.
    """
    files = sorted(test.glob(f"*.{annotator}"))
    if not files:
        raise RecordError(
            f"no annotation file *.{annotator} in {test}; "
            "expected at least one record to judge, check --test and --annotator"
        )
    reports, unreadable = {}, []
    for name in (file.stem for file in files):
        try:
            expected = read_annotations(reference / name, truth)
            reports[name] = compare(expected, read_annotations(test / name, annotator))
        except RecordError as error:
            unreadable.append(Unreadable(name, str(error)))
    return Judgement(reports, truth, annotator, unreadable)


def show(judgement: Judgement, file: Path | None) -> None:
    """Print the table, and write the figures where that is asked for; ``-`` prints them instead.

    Raises
    ------
    OutputError
        When the file cannot be written.
    RecordError
        When a record is in no figure, after the figures of all others.
    """
    if judgement.reports:
        publish(judgement.to_text(), judgement.to_json(), file)
    n_records = len(judgement.reports) + len(judgement.unreadable)
    require_all(judgement.unreadable, n_records, "take their files out of the folder of --test")


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"

"""The tables of ``sibeat evaluate monitor``: a row for each record, then the groups'.

None is wider than 80 columns; without a terminal they are plain text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table

from sibeat.monitor.wording import counted

Json: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str, ...]

PLAIN_WIDTH = 100
"""columns without a terminal; chosen by us: no table needs more"""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and where its figure is."""

    heading: str
    path: Path
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A table: figures of one kind."""

    title: str
    base: Path
    """where a row's figures are"""
    columns: tuple[Column, ...]
    average: Path | None = None
    """where their means over records are"""


EC57 = Section(
    "Beats by EC57, percent (from minute 5, within 150 ms; mapping ec57)",
    ("ec57", "gross"),
    (
        Column("QRS Se", ("QRS sensitivity",)),
        Column("QRS +P", ("QRS positive predictivity",)),
        Column("V Se", ("VEB sensitivity",)),
        Column("V +P", ("VEB positive predictivity",)),
        Column("V FPR", ("VEB false positive rate",)),
        Column("S Se", ("SVEB sensitivity",)),
        Column("S +P", ("SVEB positive predictivity",)),
        Column("S FPR", ("SVEB false positive rate",)),
    ),
    ("ec57", "average"),
)
SCORES = Section(
    "Final score of detected beats (whole record, Q left out; mapping learning)",
    ("scores",),
    (
        Column("AUC", ("auc",), 4),
        Column("AP", ("ap",), 4),
        *(
            Column(f"{name} {figure.upper()}", ("per_class", name, figure), 4)
            for name in "SVF"
            for figure in ("auc", "ap")
        ),
    ),
    ("scores", "mean_over_records"),
)
ALARMS = Section(
    "Alerts (whole record; false: on a normal beat or none; mapping learning)",
    (),
    (
        Column("alerts", ("alarms", "n"), 0),
        Column("false/h", ("alarms", "false_per_hour"), 1),
        Column("rung/h", ("alarms", "announced_false_per_hour"), 1),
        Column("s/h", ("alarms", "false_seconds_per_hour"), 1),
        Column("undone%", ("alarms", "withdrawn_percent"), 1),
        Column("p50 s", ("delay_s", "provisional", "p50"), 3),
        Column("p99 s", ("delay_s", "provisional", "p99"), 3),
        Column("max s", ("delay_s", "provisional", "max"), 3),
        Column("late%", ("delay_s", "late_percent"), 1),
    ),
)
"""rung: false and announced; s/h: seconds of false alarm; undone: withdrawn by the following RR"""
LATE = Section(
    "Late alerts, and detection",
    (),
    (
        Column("p50 s", ("delay_s", "late", "p50"), 2),
        Column("p99 s", ("delay_s", "late", "p99"), 2),
        Column("max s", ("delay_s", "late", "max"), 2),
        Column("V found", ("found", "v_found_percent")),
        Column("missed%", ("found", "missed_percent")),
        Column("median", ("position", "median_samples"), 1),
        Column("p95", ("position", "p95_samples"), 1),
        Column("unfit%", ("signal", "unfit_percent"), 2),
        Column("x real", ("real_time_factor", "median"), 0),
    ),
)
SECTIONS = (EC57, SCORES, ALARMS, LATE)

NOTES = """\
rung: false and announced. s/h: seconds in which a false alert stood. undone: withdrawn by the
following RR. p50, p99, max: signal time from R-peak to provisional, then to late alerts.
V found: by EC57. missed: reference beats never detected, whole record. median, p95: distance
of peaks from annotations without the record's constant offset, samples at 360 Hz. unfit: share
of time of a quality other than good. x real: seconds of signal in one of processor time, in
these chunks."""


def to_text(report: Json, stream: TextIO) -> str:
    """Write all tables, as the stream can show them.

    Parameters
    ----------
    report : figures, as `sibeat.cli.evaluating.summarise` gives them
    stream : where the text will go
    """
    terminal = stream.isatty()
    console = Console(file=stream, width=None if terminal else PLAIN_WIDTH, highlight=False)
    with console.capture() as captured:
        for section in SECTIONS:
            console.print(_table(section, report, terminal))
            console.print()
        console.print(f"{NOTES}\n{_conditions(report)}", soft_wrap=True)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _table(section: Section, report: Json, terminal: bool) -> Table:
    table = Table(
        title=section.title,
        title_justify="left",
        box=box.SIMPLE_HEAD if terminal else None,
        padding=0 if terminal else (0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("record", no_wrap=True)
    for column in section.columns:
        table.add_column(column.heading, justify="right", no_wrap=True)
    for name, cells in _rows(section, report):
        table.add_row(name, *cells)
    return table


def _rows(section: Section, report: Json) -> Iterator[tuple[str, list[str]]]:
    for name, row in report["records"].items():
        yield name, _cells(section, section.base, row)
    yield "", []
    pooled = ", gross" if section.average else ""
    for name, row in report["groups"].items():
        yield f"{name}{pooled}", _cells(section, section.base, row)
    if section.average is None:
        return
    yield "", []
    for name, row in report["groups"].items():
        yield f"{name}, mean", _cells(section, section.average, row)


def _cells(section: Section, base: Path, row: Json) -> list[str]:
    return [_text(_value(row, (*base, *c.path)), c.decimals) for c in section.columns]


def _value(row: Json, path: Path) -> float | None:
    found: Any = row
    for key in path:
        found = found[key]
    return found if found is None else float(found)


def _text(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"


def _conditions(report: Json) -> str:
    conditions = report["conditions"]
    altered = [
        f"resampled to {conditions['resample_hz']:g} Hz" if conditions["resample_hz"] else "",
        "inverted" if conditions["invert"] else "",
        f"the first {conditions['duration_s']:g} s" if conditions["duration_s"] else "",
    ]
    return ", ".join(
        [
            counted(len(report["records"]), "record"),
            f"chunks of {conditions['chunk_s'] * 1000:g} ms",
            *filter(None, altered),
            f"threshold {report['settings']['threshold']:g}",
            f"model {report['model'][:12]}",
        ]
    )

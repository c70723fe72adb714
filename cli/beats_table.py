"""The table of ``sibeat evaluate beats``: a row for each method, no figure ever cut."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table

Json: TypeAlias = Mapping[str, Any]

WIDTH = 100
"""columns; chosen by us: all rows fit, but for those of runs with long names, which get more"""


def to_text(report: Json) -> str:
    """Write a report of `sibeat.train.protocol_report` as text."""
    tables = (
        _table(report, f"All records, {_conditions(report)}", ()),
        _table(report, "Without record 232", ("without_232",)),
    )
    console = Console(width=max(WIDTH, *map(_natural_width, tables)), highlight=False)
    with console.capture() as captured:
        console.print(tables[0])
        console.print()
        console.print(tables[1])
        console.print(f"\n{_notes(report)}", soft_wrap=True, markup=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _table(report: Json, title: str, path: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    table.add_column("method", no_wrap=True)
    names = [name for name, row in _at(report, path)["per_class"].items() if row["n"]]
    for heading in ("AUC", "95 %", "AP", "95 %", *names, "records"):
        table.add_column(heading, justify="right", no_wrap=True)
    for method, row in report["rows"].items():
        table.add_row(method, *_cells(_at(row, path), names))
    return table


def _natural_width(table: Table) -> int:
    unbounded = Console(width=10_000)
    return unbounded.measure(table).maximum


def _cells(row: Json, names: list[str]) -> list[str]:
    intervals = row["intervals"] or {"auc": None, "ap": None}
    return [
        _figure(row["auc"]),
        _interval(intervals["auc"]),
        _figure(row["ap"]),
        _interval(intervals["ap"]),
        *(_figure(row["per_class"][name]["auc"]) for name in names),
        _figure(row["mean_record_auc"]),
    ]


def _at(row: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        row = row[key]
    return row


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(ends: list[float] | None) -> str:
    return "-" if ends is None else f"{ends[0]:.2f}-{ends[1]:.2f}"


def _conditions(report: Json) -> str:
    fold = report["fold"]
    parts = [
        f"protocol {report['protocol']}",
        *([f"fold {fold['number']} of {fold['of']}"] if fold else []),
        f"front {report['front']}",
        f"mapping {report['mapping']}",
        *([f"{', '.join(report['left_out'])} left out"] if report["left_out"] else []),
    ]
    return ", ".join(parts)


def _notes(report: Json) -> str:
    judged = ", ".join(f"{name} {n:,}" for name, n in report["beats"]["judged"].items())
    bootstrap = report["bootstrap"]
    other = report["other_mapping"]
    row = other["rows"][report["score"]]
    lines = [
        f"Judged beats: {judged}. Learnt: {report['beats']['learnt']:,} normal beats at most.",
        f"95 %: bootstrap over patients, {bootstrap['replicates']} replicates, seed "
        f"{bootstrap['seed']}. S, V, F, Q: AUC against N. records: mean AUC over them.",
        f"{report['score']} under mapping {other['mapping']}: AUC {_figure(row['auc'])}, "
        f"AP {_figure(row['ap'])}; without 232 {_figure(row['without_232']['auc'])}, "
        f"{_figure(row['without_232']['ap'])}.",
        *_difference(report),
        *_model(report),
        *(_run(name, stated) for name, stated in report["runs"].items()),
        *(f"{name}: {text}." for name, text in report["says"].items()),
    ]
    return "\n".join(lines)


def _run(name: str, stated: Json) -> str:
    curve = ", ".join(f"{auc:.3f}" for auc in stated["validation_auc_by_epoch"])
    return (
        f"{name}: width {stated['width']}, seed {stated['seed']}, epoch {stated['epoch']} "
        f"({', '.join(stated['choices'])}); AUC over the validation beats by epoch: "
        f"{curve or 'not known'}."
    )


def _difference(report: Json) -> list[str]:
    against = report["against_best_reference"]
    if against is None:
        return []
    named = {"all": against["difference"], "without 232": against["without_232"]}
    ends = {name: each["auc"] for name, each in named.items() if each is not None}
    told = ", ".join(f"{name} {low:+.4f} to {high:+.4f}" for name, (low, high) in ends.items())
    return [f"AUC of {report['score']} less {against['reference']}, paired, 95 %: {told or '-'}."]


def _model(report: Json) -> list[str]:
    if report["model"] is None:
        return ["No model."]
    times = report["inference"]
    torch_ms = times["full_size_torch_ms"]
    beside = "torch is not here" if torch_ms is None else f"{torch_ms:.3f} ms"
    return [
        f"Model {report['model'][:12]}. One beat, one thread: {times['student_ms']:.3f} ms with "
        f"onnxruntime; the full-size generator in PyTorch: {beside}."
    ]

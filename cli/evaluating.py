"""What ``sibeat evaluate monitor`` does: records of a folder, in parallel, judged end to end."""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sibeat.cli.evaluation_table import to_text
from sibeat.cli.figures import publish, refuse_unwritable
from sibeat.cli.outputs import say
from sibeat.cli.settings import MonitorSettings
from sibeat.cli.unreadable import Unreadable, by_name, require_all
from sibeat.ecg.ec57 import PACED_RECORDS, record_json
from sibeat.ecg.errors import RecordError, UsageError
from sibeat.model.artefact import Student, load_monitor_student
from sibeat.monitor.evaluation.figures import figures
from sibeat.monitor.evaluation.judging import Conditions, RecordEvaluation, evaluate_record
from sibeat.monitor.evaluation.match import MAPPING
from sibeat.train.split import DS2, HARD_RECORD

SCHEMA = "sibeat-evaluation/1"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker process needs to know."""

    data: Path
    settings: MonitorSettings
    conditions: Conditions


class Worker:
    """Evaluates records with one loaded student; a process has one."""

    current: "Worker"

    def __init__(self, task: Task, student: Student) -> None:
        self._task, self._student = task, student

    @classmethod
    def start(cls, task: Task) -> None:
        """Load the student, in a process of its own."""
        cls.current = cls(task, load_monitor_student(task.settings.model))

    @classmethod
    def work(cls, name: str) -> RecordEvaluation | Unreadable:
        """Evaluate a record in a process that was started."""
        return cls.current.evaluate(name)

    def evaluate(self, name: str) -> RecordEvaluation | Unreadable:
        """Evaluate a record; one that cannot be read must not cost the figures of the others."""
        task = self._task
        try:
            return evaluate_record(
                task.data / name, self._student, task.settings.pipeline, task.conditions
            )
        except (RecordError, UsageError) as error:  # the latter: it has no such lead
            return Unreadable(name, str(error))


def run(task: Task, wanted: str | None, n_jobs: int | None, file: Path | None) -> None:
    """Evaluate records, print the tables and write the figures.

    Parameters
    ----------
    task : where the records are and how they are run
    wanted : names of the records, with commas; None: all that have reference annotations
    n_jobs : records at the same time; None: one for each processor
    file : for the figures; ``-`` prints them in place of the tables

    Raises
    ------
    RecordError
        When a record could not be read, after the figures of all others.
    """
    refuse_unwritable(file)
    names = choose_records(task.data, wanted)
    student = load_monitor_student(task.settings.model)  # a bad one is told before the pool starts
    outcomes = list(_watched(_evaluate(names, task, student, n_jobs), len(names)))
    failed = [outcome for outcome in outcomes if isinstance(outcome, Unreadable)]
    evaluations = [outcome for outcome in outcomes if isinstance(outcome, RecordEvaluation)]
    if evaluations:
        report = summarise(evaluations, {**about(task, student), "unreadable": by_name(failed)})
        publish(to_text(report, sys.stdout), json.dumps(report, indent=1, allow_nan=False), file)
    require_all(failed, len(names), "name the others with --records")


def choose_records(data: Path, wanted: str | None) -> list[str]:
    """Give the names of the records to evaluate, in order.

    Raises
    ------
    RecordError
        When there are none in the folder.
    UsageError
        When a wanted one is not there.
    """
    there = sorted(path.stem for path in data.glob("*.atr"))
    if not there:
        raise RecordError(
            f"no record with reference annotations (*.atr) in {data}; expected a folder of WFDB "
            "records, such as the MIT-BIH Arrhythmia Database, check --data"
        )
    if wanted is None:
        return there
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    absent = [name for name in names if name not in there]
    if absent or not names:
        raise UsageError(
            f"no record {', '.join(absent) or repr(wanted)} with annotations in {data}, which has "
            f"{', '.join(there)}: correct --records"
        )
    return sorted(set(names))


def groups(names: Iterable[str]) -> dict[str, list[str]]:
    """Sort records into the groups that figures are given for; empty groups are left out.

    Halves and paced records are those of the MIT-BIH Arrhythmia Database.
    """
    there = list(names)
    members = {
        "all": there,
        "without paced": [name for name in there if name not in PACED_RECORDS],
        "DS2": [name for name in there if name in DS2],
        f"DS2 without {HARD_RECORD}": [n for n in there if n in DS2 and n != HARD_RECORD],
        HARD_RECORD: [name for name in there if name == HARD_RECORD],
        "paced": [name for name in there if name in PACED_RECORDS],
    }
    return {group: records for group, records in members.items() if records}


def summarise(evaluations: Sequence[RecordEvaluation], conditions: Mapping[str, Any]) -> Json:
    """All figures, of each record and of each group."""
    records = {evaluation.record: evaluation for evaluation in evaluations}
    return {
        "schema": SCHEMA,
        **conditions,
        "records": {name: _record(evaluation) for name, evaluation in records.items()},
        "groups": {
            group: {"records": names, **figures([records[name] for name in names])}
            for group, names in groups(records).items()
        },
    }


def about(task: Task, student: Student) -> Json:
    """Under which conditions the figures hold."""
    return {
        "version": version("sibeat"),
        "model": student.sha256,
        "settings": asdict(task.settings.pipeline),
        "conditions": asdict(task.conditions),
        "mapping": {"ec57": "ec57", "scores": MAPPING, "alarms": MAPPING},
    }


def _record(evaluation: RecordEvaluation) -> Json:
    return {
        "lead": evaluation.lead,
        **figures([evaluation]),
        "ec57_report": record_json(evaluation.report, evaluation.record),
    }


def _evaluate(
    names: Sequence[str], task: Task, student: Student, n_jobs: int | None
) -> Iterator[RecordEvaluation | Unreadable]:
    n_processes = min(n_jobs or os.cpu_count() or 1, len(names))
    if n_processes == 1:
        yield from map(Worker(task, student).evaluate, names)
        return
    context = get_context("spawn")  # forking a process that runs onnxruntime's threads is not safe
    with ProcessPoolExecutor(n_processes, context, Worker.start, (task,)) as pool:
        with without_ctrl_c():
            outcomes = pool.map(Worker.work, names)
        try:
            yield from outcomes
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            say("Ctrl-C: ending with the records under way")
            raise


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Start processes that leave Ctrl-C to this one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watched(
    outcomes: Iterator[RecordEvaluation | Unreadable], total: int
) -> Iterator[RecordEvaluation | Unreadable]:
    """Show a bar on standard error while records are evaluated, on a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        outcomes,
        "evaluating",
        total=total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )

"""A port that goes away during a live run and comes back, three times: nothing is lost in silence.

``python -m benchmarks.unplug [--away S] [--times N] [--json FILE]``: the real ``sibeat monitor`` on
a real pseudo-terminal, at real time. Log and annotations are compared with what the board said
while nobody heard it. Prints JSON; leaves with 1 when a check fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import annotations_in, is_beat
from sibeat.ecg.mit_format import DecodedAnnotation
from sibeat.monitor.simulator.faults import Faults, Spell
from sibeat.monitor.simulator.speaking import UTTERANCE_S
from sibeat.monitor.sinks.noise_marks import CLEAN, UNREADABLE

from .live_board import LiveBoard
from .machine import describe
from .publishing import publish
from .worker import REPOSITORY, one_thread

FS = 250.0
BETWEEN_S = 20.0
"""signal between two absences, s; chosen by us: the detector has learnt by then"""
LAST_S = 2.0
"""the run ends so long before the next absence, s; chosen by us"""
BACK_S = 5.0
"""signal after which beats must be found again, s: a requirement of the project"""
CLOCK_S = 0.1
"""wall time by which a gap may be off, s; chosen by us: two reads of the port and two words of the
board, and as much again for a busy machine"""


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of the stream without samples."""

    start: int
    n_samples: int


def unheard(board: LiveBoard) -> list[Absence]:
    """List what the board said while nobody heard it, between what was heard."""
    runs = [(heard, list(run)) for heard, run in groupby(board.blocks, lambda block: block.heard)]
    return [
        Absence(run[0].start, run[-1].stop - run[0].start)
        for number, (heard, run) in enumerate(runs)
        if not heard and 0 < number < len(runs) - 1
    ]


def in_log(lines: list[dict[str, Any]]) -> list[Absence]:
    """List the reconnects of an alert log."""
    return [
        Absence(line["sample"], line["n_samples"]) for line in lines if line["type"] == "reconnect"
    ]


def in_annotations(annotations: list[DecodedAnnotation]) -> list[Absence]:
    """List the shutdowns of an annotation file that ended."""
    marks = [
        (mark.sample, mark.subtype)
        for mark in annotations
        if mark.symbol == "~" and mark.subtype in (UNREADABLE, CLEAN)
    ]
    pairs = pairwise(marks)
    return [
        Absence(start, stop - start)
        for (start, subtype), (stop, _) in pairs
        if subtype == UNREADABLE
    ]


def agree(found: list[Absence], true: list[Absence], tolerance: float) -> bool:
    """Tell whether absences are as many and as long, and where they should be, in samples."""
    return len(found) == len(true) and all(
        abs(one.n_samples - other.n_samples) <= tolerance
        and abs(one.start - other.start) <= tolerance * (number + 1)
        for number, (one, other) in enumerate(zip(found, true, strict=True))
    )


def back_after_s(beats: list[int], absences: list[Absence], fs: float) -> list[float]:
    """Signal from the end of each absence to the first beat after it, s."""
    stops = [absence.start + absence.n_samples for absence in absences]
    return [
        (min((beat for beat in beats if beat >= stop), default=10**9) - stop) / fs for stop in stops
    ]


def beats_inside(beats: list[int], absences: list[Absence]) -> int:
    """Count the beats that were found where there is no signal."""
    return sum(
        absence.start <= beat < absence.start + absence.n_samples
        for beat in beats
        for absence in absences
    )


def live_run(folder: Path, away_s: float, times: int) -> LiveBoard:
    """Let the monitor watch a board that is unplugged so many times."""
    every_s = BETWEEN_S + away_s
    seconds = (times + 1) * every_s - LAST_S
    faults = Faults(unplug=Spell(every_s, away_s))
    command = [
        sys.executable,
        "-m",
        "sibeat.cli.app",
        "monitor",
        "--headless",
        "--protocol",
        "text",
    ]
    command += ["--fs", f"{FS:g}", "--duration", f"{seconds:g}", "--annotate", str(folder)]
    command += ["--alerts", str(folder / "alerts.jsonl"), "--serial"]
    with LiveBoard(FS, UTTERANCE_S, link=folder / "ttyBOARD", faults=faults) as board:
        subprocess.run(
            [*command, board.port],
            cwd=REPOSITORY,
            env=one_thread(),
            stdout=sys.stderr,
            check=True,
        )
    return board


def judge(board: LiveBoard, folder: Path, tolerance_s: float) -> dict[str, Any]:
    """Compare log and annotations in a folder with what was not heard.

    Parameters
    ----------
    tolerance_s : stream time by which a gap in the log may be off
    """
    with (folder / "alerts.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    (path,) = folder.glob("*.sib")
    annotations = list(annotations_in(path))
    beats = [annotation.sample for annotation in annotations if is_beat(annotation.symbol)]
    true, logged, annotated = unheard(board), in_log(lines), in_annotations(annotations)
    back_s = back_after_s(beats, logged, board.fs)
    checks = {
        "gaps in the log": agree(logged, true, tolerance_s * board.fs),
        "gaps in the annotations": agree(annotated, logged, 0),
        "detection back": all(seconds <= BACK_S for seconds in back_s),
        "no beat where no signal was": beats_inside(beats, logged) == 0,
        "clean end": lines[-1]["type"] == "session" and lines[-1]["phase"] == "end",
    }
    return {
        "unheard": in_seconds(true, board.fs),
        "in_log": in_seconds(logged, board.fs),
        "in_annotations": in_seconds(annotated, board.fs),
        "first_beat_after_s": [round(seconds, 2) for seconds in back_s],
        "checks": checks,
        "ok": all(checks.values()),
    }


def in_seconds(absences: list[Absence], fs: float) -> list[dict[str, float]]:
    """Give absences in seconds."""
    return [
        {"start_s": round(one.start / fs, 3), "length_s": round(one.n_samples / fs, 3)}
        for one in absences
    ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--away", type=float, default=10.0, help="how long each time, s")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = judge(live_run(folder, options.away, options.times), folder, CLOCK_S)
    publish(found | {"machine": describe()}, options.json)
    sys.exit(0 if found["ok"] else 1)


if __name__ == "__main__":
    guarded(main)

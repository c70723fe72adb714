"""From a heartbeat to its alert on the disk, and what watching costs, in a live run at real time.

``python -m benchmarks.live_latency [--minutes M] [--record PATH ...] [--json FILE]``: the real
``sibeat monitor`` on a real pseudo-terminal that a simulated board (text, one lead, many ectopics,
or WFDB records one after the other) feeds at real time, its screen drawn on another one. Prints
JSON; leaves with 1 when one of `LIMITS` is broken.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.ecg.beats import GRID_FS, WINDOW_AFTER
from sibeat.ecg.ec57_report import STANDARD_WINDOW_MS
from sibeat.ecg.errors import SourceError
from sibeat.ecg.filters import DELAY_S

from .figures import percentiles
from .live_board import LiveBoard
from .machine import describe
from .worker import REPOSITORY, one_thread

FS = 500.0
UTTERANCE_S = 0.004
"""signal that the board says at once, s; chosen by us: two samples, so that it adds little"""
ROWS, COLUMNS = 32, 100
UNAVOIDABLE_S = WINDOW_AFTER / GRID_FS + DELAY_S
"""the student's window after the R-peak, and the filter's delay"""
LIMITS = {"r_peak_to_disk_p99_s": 0.8, "ours_p99_s": 0.1, "processor_load": 0.25}
"""most that each may be: delays in s, load in shares of a processor: requirements of the project"""
STARTED_S = 10.0
"""from when on the load is counted: before that neurokit2 is loaded beside the stream, once"""
NEAR_S = STANDARD_WINDOW_MS / 1000
"""distance at which an alert is of a true beat (EC57)"""


@dataclass(frozen=True, slots=True)
class Sync:
    """The alert log has reached the disk up to here."""

    n_bytes: int
    clock_s: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class LiveRun:
    """What a run left behind."""

    board: LiveBoard
    lines: list[tuple[dict[str, Any], float]]
    """line of the alert log, and the monotonic clock when it was on the disk"""
    syncs: list[Sync]


@contextmanager
def terminal() -> Iterator[int]:
    """A terminal whose output is read and thrown away; gives its descriptor."""
    master, inside = os.openpty()
    termios.tcsetwinsize(inside, (ROWS, COLUMNS))
    reader = threading.Thread(target=_throw_away, args=(master,), daemon=True)
    reader.start()
    try:
        yield inside
    finally:
        os.close(inside)
        reader.join()
        os.close(master)


def _throw_away(master: int) -> None:
    try:
        while os.read(master, 65_536):
            pass
    except OSError:  # EIO: nobody has the terminal open any more
        return


def live_run(folder: Path, seconds: float, screen: bool, record: Path | None) -> LiveRun:
    """Let the monitor watch the board for so many seconds."""
    log, notes = folder / "alerts.jsonl", folder / "notes.json"
    command = [sys.executable, "-m", "benchmarks.noted_monitor", str(notes)]
    command += ["--protocol", "text", "--duration", f"{seconds:g}"]
    command += ["--alerts", str(log), "--annotate", str(folder)]
    environment = one_thread() | {"TERM": "xterm-256color"}
    with LiveBoard(FS, UTTERANCE_S, record=record) as board, terminal() as inside:
        command += [
            "--fs",
            f"{board.fs:g}",
            "--serial",
            board.port,
            "--screen" if screen else "--headless",
        ]
        subprocess.run(
            command,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            cwd=REPOSITORY,
            env=environment,
            check=True,
        )
    inode = log.stat().st_ino
    noted = json.loads(notes.read_text(encoding="utf-8"))
    syncs = [Sync(*note[1:]) for note in noted if note[0] == inode]
    return LiveRun(board, list(timed_lines(log, syncs)), syncs)


def timed_lines(log: Path, syncs: list[Sync]) -> Iterator[tuple[dict[str, Any], float]]:
    """Give each line of a log with the clock when it was on the disk."""
    n_bytes, waiting = 0, iter(syncs)
    sync = next(waiting)
    for line in log.read_bytes().splitlines(keepends=True):
        n_bytes += len(line)
        while sync.n_bytes < n_bytes:
            sync = next(waiting)
        yield json.loads(line), sync.clock_s


def latencies(runs: list[LiveRun]) -> dict[str, Any]:
    """Time from R-peaks to the disk, of provisional alerts of all runs, and its parts."""
    alerts = [
        (run.board, *line) for run in runs for line in run.lines if line[0]["type"] == "alert"
    ]
    timely = [alert for alert in alerts if alert[1]["stage"] == "provisional"]
    whole = [at_s - board.said_at_s(line["sample"]) for board, line, at_s in timely]
    return {
        "n_late_alerts": len(alerts) - len(timely),
        "share_at_a_true_beat": share_near([(board, line["sample"]) for board, line, _ in timely]),
        "r_peak_to_disk_s": percentiles(whole),
        "ours_s": percentiles([value - UNAVOIDABLE_S for value in whole]),
        "of_this_signal_needed_s": percentiles(
            [(line["decided_at_sample"] - line["sample"]) / board.fs for board, line, _ in timely]
        ),
        "from_the_last_sample_to_disk_s": percentiles(
            [at_s - board.said_at_s(line["decided_at_sample"] - 1) for board, line, at_s in timely]
        ),
    }


def share_near(samples: list[tuple[LiveBoard, int]]) -> float:
    """Share of alerts at a beat that their board really said: the clocks are the same."""
    near = [
        min(abs(sample - beat) for beat in board.beats) <= NEAR_S * board.fs
        for board, sample in samples
    ]
    return round(sum(near) / max(1, len(near)), 4)


def load(run: LiveRun) -> dict[str, float]:
    """Processor time of the monitor over wall time, from when it is loaded to the stream's end."""
    begin, last = run.syncs[0], run.syncs[-1]
    later = (sync for sync in run.syncs if sync.clock_s >= begin.clock_s + STARTED_S)
    first = next(later, None)
    if first is None or first is last:
        raise SourceError(f"the monitor wrote nothing from {STARTED_S:g} s on: measure for longer")
    wall_s = last.clock_s - first.clock_s
    share = (last.processor_s - first.processor_s) / wall_s
    start_s = first.processor_s - begin.processor_s
    return {
        "of_one_core": round(share, 4),
        "wall_s": round(wall_s, 1),
        "processor_s_of_the_start": round(start_s, 2),
    }


def run_once(seconds: float, screen: bool, record: Path | None) -> LiveRun:
    """Run in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        return live_run(Path(folder), seconds, screen, record)


def measure(minutes: float, records: list[Path]) -> dict[str, Any]:
    """Run with the screen, over each record, and half as long without, over the first."""
    load_before = os.getloadavg()[0]
    begin = time.monotonic()
    hearts: list[Path | None] = [*records] or [None]
    runs = [run_once(60 * minutes, True, heart) for heart in hearts]
    found = latencies(runs)
    loads = {
        "screen": max((load(run) for run in runs), key=lambda found: found["of_one_core"]),
        "headless": load(run_once(30 * minutes, False, hearts[0])),
    }
    got = {
        "r_peak_to_disk_p99_s": found["r_peak_to_disk_s"]["p99"],
        "ours_p99_s": found["ours_s"]["p99"],
        "processor_load": loads["screen"]["of_one_core"],
    }
    checks = {name: value <= LIMITS[name] for name, value in got.items()}
    return {
        "records": [record.name for record in records],
        "fs": runs[0].board.fs,
        "screen": f"{COLUMNS}x{ROWS}",
        "latency": found,
        "processor": loads,
        "limits": LIMITS,
        "checks": checks,
        "ok": all(checks.values()),
        "took_s": round(time.monotonic() - begin, 1),
        "load_average_1_min_before": round(load_before, 2),
        "machine": describe(),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="of a run with the screen")
    parser.add_argument("--record", type=Path, nargs="*", default=[], help="WFDB, with .atr")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    if 30 * options.minutes < 2 * STARTED_S:
        parser.error(f"--minutes {options.minutes:g}: expected {STARTED_S / 15:.2g} or more")
    found = measure(options.minutes, options.record)
    text = json.dumps(found, indent=1)
    print(text)
    if options.json is not None:
        options.json.write_text(text, encoding="utf-8")
    sys.exit(0 if found["ok"] else 1)


if __name__ == "__main__":
    guarded(main)

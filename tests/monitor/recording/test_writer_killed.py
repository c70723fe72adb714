"""What a kill costs a recording."""

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sibeat.monitor.recording.format import Entry
from sibeat.monitor.recording.reader import RecordingReader

N_KILLS = 50
AT_ONCE = 5
CHILD = """
import sys, time
from pathlib import Path
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.recording.format import Entry

recording = Recording(Path(sys.argv[1]), {"name": "s"}, part_bytes=50_000)
number = 0
while True:
    for _ in range(20):
        recording.add(Entry("read", number, b"%d," % number * 3))
        number += 1
    print(number, time.monotonic(), flush=True)
    time.sleep(0.01)
"""
"""a board that sends as 20 do, and says what it has handed over, and when"""


def kill_one(folder: Path, alive_s: float) -> list[tuple[int, float]]:
    """Let a process record, kill it; gives what it said."""
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(alive_s)
        process.send_signal(signal.SIGKILL)
        said = [first, *process.stdout.readlines()]
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(int(number), float(moment)) for number, moment in whole]


def check_killed(folder: Path, said: list[tuple[int, float]]) -> None:
    """Everything is there that was handed over a second before the last word."""
    reader = RecordingReader(folder)
    numbers = []
    for told in reader.entries():
        assert isinstance(told, Entry)
        assert told.data == b"%d," % told.time_s * 3
        numbers.append(int(told.time_s))
    assert numbers == list(range(len(numbers)))
    assert reader.survey.n_missing == 0
    last_moment = said[-1][1]
    safe = [number for number, moment in said if moment <= last_moment - 1.0]
    assert len(numbers) >= max(safe, default=0)


@pytest.mark.slow
def test_a_kill_at_any_moment_costs_less_than_a_second(tmp_path: Path) -> None:
    moments = random.Random(5)
    alive_s = [moments.uniform(0.0, 2.0) for _ in range(N_KILLS)]
    results: list[tuple[Path, list[tuple[int, float]]]] = []

    def work(numbers: range) -> None:
        for number in numbers:
            folder = tmp_path / str(number)
            results.append((folder, kill_one(folder, alive_s[number])))

    workers = [
        threading.Thread(target=work, args=[range(first, N_KILLS, AT_ONCE)])
        for first in range(AT_ONCE)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == N_KILLS
    for folder, said in results:
        check_killed(folder, said)

"""Fresh processes for measurements: one thread each, a JSON object as their answer."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sibeat.ecg.errors import SibeatError

REPOSITORY = Path(__file__).parents[1]

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}


def one_thread() -> dict[str, str]:
    """Environment of this process, numeric libraries held to one thread."""
    return {**os.environ, **ONE_THREAD}


def put(answer: dict[str, Any]) -> None:
    """Answer to whoever started this process."""
    json.dump(answer, sys.stdout)


def ask(module: str, *arguments: str) -> dict[str, Any]:
    """Run a measurement of this folder in a process of its own; its failure ends this one too."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        env=one_thread(),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SibeatError(
            f"benchmarks.{module} ended with exit code {done.returncode} (-N: killed by signal N); "
            "what it said is above"
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def wall_time(command: list[str]) -> float:
    """Seconds that a command takes from its start to its end.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails.
    """
    begin = time.perf_counter()
    subprocess.run(command, env=one_thread(), check=True, capture_output=True)
    return time.perf_counter() - begin

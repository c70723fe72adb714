"""A log that another process writes."""

import time
from pathlib import Path

LIMIT_S = 60
"""after which a process that should have written, or ended, is a failure"""


def wait_for_lines(path: Path, count: int) -> None:
    """Wait until a log has so many lines."""
    end = time.monotonic() + LIMIT_S
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < end, f"{path} has no {count} lines"
        time.sleep(0.02)

"""A stream, a clock that tests turn, and the lines of a log."""

import json
from pathlib import Path
from typing import Any

from sibeat.ecg.stream import StreamInfo

INFO = StreamInfo("208", "replay 208", 360.0, "MLII")


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

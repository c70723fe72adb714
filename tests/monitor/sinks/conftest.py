"""An alert, a stream, a clock that tests turn, and the lines of a log."""

import json
from pathlib import Path
from typing import Any

from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import Alert

INFO = StreamInfo("208", "replay 208", 360.0, "MLII")
ALERT = Alert(
    sample=360,
    decided_at_sample=600,
    stage="provisional",
    score=0.75,
    threshold=0.5,
    morphology=-2.0,
    rhythm=0.25,
    kind="ventricular-like",
    rr_pre_s=0.8,
    rr_post_s=None,
    hr_bpm=75.0,
    error_trace=(0.1,) * 40,
    priority="medium",
    announced=True,
)


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

"""What a soak's outputs say: the alert log, the annotations, the size of the recording."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sibeat.ecg.annotation import annotations_in, is_beat


def event_lines(path: Path) -> list[dict[str, Any]]:
    """Lines of the log that are events, without their time of day."""
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    for line in lines:
        del line["time"]
    return [line for line in lines if line["type"] != "session"]


def log_figures(path: Path) -> dict[str, Any]:
    """What the log says; a line that does not parse raises."""
    types: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    end: dict[str, Any] = {}
    with path.open(encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            types[line["type"]] += 1
            if "n_samples" in line:
                lost[line["reason"]] += line["n_samples"]
            end = line
    whole = end.get("phase") == "end" and end.get("alerts") == types["alert"]
    return {"lines": dict(types), "gap_samples": dict(lost), "whole": whole, "end": end}


def count_beats(folder: Path) -> int:
    """Beats in all annotation files of a folder."""
    found = (annotation for file in folder.iterdir() for annotation in annotations_in(file))
    return sum(is_beat(annotation.symbol) for annotation in found)


def size_mb(folder: Path) -> float:
    """Size of the files in a folder, MB."""
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6

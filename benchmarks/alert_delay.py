"""Delay from an R-peak to its alert, in time of the signal: it does not depend on the machine.

``python -m benchmarks.alert_delay --data DIR --record NNN ...`` prints JSON. A late alert belongs
to a beat that was searched back for, or that only the following RR interval shows to be abnormal.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.ecg.record import open_record
from sibeat.model.artefact import load_student
from sibeat.monitor.events import Alert, Event

from .figures import percentiles
from .replaying import events_of
from .worker import put


def delays_s(events: Iterable[Event], fs: float) -> dict[str, list[float]]:
    """Delays of the alerts by stage, s."""
    delays: dict[str, list[float]] = {"provisional": [], "late": []}
    for event in events:
        if isinstance(event, Alert):
            delays[event.stage].append((event.decided_at_sample - event.sample) / fs)
    return delays


def measure(data: Path, names: list[str]) -> dict[str, Any]:
    """Delays of all alerts of the records together."""
    student = load_student()
    delays: dict[str, list[float]] = {"provisional": [], "late": []}
    for name in names:
        path = data / name
        found = delays_s(events_of(path, student), open_record(path).fs)
        for stage, values in found.items():
            delays[stage] += values
    n_alerts = sum(map(len, delays.values()))
    return {
        "records": names,
        "provisional_s": percentiles(delays["provisional"]),
        "late_s": percentiles(delays["late"]),
        "late_share": round(len(delays["late"]) / max(1, n_alerts), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--record", action="append", required=True)
    given = parser.parse_args()
    put(measure(given.data, given.record))


if __name__ == "__main__":
    guarded(main)

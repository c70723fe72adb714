"""How fast the monitor is, what it takes and how soon it tells; its peers beside it.

``python -m benchmarks.speed --data DIR [--record NNN ...] [--all] [--json FILE]`` prints JSON, and
a table on standard error. Each measurement runs in a fresh process on one thread; see the module
of its name for what is in it. This process imports nothing heavy: a child's peak memory counts
from its parent's.
"""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from sibeat.cli.errors import guarded
from sibeat.ecg.record_folder import require_records

from . import machine, start_up
from .publishing import publish
from .speed_table import table
from .worker import ask

RECORD = "208"
"""record measured by default: many beats, a third of them ventricular"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of WFDB records")
    parser.add_argument("--record", action="append", help=f"measured with peers ({RECORD})")
    parser.add_argument("--all", action="store_true", help="all others too, without peers")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--hours", type=float, default=24.0, help="length of the long stream")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """All measurements, one after the other."""
    names = given.record or [RECORD]
    require_records(given.data, names, "--data and --record")
    data = ("--data", str(given.data.resolve()))
    records = [option for name in names for option in ("--record", name)]
    every = ("--all",) if given.all else ()
    stream = sorted(header.stem for header in given.data.glob("*.hea"))
    streams = [option for name in stream for option in ("--record", name)]
    figures = {"machine": machine.describe()}
    repeats = ("--repeats", str(given.repeats))
    figures["real_time_factor"] = ask("real_time", *data, *records, *every, *repeats)
    figures["time_per_beat"] = ask("beat_cost", *data, *records[:2])
    figures["start_up_s"] = start_up.measure(given.repeats)
    figures["peak_memory"] = memory(data, streams, given.hours)
    figures["alert_delay"] = ask("alert_delay", *data, *(streams if given.all else records))
    return figures


def memory(data: tuple[str, ...], streams: list[str], hours: float) -> dict[str, Any]:
    """Half an hour beside the long stream."""
    short = ask("peak_memory", *data, *streams, "--hours", str(min(0.5, hours)))
    long = ask("peak_memory", *data, *streams, "--hours", str(hours))
    return {"short": short, "long": long, "ratio": round(long["peak_mb"] / short["peak_mb"], 4)}


def main() -> None:
    given = arguments()
    figures = measure(given)
    Console(stderr=True).print(table(figures))
    publish(figures, given.json)


if __name__ == "__main__":
    guarded(main)

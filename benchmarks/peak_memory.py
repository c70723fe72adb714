"""Peak memory of a process that runs the pipeline over a stream of given length.

``python -m benchmarks.peak_memory --data DIR --record NNN ... --hours H`` prints JSON. A long
stream is one stream, made of the records one after the other and again from the first; no more of
it is held than the pipeline holds.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.ecg.stream import Chunk, Item
from sibeat.model.artefact import load_student

from .replaying import pipeline_for, replay
from .worker import put


def endless(paths: list[Path], chunk_s: float | None = None) -> Iterator[Item]:
    """The records one after the other, over and over, as one stream from sample 0."""
    offset = 0
    for path in cycle(paths):
        stop = offset
        for item in replay(path, chunk_s):
            stop = offset + item.stop
            yield moved(item, offset)
        offset = stop


def moved(item: Item, offset: int) -> Item:
    """The item, later by `offset` samples."""
    if isinstance(item, Chunk):
        return Chunk(item.start + offset, item.samples)
    return replace(item, start=item.start + offset)


def peak_mb() -> float:
    """Greatest resident memory of this process so far, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def measure(paths: list[Path], hours: float) -> dict[str, Any]:
    info = replay(paths[0]).info
    n_samples = round(hours * 3600.0 * info.fs)
    pipeline = pipeline_for(replace(info, n_samples=n_samples), load_student())
    before_mb = peak_mb()
    n_events, begin = 0, time.perf_counter()
    for item in endless(paths):
        n_events += len(pipeline.feed(item).events)
        if item.stop >= n_samples:
            break
    return {
        "hours": hours,
        "peak_mb": round(peak_mb(), 1),
        "before_the_stream_mb": round(before_mb, 1),
        "n_events": n_events,
        "real_time_factor": round(hours * 3600.0 / (time.perf_counter() - begin), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--record", action="append", required=True)
    parser.add_argument("--hours", type=float, required=True)
    given = parser.parse_args()
    put(measure([given.data / name for name in given.record], given.hours))


if __name__ == "__main__":
    guarded(main)

"""Time per beat: of cutting and scoring it, and of the live chunk that brings it.

``python -m benchmarks.beat_cost --data DIR --record NNN`` prints JSON. ``cut_and_score`` holds
the window on the student's grid, its normalisation, the student, the distances from the usual
beat, the provisional and the final score, and learning the beat; filters and R-peak detection are
not in it. ``live_chunk`` is all of ``Pipeline.feed`` for 40 ms of signal, whatever it holds;
``live_chunk_with_beat`` the ones of these that gave a beat. ``whole_pipeline_mean`` is the work of
a ``--speed max`` replay over its number of beats. The processor's clock leaves out what other
processes take meanwhile; the wall's does not.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.beats import cut_window, normalise
from sibeat.ecg.filters import filter_record
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import DoubleArray
from sibeat.model.artefact import Student, load_student
from sibeat.model.baseline import PatientBaseline, SeenBeat
from sibeat.model.scorer import Scorer
from sibeat.monitor.events import BeatEvent
from sibeat.monitor.settings import PipelineSettings

from .clocks import Timing, timed
from .figures import percentiles
from .replaying import events_of, pipeline_for, replay
from .worker import put

LIVE_CHUNK_S = 0.04
"""what a paced replay feeds at once; a serial port gives about as much"""


def filtered_lead(path: Path) -> DoubleArray:
    """A whole lead through the monitor's filter; samples that are not valid as 0."""
    record = open_record(path)
    samples = np.nan_to_num(np.concatenate(list(record.blocks())))
    return filter_record(samples.astype(np.float64), record.fs, PipelineSettings().mains_hz)


def cut_and_score(path: Path, r_peaks: list[int], student: Student) -> list[Timing]:
    """Time of each beat."""
    filtered, fs = filtered_lead(path), open_record(path).fs
    scorer = Scorer(student, PatientBaseline())

    def work(r_peak: int) -> None:
        window, amplitude = normalise(cut_window(filtered, fs, float(r_peak)))
        score = scorer.provisional(window, amplitude, 0.0)
        scorer.final(score, 0.0)
        scorer.learn(SeenBeat(window, amplitude, None), score, None)

    return [timed(work, r_peak)[0] for r_peak in r_peaks]


def live_chunks(path: Path, student: Student) -> tuple[list[Timing], list[Timing]]:
    """Time of each live chunk, and of those that gave a beat."""
    source = replay(path, LIVE_CHUNK_S)
    pipeline = pipeline_for(source.info, student)
    every, with_beat = [], []
    for item in source:
        timing, step = timed(pipeline.feed, item)
        every.append(timing)
        if any(isinstance(event, BeatEvent) for event in step.events):
            with_beat.append(timing)
    return every, with_beat


def both_clocks(timings: list[Timing]) -> dict[str, Any]:
    """Percentiles in ms."""
    return {
        "wall_ms": percentiles([1000.0 * timing.wall_s for timing in timings]),
        "cpu_ms": percentiles([1000.0 * timing.cpu_s for timing in timings]),
    }


def measure(path: Path) -> dict[str, Any]:
    """All figures of one record."""
    student = load_student()
    pipeline_for(replay(path).info, student)  # what it imports is no beat's cost
    whole, events = timed(lambda: list(events_of(path, student)))
    r_peaks = [event.sample for event in events if isinstance(event, BeatEvent)]
    every, with_beat = live_chunks(path, student)
    return {
        "record": path.name,
        "cut_and_score": both_clocks(cut_and_score(path, r_peaks, student)),
        "live_chunk": both_clocks(every),
        "live_chunk_with_beat": both_clocks(with_beat),
        "whole_pipeline_mean": {
            "wall_ms": round(1000.0 * whole.wall_s / max(1, len(r_peaks)), 4),
            "cpu_ms": round(1000.0 * whole.cpu_s / max(1, len(r_peaks)), 4),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--record", required=True)
    given = parser.parse_args()
    put(measure(given.data / given.record))


if __name__ == "__main__":
    guarded(main)

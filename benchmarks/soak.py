"""Hours of stream at high speed, with random faults: nothing leaks, nothing is lost uncounted.

``python -m benchmarks.soak --hours 24`` runs the monitor's own code (decoder, live stream, reader
thread, pipeline, alert log, annotations, recording) over a simulated board, prints what it found as
JSON and leaves with 1 when a check fails. `make soak` runs it for 24 hours of stream.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sibeat.cli.errors import guarded
from sibeat.ecg.stream import Chunk, Item, StreamInfo
from sibeat.model.artefact import load_student
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import GapEvent
from sibeat.monitor.pipeline import Pipeline, Step
from sibeat.monitor.protocols.codec import make_decoder
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.session import Session
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.annotations import AnnotationSink
from sibeat.monitor.sinks.base import Headless, Sink
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.recorded_source import RecordedSource, recorded_now
from sibeat.monitor.stopping import StopRequest

from .machine import describe
from .peak_memory import peak_mb
from .publishing import publish
from .soak_board import CLOCK_START_S, SoakBoard
from .soak_outputs import count_beats, event_lines, log_figures, size_mb
from .soak_truth import Truth

FIRST_S = 3600.0
"""stream time after which memory must not grow, s"""
GROWTH = 1.10
"""most that peak memory may grow after that: a requirement of the project"""


@dataclass(slots=True)
class Fed:
    """What the pipeline was given, and what the process needed meanwhile."""

    n_samples: int = 0
    gaps: Counter[str] = field(default_factory=Counter)
    """reason -> samples"""
    told: Counter[str] = field(default_factory=Counter)
    """the same by the pipeline's events: a short loss may be part of a longer one (ecg/losses)"""
    stop: int = 0
    contiguous: bool = True
    peak_first_mb: float | None = None
    peak_end_mb: float = 0.0
    truth: Truth | None = None

    def take(self, item: Item, fs: float, first_s: float) -> None:
        """Count an item; `first_s` is the stream time at which the memory is looked at."""
        self.contiguous = self.contiguous and item.start == self.stop
        self.stop = item.stop
        if isinstance(item, Chunk):
            self.n_samples += len(item.samples)
            if self.truth is not None:
                self.truth.compare(item)
        else:
            self.gaps[item.reason] += item.n_samples
        if self.peak_first_mb is None and item.stop >= first_s * fs:
            self.peak_first_mb = peak_mb()


class CountingPipeline:
    """The pipeline, with everything counted that goes in."""

    def __init__(self, pipeline: Pipeline, fed: Fed, fs: float, first_s: float) -> None:
        self._pipeline, self._fed, self._fs, self._first_s = pipeline, fed, fs, first_s
        self.latency_samples = pipeline.latency_samples

    @property
    def baseline_state(self) -> BaselineState:
        """What the patient's baseline does now."""
        return self._pipeline.baseline_state

    def feed(self, item: Item) -> Step:
        """Count the item and process it."""
        self._fed.take(item, self._fs, self._first_s)
        return self._count(self._pipeline.feed(item))

    def flush(self) -> Step:
        """Give what is held back."""
        return self._count(self._pipeline.flush())

    def _count(self, step: Step) -> Step:
        for event in step.events:
            if isinstance(event, GapEvent):
                self._fed.told[event.reason] += event.n_samples
        return step


def run(board: SoakBoard, folder: Path, first_s: float) -> tuple[Fed, dict[str, Any]]:
    """Run the monitor over the board's stream, with all its outputs in `folder`."""
    decoder = make_decoder(board.board)
    source = LiveSource(board, decoder, LiveStream(decoder), "soak", live=False)
    recording = Recording(folder / "recording", {"name": "soak"} | recorded_now(CLOCK_START_S))
    source.tap(recording.tap)
    log = AlertLog(folder / "alerts.jsonl", sync_each=False)
    outputs: list[Sink] = [log, AnnotationSink(folder / "annotations"), recording]
    fed = run_session(source, outputs, first_s, board.truth)
    return fed, {"decoder_garbage": decoder.counts.n_garbage, "gaps": source.status().n_gaps}


def run_session(
    source: LiveSource, outputs: list[Sink], first_s: float, truth: Truth | None = None
) -> Fed:
    """Run one session to its end."""
    fed, student = Fed(truth=truth), load_student(None)

    def make_pipeline(info: StreamInfo) -> CountingPipeline:
        pipeline = Pipeline(info, student, PipelineSettings())
        return CountingPipeline(pipeline, fed, info.fs, first_s)

    quiet = Headless(lambda text: None)
    outcome = Session(source, make_pipeline, outputs, quiet, StopRequest()).run()
    if outcome.error is not None:
        raise outcome.error
    return fed


def replayed_equals(board: SoakBoard, folder: Path) -> bool:
    """Replay the recording, and compare log and annotations to the bit."""
    decoder = make_decoder(board.board)
    reader = RecordingReader(folder / "recording")
    source = RecordedSource(reader, decoder, LiveStream(decoder), None)
    log = AlertLog(folder / "replayed.jsonl", sync_each=False)
    run_session(source, [log, AnnotationSink(folder / "replayed")], FIRST_S)
    same_beats = all(
        (folder / "replayed" / file.name).read_bytes() == file.read_bytes()
        for file in (folder / "annotations").iterdir()
    )
    lines = [event_lines(folder / name) for name in ("alerts.jsonl", "replayed.jsonl")]
    return same_beats and lines[0] == lines[1]


def soak(hours: float, protocol: str, seed: int, folder: Path, replay: bool) -> dict[str, Any]:
    """Run the soak and judge it."""
    seconds = hours * 3600
    first_s = min(FIRST_S, seconds / 2)
    board = SoakBoard(protocol, seconds, seed)
    begin = time.perf_counter()
    fed, counts = run(board, folder, first_s)
    wall_s = time.perf_counter() - begin
    fed.peak_end_mb = peak_mb()
    log = log_figures(folder / "alerts.jsonl")
    n_beats = count_beats(folder / "annotations")
    checks = checks_of_stream(board, fed) | checks_of_outputs(fed, log, n_beats, folder)
    if replay:
        checks["replay equal to the bit"] = replayed_equals(board, folder)
    return {
        "hours": hours,
        "protocol": protocol,
        "seed": seed,
        "wall_s": round(wall_s, 1),
        "times_real_time": round(seconds / wall_s, 1),
        "board": asdict(board.counts) | {"faults": asdict(board.encoder.counts)},
        "samples": {
            "processed": fed.n_samples,
            "in_gaps": dict(fed.gaps),
            "uncounted": board.counts.n_samples - fed.stop,
            "misplaced": board.truth.n_misplaced,
        },
        "log_lines": log["lines"],
        "beats": n_beats,
        "recording_mb": round(size_mb(folder / "recording"), 1),
        "peak_memory_mb": {"first": fed.peak_first_mb, "end": fed.peak_end_mb, "first_s": first_s},
        **counts,
        "checks": checks,
        "ok": all(checks.values()),
    }


def checks_of_stream(board: SoakBoard, fed: Fed) -> dict[str, bool]:
    """Check memory, and what the pipeline was given against what the board said."""
    first_mb = fed.peak_first_mb
    return {
        "memory": first_mb is not None and fed.peak_end_mb <= GROWTH * first_mb,
        "every sample processed or counted": board.counts.n_samples == fed.stop,
        "every sample in its place": board.truth.n_misplaced <= board.encoder.counts.n_damaged,
        "stream contiguous": fed.contiguous and fed.n_samples + fed.gaps.total() == fed.stop,
        "events tell every lost sample": fed.told.total() == fed.gaps.total(),
    }


def checks_of_outputs(fed: Fed, log: dict[str, Any], n_beats: int, folder: Path) -> dict[str, bool]:
    """Check log, annotations and recording against what the pipeline said.

    Parameters
    ----------
    fed : what the pipeline was given
    log : figures of the log
    n_beats : in the annotations
    folder : of the outputs
    """
    survey = RecordingReader(folder / "recording").survey
    return {
        "log whole": bool(log["whole"]),
        "log tells every gap": log["gap_samples"] == dict(fed.told),
        "annotations whole": n_beats == log["end"]["beats"],
        "recording whole": not survey.damage and survey.n_missing == 0,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0, help="of stream")
    parser.add_argument("--protocol", default="openbci-cyton", help="a board, or text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", action="store_true", help="replay the recording and compare")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        found = soak(options.hours, options.protocol, options.seed, Path(folder), options.replay)
    publish(found | {"machine": describe()}, options.json)
    sys.exit(0 if found["ok"] else 1)


if __name__ == "__main__":
    guarded(main)

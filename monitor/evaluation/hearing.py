"""The live pipeline over one record, in chunks as a port would deliver them; what it said is kept.

Only processor time of the pipeline is measured, so that records can run beside each other.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time

from sibeat.ecg.record import Record
from sibeat.ecg.stream import Item
from sibeat.model.artefact import Student
from sibeat.model.baseline import PatientBaseline
from sibeat.monitor.counting import EventCounter
from sibeat.monitor.events import Alert, BeatEvent, BeatFinal, Event, Revision
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.noise_marks import NoiseMark, NoiseMarks
from sibeat.monitor.sources.pacing import PACED_CHUNK_S
from sibeat.monitor.sources.replay import ReplaySource
from sibeat.monitor.summary import QualityOrLost


@dataclass(frozen=True, slots=True)
class Heard:
    """What the monitor said of a record."""

    fs: float
    """sampling rate of the stream, Hz"""
    n_samples: int
    beats: tuple[BeatFinal, ...]
    alerts: tuple[Alert, ...]
    revisions: tuple[Revision, ...]
    judged_at: tuple[int, ...]
    """when each beat got its provisional score, length of the stream"""
    quality_s: Mapping[QualityOrLost, float]
    """seconds of each signal quality, and of what was lost"""
    rhythm_events: Mapping[str, int]
    """rhythm events by name"""
    noise: tuple[NoiseMark, ...]
    """where the signal is unfit, as annotation files say it"""
    cpu_s: float
    """processor time of the pipeline"""

    @property
    def duration_s(self) -> float:
        """Length of the stream."""
        return self.n_samples / self.fs


class Listener:
    """Keeps what is judged of a pipeline's events, and not the beats' windows."""

    def __init__(self, fs: float) -> None:
        self._fs = fs
        self._counter = EventCounter(fs, 0)
        self._beats: list[BeatFinal] = []
        self._alerts: list[Alert] = []
        self._revisions: list[Revision] = []
        self._judged_at: list[int] = []
        self._noise_marks = NoiseMarks()
        self._noise: list[NoiseMark] = []

    def take(self, event: Event) -> None:
        """Keep one event."""
        self._counter.take(event)
        self._noise += self._noise_marks.take(event)
        match event:
            case BeatEvent():
                self._judged_at.append(event.decided_at_sample)
            case BeatFinal():
                self._beats.append(event)
            case Alert():
                self._alerts.append(event)
            case Revision():
                self._revisions.append(event)

    def heard(self, n_samples: int, cpu_s: float = 0.0) -> Heard:
        """Tell what was kept of a stream of `n_samples`."""
        return Heard(
            fs=self._fs,
            n_samples=n_samples,
            beats=tuple(self._beats),
            alerts=tuple(self._alerts),
            revisions=tuple(self._revisions),
            judged_at=tuple(self._judged_at),
            quality_s=dict(self._counter.quality_s(n_samples)),
            rhythm_events=Counter(self._counter.events),
            noise=tuple(self._noise),
            cpu_s=cpu_s,
        )


def hear(
    record: Record,
    student: Student,
    settings: PipelineSettings,
    *,
    chunk_s: float = PACED_CHUNK_S,
    duration_s: float | None = None,
    baseline: PatientBaseline | None = None,
) -> Heard:
    """Run the pipeline over a record as fast as it goes.

    Parameters
    ----------
    record : one lead
    student, settings : of the pipeline
    chunk_s : length of a chunk, s; any gives the same events
    duration_s : how much of the record, s; None: all of it
    baseline : of the patient; None to learn it anew, as the settings say
    """
    source = ReplaySource(record, speed=None, chunk_s=chunk_s, duration_s=duration_s)
    pipeline = Pipeline(source.info, student, settings, baseline)
    listener = Listener(record.fs)
    n_samples, cpu_s = 0, 0.0
    for item in source:
        events, took_s = _timed(pipeline, item)
        n_samples, cpu_s = item.stop, cpu_s + took_s
        for event in events:
            listener.take(event)
    events, took_s = _timed(pipeline, None)
    for event in events:
        listener.take(event)
    return listener.heard(n_samples, cpu_s + took_s)


def _timed(pipeline: Pipeline, item: Item | None) -> tuple[list[Event], float]:
    """Feed an item, or flush; the time is the processor's, in s."""
    begin = process_time()
    step = pipeline.flush() if item is None else pipeline.feed(item)
    return step.events, process_time() - begin

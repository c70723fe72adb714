"""One run of the monitor: source -> intake -> pipeline -> sinks and display, with a clean end.

However a run ends, what was processed is written first. The stream's end and a broken source come
after all that arrived; a key, a signal or ``--duration`` ends the run at once, and what still waits
in the queue is left (a recording notes where that was, and its replay ends there). A fault of the
program ends it at once, too: the outputs are told and closed, then the fault is raised.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from sibeat.ecg.errors import SibeatError, SourceError
from sibeat.ecg.stream import Item, StreamInfo
from sibeat.monitor.counting import EventCounter
from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.intake import Intake
from sibeat.monitor.item_cut import before
from sibeat.monitor.marks import Marks
from sibeat.monitor.outage import Outage
from sibeat.monitor.pipeline_contract import PipelineLike, Step
from sibeat.monitor.sinks.base import Display, Sink
from sibeat.monitor.sources.base import Source, SourceStatus
from sibeat.monitor.stopping import StopRequest
from sibeat.monitor.summary import Summary, Unwritten

TICK_S = 0.1
"""longest wait for samples before sinks and stops are seen to; chosen by us: nobody notices it"""

END_OF_STREAM = "the end of the stream"
END_OF_DURATION = "--duration"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended."""

    summary: Summary | None
    """None when it was stopped before the stream began"""
    stopped_by: str | None
    """key or signal that ended it; None for the stream's own end"""
    stop_sample: int = 0
    """index after the last sample that was processed"""
    error: SibeatError | None = None
    """what broke, after everything that had arrived was processed and written"""


@dataclass(frozen=True, slots=True)
class Session:
    """What one run of the monitor is put together from."""

    source: Source
    """opened, read and closed by the run"""
    make_pipeline: Callable[[StreamInfo], PipelineLike]
    """called once the stream is known"""
    sinks: Sequence[Sink]
    """already open; closed by the run"""
    display: Display
    stop: StopRequest
    """asked from keys and signals"""
    about: Mapping[str, Any] = field(default_factory=dict)
    """what the log's first line says of version, model and settings"""
    duration_s: float | None = None
    """signal after which the run ends, s; None for all of it"""
    clock: Callable[[], float] = time.monotonic
    """seconds; never goes back"""
    marks: deque[int] = field(default_factory=deque)
    """samples that the user marked; any thread may append"""
    recorded_marks: Sequence[RhythmEvent] = ()
    """marks of the run that a recording replays, in the order in which they were made"""
    notes_outages: bool = True
    """whether the source's absences are news to the sinks; those of a recording are past"""

    def run(self) -> Outcome:
        """Run until the stream ends or somebody asks for the end.

        Raises
        ------
        SourceError
            When the source cannot be opened.
        OutputError
            When an output cannot be written at the start.
        """
        begin = self.clock()
        with ExitStack() as cleanup:
            for sink in self.sinks:
                cleanup.callback(sink.close)
            intake = cleanup.enter_context(Intake(self.source))
            cleanup.callback(self.display.stop)
            self.display.listen()
            info = self._wait_open(intake)
            if info is None:
                return Outcome(None, self.stop.reason)
            run = StreamRun(self, intake, info)
            run.go()
        return run.outcome(self.clock() - begin)

    def _wait_open(self, intake: Intake) -> StreamInfo | None:
        """Wait for the source; None when somebody asked for the end meanwhile."""
        while self.stop.reason is None:
            info = intake.poll_open(TICK_S)
            if info is not None:
                return info
            self.display.tell(intake.status(), ())
        return None


class StreamRun:
    """A stream that is running: what is put together, plus where it is.

    Parameters
    ----------
    session : what it is put together from
    intake : the opened source
    info : its stream
    """

    def __init__(self, session: Session, intake: Intake, info: StreamInfo) -> None:
        self._session = session
        self._intake = intake
        self._info = info
        self._pipeline = session.make_pipeline(info)
        known = self._pipeline.baseline_state, self._pipeline.latency_samples
        self._counter = EventCounter(info.fs, info.first_sample, *known)
        self._position = info.first_sample
        self._limit = _limit(info, session.duration_s)
        self._marks = Marks(session.marks, session.recorded_marks)
        self._outage = Outage(session.clock)
        self._error: SibeatError | None = None
        self._ended = END_OF_STREAM

    def go(self) -> None:
        """Process the stream to its end, whatever that is, and write all of it.

        After a fault of the program, which is raised on, the pipeline is asked no more.
        """
        session, pipeline = self._session, self._pipeline
        with ExitStack() as ending:
            try:
                for sink in session.sinks:
                    sink.start(self._info, session.about)
                    ending.callback(self._end, sink)
                delay_s = pipeline.latency_samples / self._info.fs
                session.display.start(self._info, delay_s, pipeline.baseline_state)
                self._consume_all()
            except BaseException as error:
                self._ended = f"broken off by {error!r}"
                raise

    def outcome(self, wall_s: float) -> Outcome:
        """How it ended, after `wall_s` seconds; to be asked once everything is closed."""
        stopped_by = self._session.stop.reason
        return Outcome(self._summary(wall_s), stopped_by, self._position, self._error)

    def _consume_all(self) -> None:
        """Take what arrives, and then what the pipeline still holds."""
        try:
            self._consume()
        except SibeatError as error:
            self._error = error
            whose = "an error of the source" if isinstance(error, SourceError) else "an error"
            self._ended = f"{whose}: {error}"
        self._pass_on(self._pipeline.flush())
        self._take_marks()

    def _end(self, sink: Sink) -> None:
        """Give a sink the counts, the stream's rate and losses, and why it ended."""
        status = self._intake.status()
        rate = {"fs_measured": status.fs, "losses": status.losses}
        told = {"stream_warnings": list(status.warnings), "ended": self._ended}
        sink.end(self._position, self._counter.as_fields() | rate | told)

    def _consume(self) -> None:
        for item in self._intake.ticking(TICK_S):
            if item is not None and not self._process(item):
                self._ended = END_OF_DURATION
                return
            self._look_after_outputs()
            if self._session.stop.reason is not None:
                self._ended = self._session.stop.reason
                return

    def _process(self, item: Item) -> bool:
        """Process what lies before the limit; False when the limit is reached."""
        part = before(item, self._limit)
        if part is not None:
            step = self._pipeline.feed(part)
            self._position = part.stop
            self._pass_on(step)
            for step in self._marks.recorded(part.stop):
                self._pass_on(step)
        return self._limit is None or self._position < self._limit

    def _pass_on(self, step: Step) -> None:
        """Hand the events to everybody, and the trace to the display."""
        for event in step.events:
            self._counter.take(event)
            for sink in self._session.sinks:
                sink.take(event)
        self._session.display.show(step.events, step.trace, self._position)

    def _look_after_outputs(self) -> None:
        self._take_marks()
        for sink in self._session.sinks:
            sink.tick()
        status = self._intake.status()
        self._note_outage(status)
        warnings = [sink.warning for sink in self._session.sinks if sink.warning]
        self._session.display.tell(status, [*status.warnings, *warnings])

    def _note_outage(self, status: SourceStatus) -> None:
        """Let the sinks know once that the source went away, and once that it is back."""
        if self._session.notes_outages and self._outage.changes(status):
            for sink in self._session.sinks:
                sink.note(status, self._position)

    def _take_marks(self) -> None:
        for step in self._marks.pressed(self._position):
            self._pass_on(step)

    def _summary(self, wall_s: float) -> Summary:
        status, info, counter = self._intake.status(), self._info, self._counter
        return Summary(
            source=info.source,
            record=info.name,
            lead=info.lead,
            fs=info.fs,
            duration_s=(self._position - info.first_sample) / info.fs,
            wall_s=wall_s,
            ended=self._ended,
            beats=counter.beats,
            alerts=counter.alerts,
            loss=counter.loss(status.n_reconnects, status.n_garbage),
            delay=counter.delay,
            baseline=counter.baseline,
            mean_hr_bpm=counter.mean_hr_bpm,
            events=dict(counter.events),
            quality_s=counter.quality_s(self._position),
            unwritten=Unwritten.of(self._session.sinks),
            warnings=status.warnings,
        )


def _limit(info: StreamInfo, duration_s: float | None) -> int | None:
    if duration_s is None:
        return None
    return info.first_sample + max(1, round(duration_s * info.fs))

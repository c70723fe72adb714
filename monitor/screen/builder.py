"""Collects what the pipeline says and takes snapshots of it.

One lock guards all state: the pipeline's thread adds, the screen's thread takes snapshots, the key
thread presses keys. It is held for microseconds and never while drawing. Nothing grows with the
length of the stream.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter
from threading import Lock

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import (
    Alert,
    BaselineEvent,
    BeatEvent,
    Event,
    Priority,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.screen.keys import Key
from sibeat.monitor.screen.ring import ExtentMeter, TraceRing
from sibeat.monitor.screen.snapshot import AlertLine, Snapshot, TraceView
from sibeat.monitor.screen.tally import BeatTally
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.watches.episode import is_end

VIEW_S = 16.0
"""seconds of trace kept (chosen by us: 400 columns at 25 mm/s)"""
N_ALERTS = 64
"""alerts kept for the list (chosen by us: more than any terminal has rows for them)"""
MAX_GAIN_STEPS = 4
"""doublings of the gain in either direction (chosen by us: 1/16 to 16 times)"""
HR_STALE_S = 4.0
"""seconds without a beat after which no heart rate is shown: the time of an asystole-like event"""
BEHIND_S = 1.0
"""how far the screen is behind the stream at most, in a gap too, where nothing else tells the time;
chosen by us: longer than the pipeline's latency"""
SETTLE_S = 4.0
"""seconds after which all beats of a held trace have their final mark: as `HR_STALE_S`"""
UNLATCHED_S = 30.0
"""seconds after which an alert that is not of high priority no longer asks for attention (chosen by
us: the refractory time, after which it would be announced anew); high ones wait for somebody"""
URGENCY: dict[Priority, int] = {"high": 3, "medium": 2, "low": 1, "information": 0}


class SnapshotBuilder:
    """The screen's memory.

    Parameters
    ----------
    info
        The stream that is shown.
    bandwidth, delay, log_path
        Texts shown as they are.
    recording
        Whether what arrives is kept.
    baseline
        What the patient's baseline does at the start.
    on_mark
        Called with the absolute sample index when the user marks an event. The event itself comes
        back through `add_step`, as every other event does.
    """

    def __init__(
        self,
        info: StreamInfo,
        *,
        bandwidth: str = "3–40 Hz",
        delay: str = "",
        log_path: str = "",
        recording: bool = False,
        sweep_mm_s: float | None = None,
        baseline: BaselineState = "learning",
        on_mark: Callable[[int], None] | None = None,
    ) -> None:
        self._info = info
        self._on_mark = on_mark
        self._lock = Lock()
        self._ring = TraceRing(max(int(VIEW_S * info.fs), 1))
        self._meter = ExtentMeter(max(round(info.fs), 1))
        self._tally = BeatTally(VIEW_S, info)
        self._alerts: deque[AlertLine] = deque(maxlen=N_ALERTS)
        self._held: TraceView | None = None
        self._now = info.first_sample
        self._unacknowledged = 0
        self._still = Snapshot(
            source=info.source,
            lead=info.lead,
            fs=info.fs,
            unit=info.unit,
            bandwidth=bandwidth,
            delay=delay,
            trace=TraceView(),
            elapsed_s=0.0,
            total_s=None if info.n_samples is None else info.n_samples / info.fs,
            sweep_mm_s=sweep_mm_s,
            baseline=baseline,
            log_path=log_path,
            recording=recording,
        )

    def add_step(self, events: Iterable[Event], trace: Iterable[Chunk] = (), stop: int = 0) -> None:
        """Take in what one step of the pipeline said and filtered, and the index it came to."""
        with self._lock:
            self._now = max(self._now, stop - round(BEHIND_S * self._info.fs))
            for chunk in trace:
                self._ring.put(chunk)
                self._meter.put(chunk)
                self._now = max(self._now, chunk.stop)
            for event in events:
                self._now = max(self._now, event.decided_at_sample)
                self._take(event)
            self._settle_held()

    def add_status(self, status: SourceStatus, warnings: Iterable[str] = ()) -> None:
        """Replace the state of the source and the standing warnings."""
        with self._lock:
            self._still = replace(self._still, status=status, warnings=tuple(warnings))

    def freeze(self) -> None:
        """Hold the trace as it is now, or let it run again; nothing else stops."""
        with self._lock:
            self._held = None if self._held else self._trace()

    def acknowledge(self) -> None:
        """Settle all alerts given so far."""
        with self._lock:
            seen = [replace(line, acknowledged=True) for line in self._alerts]
            self._alerts = deque(seen, maxlen=N_ALERTS)
            self._unacknowledged = 0

    def change_gain(self, steps: int) -> None:
        """Double the gain `steps` times; a negative number halves it."""
        with self._lock:
            wanted = self._still.gain_steps + steps
            kept = max(-MAX_GAIN_STEPS, min(MAX_GAIN_STEPS, wanted))
            self._still = replace(self._still, gain_steps=kept)

    def mark(self) -> None:
        """Report a mark of the user at the newest sample."""
        if self._on_mark:
            self._on_mark(self._now)

    def press(self, key: Key) -> None:
        """Do what a key asks for; quitting is for whoever runs the stream."""
        if key == "freeze":
            self.freeze()
        elif key == "acknowledge":
            self.acknowledge()
        elif key == "mark":
            self.mark()
        elif key in ("gain_up", "gain_down"):
            self.change_gain(1 if key == "gain_up" else -1)

    def snapshot(self) -> Snapshot:
        """Everything as it is now."""
        with self._lock:
            tally = self._tally
            by_sample = sorted(self._alerts, key=attrgetter("sample"))
            fresh = (self._now - tally.last_beat) / self._info.fs <= HR_STALE_S
            present = not self._still.absent and self._still.quality != "lead_off"
            return replace(
                self._still,
                trace=self._held or self._trace(),
                frozen=self._held is not None,
                elapsed_s=self._seconds(self._now),
                hr_bpm=tally.hr_bpm if fresh and present else None,
                rr_s=tally.rr_s if present else None,
                n_beats=tally.n_beats,
                n_abnormal=tally.n_abnormal,
                beat=tally.beat,
                alerts=tuple(by_sample[::-1]),
                unacknowledged=self._unacknowledged,
                latched=self._latched(),
            )

    def _trace(self) -> TraceView:
        start, samples = self._ring.view()
        return TraceView(start, samples, self._tally.marks_from(start), self._meter.extent())

    def _settle_held(self) -> None:
        """Give a held trace the marks of beats that were not scored yet when it was held."""
        held = self._held
        if held and self._now - held.stop <= SETTLE_S * self._info.fs:
            marks = [m for m in self._tally.marks_from(held.start) if m.sample < held.stop]
            self._held = replace(held, marks=tuple(marks))

    def _latched(self) -> AlertLine | None:
        newest_first = [line for line in reversed(self._alerts) if self._asks(line)]
        return max(newest_first, key=lambda line: URGENCY[line.priority], default=None)

    def _asks(self, line: AlertLine) -> bool:
        age_s = (self._now - line.sample) / self._info.fs
        return line.pending and (line.priority == "high" or age_s <= UNLATCHED_S)

    def _seconds(self, sample: int) -> float:
        return (sample - self._info.first_sample) / self._info.fs

    def _take(self, event: Event) -> None:
        match event:
            case BeatEvent():
                self._tally.add_beat(event)
            case Alert():
                self._tally.add_alert(event)
                self._list(event.sample, event.kind, event.score, event)
            case RhythmEvent():
                self._tally.add_rhythm(event)
                if not is_end(event.name):
                    self._list(event.sample, event.name, None, event)
            case Revision():
                self._tally.revise(event)
                self._withdraw(event.sample)
            case QualityEvent():
                self._still = replace(self._still, quality=event.quality)
            case BaselineEvent():
                progress = event.detail if event.state == "learning" else ""
                self._still = replace(self._still, baseline=event.state, baseline_progress=progress)
            case _:
                pass

    def _list(
        self, sample: int, what: str, score: float | None, event: Alert | RhythmEvent
    ) -> None:
        t_s = self._seconds(sample)
        line = AlertLine(sample, t_s, what, score, event.priority, event.announced)
        self._alerts.append(line)
        self._unacknowledged += line.pending

    def _withdraw(self, sample: int) -> None:
        for place, line in enumerate(self._alerts):
            if line.sample == sample and line.score is not None and not line.withdrawn:
                self._unacknowledged -= line.pending
                self._alerts[place] = replace(line, withdrawn=True)

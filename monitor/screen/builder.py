"""Collects what the pipeline says and takes snapshots of it.

One lock guards all state: the pipeline's thread adds, the screen's thread takes snapshots, the key
thread presses keys. It is held for microseconds and never while drawing. Nothing grows with the
length of the stream.
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Lock

from sibeat.ecg.filters import BAND_HZ
from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import (
    Alert,
    BaselineEvent,
    BeatEvent,
    Event,
    GapEvent,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.screen.alert_list import AlertList, most_urgent
from sibeat.monitor.screen.keys import Key
from sibeat.monitor.screen.ring import ExtentMeter, TraceRing
from sibeat.monitor.screen.snapshot import Snapshot, TraceView
from sibeat.monitor.screen.tally import BeatTally
from sibeat.monitor.sources.base import SourceStatus

VIEW_S = 16.0
"""seconds of trace kept (chosen by us: 400 columns at 25 mm/s)"""
MAX_GAIN_STEPS = 4
"""doublings of the gain in either direction (chosen by us: 1/16 to 16 times)"""
HR_STALE_S = 4.0
"""seconds without a beat after which no heart rate and no RR is shown: the time of an asystole-like
event"""
BEHIND_S = 1.0
"""how far the screen is behind the stream at most, in a gap too, where nothing else tells the time;
chosen by us: longer than the pipeline's latency"""
BANDWIDTH = f"{BAND_HZ[0]:g}–{BAND_HZ[1]:g} Hz"
SETTLE_S = 4.0
"""seconds after which all beats of a held trace have their final mark: as `HR_STALE_S`"""


NUMBER = re.compile(r"\d+")
"""what changes in a warning that stands on"""


class SnapshotBuilder:
    """The screen's memory.

    Parameters
    ----------
    info
        The stream that is shown.
    delay, log_path
        Texts shown as they are.
    recording
        Whether what arrives is kept.
    baseline
        What the patient's baseline does at the start.
    on_mark
        Called with the absolute sample index when the user marks an event. The event itself comes
        back through `add_step`, as every other event does.
    clock
        Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        info: StreamInfo,
        *,
        delay: str = "",
        log_path: str = "",
        recording: bool = False,
        baseline: BaselineState = "learning",
        on_mark: Callable[[int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._info = info
        self._on_mark = on_mark
        self._lock = Lock()
        self._clock = clock
        self._warned_at_s = self._heard_at_s = clock()
        self._ring = TraceRing(max(int(VIEW_S * info.fs), 1), info.first_sample)
        self._meter = ExtentMeter(max(round(info.fs), 1))
        self._tally = BeatTally(VIEW_S, info)
        self._alerts = AlertList()
        self._held: TraceView | None = None
        self._now = info.first_sample
        self._still = Snapshot(
            source=info.source,
            lead=info.lead,
            fs=info.fs,
            unit=info.unit,
            bandwidth=BANDWIDTH,
            delay=delay,
            trace=TraceView(),
            elapsed_s=0.0,
            total_s=None if info.n_samples is None else info.n_samples / info.fs,
            baseline=baseline,
            log_path=log_path,
            recording=recording,
        )

    def add_step(self, events: Iterable[Event], trace: Iterable[Chunk] = (), stop: int = 0) -> None:
        """Take in what one step of the pipeline said and filtered, and the index it came to."""
        with self._lock:
            self._heard_at_s = self._clock()
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
        standing = tuple(warnings)
        with self._lock:
            self._heard_at_s = self._clock()
            if _kinds(standing) != _kinds(self._still.warnings):
                self._warned_at_s = self._clock()
            self._still = replace(self._still, status=status, warnings=standing)

    def freeze(self) -> None:
        """Hold the trace as it is now, or let it run again; nothing else stops."""
        with self._lock:
            self._held = None if self._held else self._trace()

    def acknowledge(self) -> None:
        """Settle all alerts given so far."""
        with self._lock:
            self._alerts.acknowledge()

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
            fresh = (self._now - tally.last_beat) / self._info.fs <= HR_STALE_S
            asking = self._alerts.asking(self._now, self._info.fs)
            now_s = self._clock()
            turn_s, unheard_s = now_s - self._warned_at_s, now_s - self._heard_at_s
            still = replace(self._still, lost=self._is_lost(), turn_s=turn_s, unheard_s=unheard_s)
            known = fresh and not still.absent and still.quality == "good"
            return replace(
                still,
                trace=self._held or self._trace(),
                frozen=self._held is not None,
                elapsed_s=self._seconds(self._now),
                hr_bpm=tally.hr_bpm if known else None,
                rr_s=tally.rr_s if known else None,
                n_beats=tally.n_beats,
                n_abnormal=tally.n_abnormal,
                beat=tally.beat,
                alerts=self._alerts.latest_first(),
                unacknowledged=len(asking),
                latched=most_urgent(asking),
            )

    def _trace(self) -> TraceView:
        start, samples = self._ring.view(self._now if self._nothing_came() else 0)
        return TraceView(start, samples, self._tally.marks_from(start), self._meter.extent())

    def _nothing_came(self) -> bool:
        """Whether the stream went on and no trace came of it."""
        return self._now - self._ring.stop > BEHIND_S * self._info.fs

    def _is_lost(self) -> bool:
        return self._nothing_came() and self._still.quality != "lead_off"

    def _settle_held(self) -> None:
        """Give a held trace the marks of beats that were not scored yet when it was held."""
        held = self._held
        if held and self._now - held.stop <= SETTLE_S * self._info.fs:
            marks = [m for m in self._tally.marks_from(held.start) if m.sample < held.stop]
            self._held = replace(held, marks=tuple(marks))

    def _seconds(self, sample: int) -> float:
        return (sample - self._info.first_sample) / self._info.fs

    def _take(self, event: Event) -> None:
        match event:
            case BeatEvent():
                self._tally.add_beat(event)
            case Alert():
                self._tally.add_alert(event)
                self._alerts.take(event, self._seconds(event.sample))
            case RhythmEvent():
                self._tally.add_rhythm(event)
                self._alerts.take(event, self._seconds(event.sample))
            case Revision():
                self._tally.revise(event)
                self._alerts.withdraw(event.sample)
            case QualityEvent():
                self._still = replace(self._still, quality=event.quality)
            case GapEvent() if event.reason != "lead_off":
                n_lost = self._still.n_lost + event.n_samples
                self._still = replace(self._still, n_lost=n_lost, n_gaps=self._still.n_gaps + 1)
            case BaselineEvent():
                progress = event.detail if event.state == "learning" else ""
                self._still = replace(self._still, baseline=event.state, baseline_progress=progress)
            case _:
                pass


def _kinds(warnings: tuple[str, ...]) -> list[str]:
    return [NUMBER.sub("", warning) for warning in warnings]

"""Everything the screen draws, as one frozen value.

The screen never looks at the pipeline: ``builder.SnapshotBuilder`` collects, a snapshot is taken,
and ``layout.draw`` makes lines of it. Arrays are read-only copies, so a snapshot cannot change
while it is being drawn, whatever the pipeline does meanwhile.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from sibeat.ecg.stream import FloatArray
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import Kind, Priority, Quality
from sibeat.monitor.sinks.base import TROUBLE
from sibeat.monitor.sources.base import SourceStatus

MarkKind: TypeAlias = Kind | Literal["mark"]

SHORT_KIND: dict[str, str] = {
    "normal": "normal",
    "ventricular-like": "V-like",
    "supraventricular-like": "S-like",
    "abnormal": "abnormal",
}
"""names of the kinds that fit a narrow column"""


BUSY_S = 1.5
"""time without a word of the pipeline, which speaks ten times a second, from which it is busy, s;
chosen by us: a long step of a slow computer is shorter"""
END_S = 2.0
"""how near its end a stream has ended, s; chosen by us: more than the screen may be behind"""


def frozen_array(values: FloatArray) -> FloatArray:
    """Copy `values`, shape kept, so that nobody can write into the copy."""
    copy = np.array(values, dtype=np.float32)
    copy.setflags(write=False)
    return copy


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the trace: an R-peak, or a mark that the user set."""

    sample: int
    kind: MarkKind


@dataclass(frozen=True, slots=True, eq=False)
class TraceView:
    """The last seconds of the band-passed signal."""

    start: int = 0
    """absolute index of the first sample"""
    samples: FloatArray = field(default_factory=lambda: frozen_array(np.empty(0, np.float32)))
    """(n_samples,), in the stream's unit; NaN where samples are missing"""
    marks: tuple[Mark, ...] = ()
    """R-peaks and user marks in view, in order of their samples"""
    extent: tuple[float, float] | None = None
    """usual lowest and highest value of the last half minute, None before the first second"""

    @property
    def stop(self) -> int:
        """Absolute index after the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One line of the alert list."""

    sample: int
    t_s: float
    """time since the start of the stream, s"""
    what: str
    """kind of beat, or name of the rhythm event"""
    score: float | None
    """calibrated, 0..1; None for rhythm events"""
    priority: Priority
    announced: bool
    withdrawn: bool = False
    """True when the following RR took the alert back"""
    acknowledged: bool = False
    figure: str = ""
    """rate or time that a rhythm event states, ``111 bpm``"""
    lasts: bool = False
    """True until the end of an episode is told"""

    @property
    def fate(self) -> str:
        """What became of it, in words; empty where nothing did."""
        if self.withdrawn:
            return "withdrawn"
        settled = ["acknowledged"] if self.acknowledged and self.priority != "information" else []
        return ", ".join(["goes on"] * self.lasts + settled)

    @property
    def pending(self) -> bool:
        """True while somebody should still look: announced, not withdrawn, not acknowledged."""
        settled = self.withdrawn or self.acknowledged or not self.announced
        return self.priority != "information" and not settled

    def settled(self) -> "AlertLine":
        """Give the line once somebody acknowledged it."""
        return replace(self, acknowledged=True)

    def over(self, figure: str) -> "AlertLine":
        """Give the line once the end of its episode is told, with what that states."""
        return replace(self, lasts=False, figure=figure or self.figure)

    def taken_back(self) -> "AlertLine":
        """Give the line once the following RR took the alert back."""
        return replace(self, withdrawn=True)


@dataclass(frozen=True, slots=True, eq=False)
class BeatView:
    """The last abnormal beat, as the student saw it."""

    sample: int
    """R-peak"""
    t_s: float
    """time of the R-peak since the start of the stream, s"""
    kind: Kind
    score: float
    window: FloatArray
    """(n_window,), normalised to [-1, 1]"""
    reconstruction: FloatArray
    """(n_window,), what the student made of it"""
    error_trace: FloatArray
    """(n_error,), squared error along the beat"""
    withdrawn: bool = False
    """True when the following RR took it back"""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything that is drawn."""

    source: str
    lead: str
    fs: float
    """sampling rate, Hz"""
    unit: str
    bandwidth: str
    """what the filters leave, for example ``3–40 Hz``"""
    delay: str
    """the pipeline's own delay, for example ``0.65 s``"""
    trace: TraceView
    elapsed_s: float
    """length of the stream so far, s"""
    total_s: float | None = None
    """length of the whole stream, s; None when it has no known end"""
    hr_bpm: float | None = None
    rr_s: float | None = None
    """last RR interval, s"""
    n_beats: int = 0
    n_abnormal: int = 0
    quality: Quality = "good"
    baseline: BaselineState = "off"
    """what the patient's baseline does"""
    baseline_progress: str = ""
    """how far its learning is, ``12/20``"""
    status: SourceStatus = field(default_factory=SourceStatus)
    alerts: tuple[AlertLine, ...] = ()
    """the latest in the signal first; of one sample the one that came last"""
    beat: BeatView | None = None
    frozen: bool = False
    """True while the trace is held; all other fields go on"""
    unacknowledged: int = 0
    """alerts that ask for attention"""
    latched: AlertLine | None = None
    """the most urgent unacknowledged alert, the newest of its priority; lethal ones stay until they
    are acknowledged, others for a while"""
    gain_steps: int = 0
    """doublings of the gain over the one chosen automatically"""
    log_path: str = ""
    recording: bool = False
    """whether what arrives is kept"""
    warnings: tuple[str, ...] = ()
    lost: bool = False
    """whether no valid sample comes now, though the source goes on and the lead is not off"""
    n_lost: int = 0
    """samples that the pipeline found missing or no number"""
    n_gaps: int = 0
    """losses that the pipeline found"""
    turn_s: float = 0.0
    """time since the warnings changed, by which they take turns, s"""
    unheard_s: float = 0.0
    """time since the pipeline said anything, s"""

    @property
    def absent(self) -> bool:
        """Whether nothing comes now: no rate is known."""
        return self.lost or self.status.state in TROUBLE

    @property
    def state(self) -> str:
        """What the source does, as far as the screen has come: a file is read ahead of it."""
        if self.unheard_s >= BUSY_S:
            return f"busy for {self.unheard_s:.0f} s"
        at_end = self.total_s is None or self.elapsed_s >= self.total_s - END_S
        return "streaming" if self.status.state == "ended" and not at_end else self.status.state

    @property
    def abnormal_share(self) -> float:
        """Share of abnormal beats, 0..1."""
        return self.n_abnormal / self.n_beats if self.n_beats else 0.0

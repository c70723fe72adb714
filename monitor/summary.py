"""What a session was, in numbers: a block for people and a JSON object for scripts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import Quality
from sibeat.monitor.sinks.base import Sink
from sibeat.monitor.verdict import DemoVerdict
from sibeat.monitor.wording import broken, counted, factor_text, span

SCHEMA = "sibeat-summary/1"
NAME_COLUMNS = 11
"""columns of a row's name"""

QualityOrLost: TypeAlias = Quality | Literal["lost"]
"""what a second of the stream was: a quality, or none, for its samples were lost"""


@dataclass(frozen=True, slots=True)
class BeatCounts:
    """Detected beats by their final score."""

    total: int = 0
    normal: int = 0
    ventricular_like: int = 0
    supraventricular_like: int = 0
    abnormal: int = 0
    """abnormal without a kind"""

    @property
    def abnormal_share(self) -> float:
        """Share of all beats that are not normal, 0..1."""
        return 1 - self.normal / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Alerts, one for every abnormal beat."""

    total: int = 0
    announced: int = 0
    """those outside the refractory time"""
    late: int = 0
    """those that only the final score gave"""
    withdrawn: int = 0
    """those that the following RR took back"""


@dataclass(frozen=True, slots=True)
class LossCounts:
    """What did not arrive."""

    lost_samples: int = 0
    """without those of an electrode that was off"""
    gaps: int = 0
    lead_off_s: float = 0.0
    reconnects: int = 0
    garbage: int = 0
    """lines or frames that could not be decoded"""


@dataclass(frozen=True, slots=True)
class BaselineCounts:
    """The patient's baseline at the end."""

    state: BaselineState = "off"
    changes: int = 0
    """times that it came into another state or learnt another usual beat"""


@dataclass(frozen=True, slots=True)
class Delay:
    """Signal time from an R-peak to its provisional alert."""

    n: int = 0
    p50_s: float | None = None
    p99_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What the disk never took; a field for each kind of entry."""

    alert_log_lines: int = 0
    annotations: int = 0
    recorded_blocks: int = 0
    """each what arrived in a quarter of a second at most"""
    baselines: int = 0
    """1: the patient's baseline was not saved at the end"""

    @classmethod
    def of(cls, sinks: Iterable[Sink]) -> "Unwritten":
        """Add up what these outputs could not write."""
        counts = Counter[str]()
        for sink in sinks:
            if sink.entries is not None:
                counts[sink.entries] += sink.n_lost
        return cls(**counts)

    @property
    def total(self) -> int:
        """Entries of all kinds."""
        return sum(asdict(self).values())

    def __str__(self) -> str:
        """List what there is: ``2 alert log lines, 1 annotation``."""
        return ", ".join(
            counted(count, kind.replace("_", " ").removesuffix("s"))
            for kind, count in asdict(self).items()
            if count
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """A session that has ended."""

    source: str
    record: str
    lead: str
    fs: float
    """sampling rate, Hz"""
    duration_s: float
    """length of the signal, s"""
    wall_s: float
    """time that it took, s"""
    ended: str
    """why it ended: ``end of the stream``, ``q``, ``Ctrl-C`` ..."""
    beats: BeatCounts = BeatCounts()
    alerts: AlertCounts = AlertCounts()
    loss: LossCounts = LossCounts()
    delay: Delay = Delay()
    baseline: BaselineCounts = BaselineCounts()
    mean_hr_bpm: float | None = None
    events: Mapping[str, int] = field(default_factory=dict)
    """rhythm events and marks by name"""
    quality_s: Mapping[QualityOrLost, float] = field(default_factory=dict)
    """seconds of each signal quality, and of signal that was lost"""
    alert_log: str | None = None
    annotations: str | None = None
    unwritten: Unwritten = Unwritten()
    verdict: DemoVerdict | None = None
    warnings: tuple[str, ...] = ()
    """what was wrong with the stream to its end, although it went on"""

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of signal per second of time."""
        return self.duration_s / self.wall_s if self.wall_s > 0 else None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; None is null."""
        fields = asdict(self)
        fields["beats"]["abnormal_share"] = self.beats.abnormal_share
        fields["entries_lost"] = self.unwritten.total
        if self.verdict is not None:
            fields["verdict"]["good"] = self.verdict.good
        return {"schema": SCHEMA, **fields, "real_time_factor": self.real_time_factor}

    def to_text(self, width: int | None = None) -> str:
        """As a block of lines for people.

        Parameters
        ----------
        width : columns at which lines are broken between words; None: nowhere
        """
        lines = [("", f"Summary of {self.source}, {self.lead} at {self.fs:g} Hz")]
        lines += [(f"  {name:<{NAME_COLUMNS}}", text) for name, text in self._rows() if text]
        return "\n".join(broken(text, width, name) for name, text in lines)

    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("signal", self._signal_text()),
            ("beats", self._beats_text()),
            ("heart rate", self._rate_text()),
            ("alerts", self._alerts_text()),
            ("events", ", ".join(f"{name} {count}" for name, count in self.events.items())),
            ("lost", self._loss_text()),
            ("quality", self._quality_text()),
            ("delay", self._delay_text()),
            ("baseline", self._baseline_text()),
            ("alert log", self.alert_log or ""),
            ("annotated", self.annotations or ""),
            ("unwritten", str(self.unwritten)),
            *(("warning", warning) for warning in self.warnings),
            ("demo", self._verdict_text()),
        ]

    def _rate_text(self) -> str:
        rate = self.mean_hr_bpm
        return "" if rate is None else f"{rate:.0f} per minute on average"

    def _signal_text(self) -> str:
        factor = self.real_time_factor
        speed = f", {factor_text(factor)} times real time" if factor else ""
        took = f"{span(self.duration_s)} in {span(self.wall_s)}{speed}"
        return f"{took}; ended by {self.ended.split(':')[0]}"

    def _beats_text(self) -> str:
        beats = self.beats
        kinds = {
            "ventricular-like": beats.ventricular_like,
            "supraventricular-like": beats.supraventricular_like,
            "abnormal": beats.abnormal,
        }
        found = "".join(f", {count:,} {kind}" for kind, count in kinds.items() if count)
        share = f" ({beats.abnormal_share:.1%} not normal)" if beats.total else ""
        return f"{beats.total:,}: {beats.normal:,} normal{found}{share}"

    def _alerts_text(self) -> str:
        alerts = self.alerts
        parts = (
            f"{alerts.announced:,} announced, {alerts.late:,} late, {alerts.withdrawn:,} withdrawn"
        )
        return f"{alerts.total:,}" + (f" ({parts})" if alerts.total else "")

    def _loss_text(self) -> str:
        loss = self.loss
        parts = [f"{counted(loss.lost_samples, 'sample')} in {counted(loss.gaps, 'gap')}"]
        parts += [f"lead off for {span(loss.lead_off_s)}"] * bool(loss.lead_off_s)
        parts += [counted(loss.reconnects, "reconnect")] * bool(loss.reconnects)
        parts += [f"{counted(loss.garbage, 'line')} not understood"] * bool(loss.garbage)
        return ", ".join(parts)

    def _quality_text(self) -> str:
        total = sum(self.quality_s.values())
        shares = {name: seconds / total for name, seconds in self.quality_s.items() if seconds > 0}
        return ", ".join(f"{name} {share:.1%}" for name, share in shares.items())

    def _baseline_text(self) -> str:
        changes = self.baseline.changes
        return self.baseline.state + (f", {counted(changes, 'change')}" if changes else "")

    def _delay_text(self) -> str:
        if self.delay.p50_s is None or self.delay.p99_s is None:
            return ""
        p50, p99 = self.delay.p50_s, self.delay.p99_s
        return f"R-peak to alert {p50:.2f} s (half of them), {p99:.2f} s (99 of 100)"

    def _verdict_text(self) -> str:
        if self.verdict is None:
            return ""
        return (
            f"{self.verdict}: {'as it should be' if self.verdict.good else 'NOT as it should be'}"
        )

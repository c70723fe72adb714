"""What is watched beside single beats: signal quality, asystole-like silence, pauses, runs."""

from sibeat.ecg.continuity import Break
from sibeat.ecg.quality import NoiseMeter, RawQuality

from .events import Event, Kind, Quality, QualityEvent, RhythmEvent

RUN_BEATS = 3
"""ventricular-like beats in a row that make a run (ANSI/AAMI EC57: couplet 2, run from 3)"""


class QualityWatch:
    """Follows the signal's quality and tells its changes."""

    def __init__(self) -> None:
        self._raw: Quality = "good"
        self._noise = NoiseMeter()
        self._told: Quality = "good"

    @property
    def quality(self) -> Quality:
        """The signal's quality as last told."""
        return self._told

    def start(self, sample: int, decided_at: int) -> list[Event]:
        """Signal begins."""
        self._raw, self._noise = "good", NoiseMeter()
        return self._tell(sample, decided_at)

    def stop(self, gap: Break) -> list[Event]:
        """Signal ends; only a lead that is off is a quality of its own."""
        if gap.reason == "lead_off":
            self._raw = "lead_off"
        return self._tell(gap.start, gap.decided_at)

    def second(self, sample: int, decided_at: int, quality: RawQuality) -> list[Event]:
        """Take the judgement of a second of raw signal."""
        self._raw = quality
        return self._tell(sample, decided_at)

    def beat(self, sample: int, decided_at: int, crest: float) -> tuple[bool, list[Event]]:
        """Take a beat; return whether it is trusted, and what changed."""
        trusted = self._noise.add(crest) and self._raw == "good"
        return trusted, self._tell(sample, decided_at)

    def _tell(self, sample: int, decided_at: int) -> list[Event]:
        now: Quality = "noisy" if self._raw == "good" and self._noise.noisy else self._raw
        if now == self._told:
            return []
        previous, self._told = self._told, now
        return [QualityEvent(sample, decided_at, now, previous)]


class SilenceWatch:
    """Raises an asystole-like event when no trusted QRS comes in time.

    Lost signal and a lead that is off or at a rail are no silence of the heart: time starts anew.

    Parameters
    ----------
    limit : samples without a trusted QRS
    latency : samples from an R-peak to its beat
    """

    def __init__(self, limit: int, latency: int) -> None:
        self._limit, self._latency = limit, latency
        self._since: int | None = None
        self._told_at = 0

    def restart(self, sample: int, decided_at: int) -> None:
        """Count from `sample`: a trusted QRS, or the start of usable signal."""
        self._since, self._told_at = sample, decided_at

    def suspend(self) -> None:
        """Count nothing until the signal begins again."""
        self._since = None

    def due(self) -> int | None:
        """Prefix length at which the event falls due, None while nothing is counted."""
        if self._since is None:
            return None
        return max(self._since + self._limit + self._latency, self._told_at)

    def fire(self, decided_at: int, fs: float) -> list[Event]:
        """Raise the event, once until the next trusted QRS."""
        sample, self._since = self._since or 0, None
        detail = f"no trusted QRS for {self._limit / fs:g} s"
        return [
            RhythmEvent("asystole-like", sample, decided_at, "high", announced=True, detail=detail)
        ]


class RhythmWatch:
    """Tells pauses and runs from the beats as they come.

    Parameters
    ----------
    pause_s : RR interval from which a pause is told, s
    """

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._run = 0

    def interrupt(self) -> None:
        """Signal was lost: no run goes on over a gap."""
        self._run = 0

    def beat(self, sample: int, decided_at: int, kind: Kind, rr_s: float | None) -> list[Event]:
        """Take a beat with its provisional kind."""
        events: list[Event] = []
        if rr_s is not None and rr_s >= self._pause_s:
            detail = f"RR {rr_s:.2f} s"
            events.append(RhythmEvent("pause", sample, decided_at, "medium", True, detail))
        self._run = self._run + 1 if kind == "ventricular-like" else 0
        if self._run == RUN_BEATS:
            detail = f"{RUN_BEATS} ventricular-like beats in a row"
            events.append(RhythmEvent("run", sample, decided_at, "high", True, detail))
        return events

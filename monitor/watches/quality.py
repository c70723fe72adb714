"""Signal quality, told when it changes."""

from sibeat.ecg.continuity import Break
from sibeat.ecg.quality import NoiseMeter, RawQuality
from sibeat.monitor.events import Event, Quality, QualityEvent


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

    def beat(
        self, sample: int, decided_at: int, crest: float, *, repeats: bool = False
    ) -> tuple[bool, list[Event]]:
        """Take a beat; return whether it is trusted, and what changed."""
        trusted = self._noise.add(crest, repeats=repeats) and self._raw == "good"
        return trusted, self._tell(sample, decided_at)

    def _tell(self, sample: int, decided_at: int) -> list[Event]:
        now: Quality = "noisy" if self._raw == "good" and self._noise.noisy else self._raw
        if now == self._told:
            return []
        previous, self._told = self._told, now
        return [QualityEvent(sample, decided_at, now, previous)]

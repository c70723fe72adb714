"""The absolute sample index of a live stream: what comes next begins where the last thing ended."""

from collections.abc import Sequence

from sibeat.ecg.stream import Chunk, Gap, GapReason, Item
from sibeat.monitor.sources.base import Decoded, Missing


class SampleClock:
    """Numbers samples and gaps, and counts what is missing."""

    def __init__(self) -> None:
        self.n_dropped = 0
        """samples in gaps of any reason but lead off"""
        self.n_gaps = 0
        """these gaps; contiguous pieces of one reason are one"""
        self._index = 0
        self._reason: GapReason | None = None

    def place(self, decoded: Sequence[Decoded]) -> list[Item]:
        """Number what a decoder gave."""
        return [
            self.gap(item.n_samples, item.reason)
            if isinstance(item, Missing)
            else Chunk(self._advance(item.n_samples, None), item.values)
            for item in decoded
        ]

    def gap(self, n_samples: int, reason: GapReason) -> Gap:
        """Number samples that are missing."""
        if reason != "lead_off":
            self.n_dropped += n_samples
            self.n_gaps += reason != self._reason
        return Gap(self._advance(n_samples, reason), n_samples, reason)

    def _advance(self, n_samples: int, reason: GapReason | None) -> int:
        start = self._index
        self._index += n_samples
        self._reason = reason
        return start

"""A place in a live stream before which an unknown number of samples is missing."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sibeat.monitor.sources.base import Decoded, Decoder, Missing
from sibeat.monitor.sources.counter_losses import missing_by_count

Absence: TypeAlias = Literal["silence", "reconnect"]


@dataclass(slots=True)
class LossCase:
    """What is known of the loss, and what came after it."""

    since_s: float
    """arrival clock of the first samples after it"""
    held: list[Decoded]
    """what came since, as long as it is held"""
    absence: Absence | None
    """why nothing came before; None: the stream went on"""
    loss: Missing | None
    """how much is missing by the board's count; None: it tells of none here"""
    n_quiet: int = 0
    """samples for which there was time while reads found nothing"""
    n_taken: int = 0
    """samples that were taken for missing so far"""
    flows: bool = False
    """whether nothing is held any more, although the link still catches up"""

    @property
    def n_counted(self) -> int:
        """Samples missing by the board's count."""
        return self.loss.n_samples if self.loss else 0

    @property
    def is_of_rounds(self) -> bool:
        """Whether no more is in doubt than rounds of a counter."""
        return self.absence is None and self.loss is None

    def n_missing(self, decoder: Decoder, n_late: float, n_off: int, still_comes: bool) -> int:
        """Weigh count and clock.

        Parameters
        ----------
        decoder : of the stream
        n_late : samples by which the stream is behind the clock
        n_off : samples by which count and clock may differ
        still_comes : whether the link still delivers what it held up, so that less may be missing
        """
        by_clock = round(min(self.n_counted, n_late) if still_comes else n_late)
        if self.absence == "reconnect":  # what went away lost something
            by_clock = max(1, by_clock)
        return missing_by_count(decoder, self.absence, self.loss, by_clock, n_off)

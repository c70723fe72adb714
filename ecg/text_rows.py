"""Rows of a text in their order, each with what is missing before it; streams and files alike."""

from dataclasses import dataclass

from .text_clock import LineClock
from .text_line import TextRow


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row that is a sample, or says that the lead is off."""

    row: TextRow
    n_missing: int
    """samples that are missing before it"""
    began_anew: bool = False
    """whether the time column began anew before it"""


class RowOrder:
    """Places rows by their times.

    A row after more than a second waits for the next one: two that agree are believed, one alone is
    garbled.

    Parameters
    ----------
    clock : of the time column; None where there is none
    """

    def __init__(self, clock: LineClock | None = None) -> None:
        self._clock = clock
        self._suspect: TextRow | None = None
        self.n_garbled = 0
        """rows whose times could not be"""

    @property
    def has_clock(self) -> bool:
        """Whether times tell what is missing."""
        return self._clock is not None

    def take(self, row: TextRow, n_damaged: int) -> list[PlacedRow]:
        """Take a row; `n_damaged` samples are missing before it where no time column tells."""
        if self._clock is None:
            return [PlacedRow(row, n_damaged)]
        n_missing, suspect = self._clock.missing_before(row.time_s), self._suspect
        self._suspect = row if n_missing is None else None
        if suspect is not None and self._clock.confirms and n_missing:
            return [PlacedRow(suspect, n_missing - 1), PlacedRow(row, 0)]
        self.n_garbled += suspect is not None
        return [] if n_missing is None else [PlacedRow(row, n_missing, self._clock.began_anew)]

    def end(self) -> None:
        """Take that no row follows."""
        self.n_garbled += self._suspect is not None
        self._suspect = None

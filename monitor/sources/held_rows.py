"""Rows of a text stream that are held back until the rate of their time column is known."""

from sibeat.ecg.sampling_rate import MAX_FS
from sibeat.ecg.text_clock import RATE_SPAN_S, TRUST_S, Rate, estimate_rate
from sibeat.ecg.text_field import TimeUnit
from sibeat.ecg.text_line import TextRow

N_GLANCE = 64
"""rows that show whether a stated rate fits; chosen by us: a quarter of a second"""
MOST_HELD = int(RATE_SPAN_S * MAX_FS)
"""rows held back; a column that needs more is no time"""


class HeldRows:
    """Holds rows back: 10 s of the column's time, or a glance where a stated rate fits.

    Parameters
    ----------
    unit : of the time column; None where there is none, and nothing is to be held back
    stated_fs : sampling rate in Hz as the user states it; it bounds the wait, too, as a column that
        contradicts it may be no time
    """

    def __init__(self, unit: TimeUnit | None, stated_fs: float | None) -> None:
        self._unit, self._stated_fs = unit, stated_fs
        self._most = MOST_HELD if stated_fs is None else round(RATE_SPAN_S * stated_fs)
        self.restart()

    def restart(self) -> None:
        """Forget the rows: the port went away."""
        self._rows: list[TextRow] = []
        self._fits = False
        self._span_s = 0.0
        self._last_s: float | None = None

    def add(self, row: TextRow) -> None:
        """Hold a row back."""
        self._rows.append(row)
        if row.time_s is not None:
            step = row.time_s - (row.time_s if self._last_s is None else self._last_s)
            self._span_s += step if 0 <= step <= TRUST_S else 0.0
            self._last_s = row.time_s
        if len(self._rows) == N_GLANCE and self._stated_fs is not None:
            rate = self._shown()
            self._fits = rate is not None and rate.agrees(self._stated_fs)

    @property
    def are_enough(self) -> bool:
        """Whether they tell the rate, as far as rows do."""
        held_long = len(self._rows) >= self._most or self._span_s > RATE_SPAN_S
        return self._unit is None or self._fits or held_long

    def rate(self) -> Rate | None:
        """Rate by which losses are counted: the stated one where it fits, else the column's own.

        Returns
        -------
        None where there is no time column, or nothing tells its rate.
        """
        shown = self._shown()
        if self._unit is None or self._stated_fs is None or not (self._fits or shown is None):
            return shown
        return Rate(self._stated_fs, shown.jitter if shown else 0.0)

    def take(self) -> list[TextRow]:
        """Give the rows, and hold them no longer."""
        rows, self._rows = self._rows, []
        return rows

    def _shown(self) -> Rate | None:
        if self._unit is None:
            return None
        return estimate_rate([r.time_s for r in self._rows if r.time_s is not None], self._unit)

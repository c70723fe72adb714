"""When a source is away for so long that the alert log should say so before it is back."""

from collections.abc import Callable

from sibeat.monitor.sinks.base import TROUBLE
from sibeat.monitor.sources.base import SourceStatus

SILENT_S = 1.0
"""a source that is silent, which it is after 1 s, is away after this; chosen by us: a radio that
sends in bursts pauses for less, and what was only held up comes within 2 s"""


class Outage:
    """Follows a source's state.

    Parameters
    ----------
    clock : seconds of a clock that never goes back
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._silent_at: float | None = None
        self.away = False
        """whether the source is away now"""

    def changes(self, status: SourceStatus) -> bool:
        """Take in a state; say whether the source went away or came back by it."""
        if status.state not in (*TROUBLE, "streaming"):
            return False
        was = self.away
        if status.state == "silent":
            self._silent_at = self._clock() if self._silent_at is None else self._silent_at
            self.away = was or self._clock() - self._silent_at >= SILENT_S
        else:
            self._silent_at = None
            self.away = status.state == "lost"
        return self.away != was

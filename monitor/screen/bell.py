"""When the terminal's bell rings: at what is announced, and when the signal goes."""

from collections.abc import Callable, Iterable

from sibeat.monitor.events import Alert, Event, RhythmEvent
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.screen.vitals import missing_signal

AGAIN_S = 30.0
"""time after a ring in which a signal that goes once more waits for the next one, s; chosen by us:
the refractory time of an alert"""


class Bell:
    """Hears what the pipeline says, and tells whoever draws when to ring.

    Parameters
    ----------
    clock : seconds of a clock that never goes back
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._announced = False
        self._there = self._unheard = False
        self._silent_until_s = clock()

    def hear(self, events: Iterable[Event]) -> None:
        """Take in what one step of the pipeline gave."""
        if any(is_heard(event) for event in events):
            self._announced = True

    def is_due(self, snapshot: Snapshot) -> bool:
        """Tell whether to ring now: once for each reason to."""
        gone = self._is_gone(snapshot)
        if self._announced:
            self._announced = False  # only here: what is heard meanwhile rings in the next frame
            return True
        return gone

    def _is_gone(self, snapshot: Snapshot) -> bool:
        """Whether a signal that gave beats has gone, and that was not rung for."""
        there = not missing_signal(snapshot)
        if there:
            self._there, self._unheard = snapshot.n_beats > 0, False
        elif self._there:
            self._there, self._unheard = False, True
        if not self._unheard or self._clock() < self._silent_until_s:
            return False
        self._unheard = False
        self._silent_until_s = self._clock() + AGAIN_S
        return True


def is_heard(event: Event) -> bool:
    """Return whether an event is announced with a sound."""
    if isinstance(event, Alert | RhythmEvent):
        return event.announced and event.priority != "information"
    return False

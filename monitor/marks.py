"""The user's own marks: key presses on the screen, or those of the run that a recording replays."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sibeat.ecg.stream import Chunk
from sibeat.monitor.events import Event, RhythmEvent

USER_MARK = "mark"
"""name of the rhythm event that a key press on the screen makes"""


@dataclass(frozen=True, slots=True)
class MarkStep:
    """Events that did not come from the pipeline."""

    events: Sequence[Event]
    trace: Sequence[Chunk] = ()


class Marks:
    """Marks that wait for their turn.

    Parameters
    ----------
    pressed : samples that the user marks; any thread may append
    recorded : marks to repeat, in the order in which they were made
    """

    def __init__(self, pressed: deque[int], recorded: Sequence[RhythmEvent]) -> None:
        self._pressed = pressed
        self._recorded = deque(recorded)

    def pressed(self, position: int) -> Iterator[MarkStep]:
        """Give what was pressed; no mark lies beyond `position`, up to where all is processed."""
        while self._pressed:
            sample = min(self._pressed.popleft(), position)
            yield MarkStep([RhythmEvent(USER_MARK, sample, position, "information", False)])

    def recorded(self, position: int) -> Iterator[MarkStep]:
        """Give the recorded marks that were made before this sample was reached, or then."""
        while self._recorded and self._recorded[0].decided_at_sample <= position:
            yield MarkStep([self._recorded.popleft()])

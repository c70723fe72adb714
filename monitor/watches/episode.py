"""An episode of something that beats show: told when it begins, and once more when it is over.

Hysteresis: it is over only when it was absent for a number of beats in a row, so that one beat that
was judged otherwise does not make two episodes of one.
"""

from dataclasses import dataclass
from typing import Protocol

END = "-end"
"""added to an episode's name when its end is told"""


AT_ONCE = frozenset({"pause", "couplet", "mark"})
"""names of events that are over when they are told"""


def is_end(name: str) -> bool:
    """Say whether an event of that name tells that an episode is over."""
    return name.endswith(END)


def is_lasting(name: str) -> bool:
    """Say whether an event of that name goes on until its end is told."""
    return name not in AT_ONCE and not is_end(name)


@dataclass(frozen=True, slots=True)
class WatchedBeat:
    """A trusted beat, as the watches see it."""

    sample: int
    """R-peak"""
    ventricular: bool
    """True for a ventricular-like beat"""
    rr_s: float | None
    """time since the trusted beat before it; None where that is not known"""
    usual_rr_s: float | None = None
    """the patient's running RR before this beat; None while unknown"""
    last_stands: bool = True
    """False where the following RR showed that the beat before it was not abnormal after all"""
    after_silence: bool = False
    """True where the time before it was told as asystole-like"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a watch has to tell."""

    name: str
    sample: int
    """R-peak by which it is true; of an end the last one for which it was"""
    onset: int
    """R-peak with which it began"""
    detail: str = ""


class Watch(Protocol):
    """Something that is looked for in the beats."""

    def beat(self, beat: WatchedBeat) -> list[Told]:
        """Take the next trusted beat."""

    def doubt(self) -> list[Told]:
        """Take a beat that is not trusted: nothing is known of it."""

    def lose(self) -> list[Told]:
        """A little signal was lost, or a beat is beside it: no row goes on, but episodes do."""

    def interrupt(self) -> list[Told]:
        """Signal was lost for longer, or the stream is over: nothing goes on."""


class Episode:
    """One kind of episode.

    Parameters
    ----------
    name : stable, as in the alert log
    patience : beats in a row without it after which it is over
    """

    def __init__(self, name: str, patience: int) -> None:
        self._name, self._patience = name, patience
        self._onset: int | None = None
        self._last = 0
        self._n_absent = 0

    @property
    def lasts(self) -> bool:
        """True from when it was told to when its end is told."""
        return self._onset is not None

    def present(self, onset: int, sample: int, detail: str) -> list[Told]:
        """It is there with the beat at `sample`; tell it unless it was told."""
        self._last, self._n_absent = sample, 0
        if self._onset is not None:
            return []
        self._onset = onset
        return [Told(self._name, sample, onset, detail)]

    def absent(self) -> list[Told]:
        """It is not there with this beat; tell its end if it was away for long enough."""
        self._n_absent += 1
        return self.end() if self._n_absent >= self._patience else []

    def end(self, detail: str = "") -> list[Told]:
        """It is over, whatever comes."""
        if self._onset is None:
            return []
        onset, self._onset = self._onset, None
        return [Told(self._name + END, self._last, onset, detail)]

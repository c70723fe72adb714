"""The alerts that the screen lists, and which of them still asks for attention."""

import re
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from sibeat.monitor.events import Alert, Priority, RhythmEvent
from sibeat.monitor.screen.snapshot import AlertLine
from sibeat.monitor.watches.episode import END, is_end, is_lasting

N_ALERTS = 64
"""alerts kept for the list (chosen by us: more than any terminal has rows for them)"""
UNLATCHED_S = 30.0
"""seconds after which an alert that is not of high priority no longer asks for attention (chosen by
us: the refractory time, after which it would be announced anew); high ones wait for somebody"""
FIGURE = re.compile(r"\d+ bpm|(?<=RR )[\d.]+ s|[\d.]+ s(?= without)")
"""rate or time in the words of a rhythm event"""
URGENCY: dict[Priority, int] = {"high": 3, "medium": 2, "low": 1, "information": 0}


class AlertList:
    """The last alerts, in the order in which they came; one that is latched stays among them.

    Parameters
    ----------
    n_kept : lines kept at most
    """

    def __init__(self, n_kept: int = N_ALERTS) -> None:
        self._n_kept = n_kept
        self._lines: list[AlertLine] = []

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, event: Alert | RhythmEvent, t_s: float) -> None:
        """List what an event says, `t_s` after the start; the end of an episode is no line."""
        if isinstance(event, Alert):
            said = (event.priority, event.announced)
            self.add(AlertLine(event.sample, t_s, event.kind, event.score, *said))
        elif is_end(event.name):
            self._end(event.name.removesuffix(END), _figure(event.detail))
        else:
            said = (event.priority, event.announced)
            line = AlertLine(event.sample, t_s, event.name, None, *said)
            figure, lasts = _figure(event.detail), is_lasting(event.name)
            self.add(replace(line, figure=figure, lasts=lasts))

    def add(self, line: AlertLine) -> None:
        """List an alert; the oldest one that waits for nobody makes room for it."""
        self._lines.append(line)
        if len(self._lines) > self._n_kept:
            del self._lines[next((i for i, kept in enumerate(self._lines) if not _waits(kept)), 0)]

    def acknowledge(self) -> None:
        """Settle all alerts given so far."""
        self._lines = [line.settled() for line in self._lines]

    def withdraw(self, sample: int) -> None:
        """Take back the alert of the beat at that sample."""
        for place, line in enumerate(self._lines):
            if line.sample == sample and line.score is not None:
                self._lines[place] = line.taken_back()

    def _end(self, name: str, figure: str) -> None:
        for place in range(len(self._lines) - 1, -1, -1):
            line = self._lines[place]
            if line.what == name and line.lasts:
                self._lines[place] = line.over(figure)
                return

    def latest_first(self) -> tuple[AlertLine, ...]:
        """All lines, the latest in the signal first; of one sample the one that came last."""
        return tuple(sorted(self._lines, key=attrgetter("sample"))[::-1])

    def asking(self, now: int, fs: float) -> list[AlertLine]:
        """Lines that ask for attention, the last one first.

        Parameters
        ----------
        now : sample index that the stream has come to
        fs : sampling rate, Hz
        """
        recent = now - UNLATCHED_S * fs
        return [
            line
            for line in reversed(self._lines)
            if line.pending and (_waits(line) or line.sample >= recent)
        ]


def most_urgent(asking: Sequence[AlertLine]) -> AlertLine | None:
    """Of the lines that ask for attention the most urgent one, the newest of its priority."""
    return max(asking, key=lambda line: URGENCY[line.priority], default=None)


def _figure(detail: str) -> str:
    """Rate or time that the words of a rhythm event state, or nothing."""
    found = FIGURE.search(detail)
    return found[0] if found else ""


def _waits(line: AlertLine) -> bool:
    """Tell whether an alert stays until somebody acknowledges it."""
    return line.pending and line.priority == "high"

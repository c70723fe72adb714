"""Where events go: what the session asks of the alert log, the annotation file and the screen."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import Alert, BeatFinal, Event
from sibeat.monitor.sources.base import SourceStatus

EntryKind: TypeAlias = Literal["alert_log_lines", "annotations", "recorded_blocks", "baselines"]
"""what an output keeps"""

TROUBLE = ("silent", "lost")
"""states of a source that a user wants to know of"""


class Sink(Protocol):
    """An output that keeps events. A disk that fills is its warning, never an exception."""

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""

    @property
    def entries(self) -> EntryKind | None:
        """What it keeps on the disk; None: nothing."""

    @property
    def n_lost(self) -> int:
        """Entries that could not be written at all."""

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Begin a stream.

        Raises
        ------
        OutputError
            When nothing can be written.
        """

    def take(self, event: Event) -> None:
        """Keep an event, if it is one for this sink."""

    def note(self, status: SourceStatus, sample: int) -> None:
        """Take in that the source went away or is back, with `sample` samples so far.

        The gap is an event of its own, once its end is known.
        """

    def tick(self) -> None:
        """Do what is due by the clock; called a few times a second at least."""

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """End the stream; `sample` is the index after the last one."""

    def close(self) -> None:
        """Bring everything to the disk and close; may be called twice."""


class Display(Protocol):
    """Somebody may look; nothing here can slow the pipeline."""

    def listen(self) -> None:
        """Take keys from now on; the stream may be long in coming."""

    def start(self, info: StreamInfo, delay_s: float, baseline: BaselineState) -> None:
        """Begin to show a stream.

        Parameters
        ----------
        info : of the stream
        delay_s : the pipeline's own, from R-peak to score
        baseline : what the patient's baseline does at the start
        """

    def show(self, events: Iterable[Event], trace: Iterable[Chunk], stop: int) -> None:
        """Take in what one step of the pipeline gave, and the index to which it came."""

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        """Take in how the source is doing and what the user should know now."""

    def stop(self) -> None:
        """End; the terminal is as it was before. May be called twice."""


def without_figures(text: str) -> str:
    """Leave the numbers out, that go on while the news is the same."""
    return re.sub(r"[\d.,]+", "", text)


class StatusTeller:
    """Says how a source is doing, in a line, when that is news: figures that go on are none.

    Parameters
    ----------
    say : prints one line where people see it
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._news = ""

    def tell(self, status: SourceStatus) -> None:
        """Say it, unless it was said; a stream that runs is worth no word but after trouble."""
        line = "source: " + ", ".join(part for part in (status.state, status.detail) if part)
        news = without_figures(line)
        if news != self._news and (self._news or status.detail or status.state in TROUBLE):
            self._say(line)
            self._news = news


class Headless:
    """Nobody looks; what a user must know is said in lines.

    Parameters
    ----------
    say : prints one line where people see it
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._teller = StatusTeller(say)
        self._said: set[str] = set()
        self._warned: set[str] = set()

    def listen(self) -> None:
        """Take no keys."""

    def start(self, info: StreamInfo, delay_s: float, baseline: BaselineState) -> None:
        """Say nothing: the summary will."""

    def show(self, events: Iterable[Event], trace: Iterable[Chunk], stop: int) -> None:
        """Say nothing: the alert log does."""

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        """Say what changed: a source that went or came back, an output that cannot be written."""
        self._teller.tell(status)
        for warning in status.warnings:
            self._warn_of_stream(warning)
        outputs = {
            without_figures(warning): warning
            for warning in warnings
            if warning not in status.warnings
        }
        for known_by, warning in outputs.items():
            if known_by not in self._said:
                self._say(f"warning: {warning}")
        if self._said and not outputs:
            self._say("all outputs are written again")
        self._said = self._said | outputs.keys() if outputs else set()

    def _warn_of_stream(self, warning: str) -> None:
        """Say it, unless it was said: what lasts as long as the stream is no news."""
        news = without_figures(warning)
        if news not in self._warned:
            self._warned.add(news)
            self._say(f"warning: {warning}")

    def stop(self) -> None:
        """Nothing was begun."""


class EventCollector:
    """A sink that keeps alerts and final scores in memory, to judge a short demo by."""

    warning: str | None = None
    entries: EntryKind | None = None
    n_lost = 0

    def __init__(self) -> None:
        self.events: list[Event] = []

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Nothing to prepare."""

    def take(self, event: Event) -> None:
        """Keep an alert or a final score."""
        if isinstance(event, Alert | BeatFinal):
            self.events.append(event)

    def note(self, status: SourceStatus, sample: int) -> None:
        """No event."""

    def tick(self) -> None:
        """Nothing is ever due."""

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Nothing to add."""

    def close(self) -> None:
        """Nothing to close."""

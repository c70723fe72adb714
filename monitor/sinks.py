"""Where events go: what the session asks of the alert log, the annotation file and the screen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.monitor.events import Event
from sibeat.monitor.sources.base import SourceStatus


class Sink(Protocol):
    """An output that keeps events. A disk that fills is its warning, never an exception."""

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""

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

    def tick(self) -> None:
        """Do what is due by the clock; called a few times a second at least."""

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """End the stream; `sample` is the index after the last one."""

    def close(self) -> None:
        """Bring everything to the disk and close; may be called twice."""


class Display(Protocol):
    """Somebody may look; nothing here can slow the pipeline."""

    def start(self, info: StreamInfo) -> None:
        """Begin to show a stream."""

    def show(self, events: Iterable[Event], trace: Iterable[Chunk]) -> None:
        """Take in what one step of the pipeline gave."""

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        """Take in how the source is doing and what the user should know now."""

    def stop(self) -> None:
        """End; the terminal is as it was before. May be called twice."""


class NoDisplay:
    """Nobody looks: headless."""

    def start(self, info: StreamInfo) -> None:
        """Show nothing."""

    def show(self, events: Iterable[Event], trace: Iterable[Chunk]) -> None:
        """Show nothing."""

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        """Show nothing."""

    def stop(self) -> None:
        """Nothing was begun."""

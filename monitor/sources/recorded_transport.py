"""A recording as a transport: tells what the recorded one told, by the recorded clock."""

from collections.abc import Iterator
from itertools import chain

from sibeat.monitor.recording.format import Entry
from sibeat.monitor.recording.reader import Hole, RecordingReader
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.pacing import Pacer


class RecordedTransport:
    """Tells again what a transport told.

    Parameters
    ----------
    reader : of the recording
    pacer : waits until an arrival is due; not at all at full speed
    """

    def __init__(self, reader: RecordingReader, pacer: Pacer) -> None:
        self.name = f"recording {reader.header.get('name', reader.path.name)}"
        self.now_s: float | None = None
        """arrival clock of what was told last"""
        self.cut = False
        """whether the recording is over although its input was not: a kill, or the user's end"""
        self._pacer = pacer
        self._first_s: float | None = None
        self._away = False
        self._closed = False
        self._entries: Iterator[Entry | Hole] = reader.entries()

    def arrivals(self) -> Iterator[ByteArrival]:
        """Yield every arrival when it is due; a hole is a port that went away and came back."""
        for entry in self._entries:
            if isinstance(entry, Hole):
                yield from self._lose()
                continue
            if entry.kind == "end":
                return
            self._wait_for(entry.time_s)
            if self._closed:
                return
            yield from self._tell(entry)
        self.cut = True

    def next_rate(self) -> bool:
        """Answer as the recorded transport did."""
        entry = next(self._entries, None)
        if isinstance(entry, Entry) and entry.kind in ("next rate", "no rate"):
            return entry.kind == "next rate"
        if entry is not None:  # options differ from those of the recording: it was never asked
            self._entries = chain([entry], self._entries)
        return False

    def close(self) -> None:
        """Make ``arrivals`` end at once."""
        self._closed = True
        self._pacer.stop()

    def _wait_for(self, time_s: float) -> None:
        if self._first_s is None:
            self._first_s = time_s
            self._pacer.start()
        self._pacer.wait_until(time_s - self._first_s)

    def _tell(self, entry: Entry) -> Iterator[ByteArrival]:
        self.now_s = entry.time_s
        if self._away and entry.kind != "back":
            yield ByteArrival(entry.time_s, kind="back")
        self._away = False
        if entry.kind in ("read", "lost", "back"):
            yield ByteArrival(entry.time_s, entry.data, entry.kind)

    def _lose(self) -> Iterator[ByteArrival]:
        """Tell that what follows is missing, unless nothing was told yet."""
        if self.now_s is not None and not self._away:
            self._away = True
            yield ByteArrival(self.now_s, kind="lost")

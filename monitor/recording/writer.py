"""Keeps what arrives, as it arrives, so that it can be replayed to the bit.

The reader thread and the session add to a buffer; a thread of its own writes it four times a second
and syncs it every five. A kill costs what is younger than the write (far less than a second), a
power cut what is younger than the sync; closing syncs the rest. The notes say what the consumer
met beside the arrivals: the stream, overflows, the user's marks, where it ended.
"""

import threading
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import Event, GapEvent, RhythmEvent
from sibeat.monitor.marks import USER_MARK
from sibeat.monitor.recording.buffer import BlockBuffer
from sibeat.monitor.recording.format import Entry
from sibeat.monitor.recording.parts import PART_BYTES, PartWriter
from sibeat.monitor.sinks.base import EntryKind
from sibeat.monitor.sinks.disk import Disk
from sibeat.monitor.sources.base import ByteArrival, SourceStatus, Transport

WRITE_S = 0.25
"""time between two writes; chosen by us: a quarter of the second that a kill may cost"""
SYNC_S = 5.0
"""time between two syncs; chosen by us: what Linux itself takes between two commits of ext4"""


class Recording:
    """A recording that is being made; one of the session's sinks.

    Parameters
    ----------
    folder : of this session alone
    header : what a replay needs to know beside what arrived; JSON
    disk : the file system
    part_bytes : size from which a new part is begun
    write_s, sync_s : time between two writes, and two syncs

    Raises
    ------
    OutputError
        The folder cannot be written to, or holds a recording.
    """

    entries: EntryKind = "recorded_blocks"

    def __init__(
        self,
        folder: Path,
        header: Mapping[str, Any],
        *,
        disk: Disk | None = None,
        part_bytes: int = PART_BYTES,
        write_s: float = WRITE_S,
        sync_s: float = SYNC_S,
    ) -> None:
        self.path = folder
        self._write_s, self._sync_s = write_s, sync_s
        self.holds_any = False
        """whether anything arrived: else nothing stays"""
        self._buffer = BlockBuffer()
        self._parts = PartWriter(folder, header, disk, part_bytes)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sibeat-recording", daemon=True)
        self._thread.start()

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""
        return self._parts.warning

    @property
    def n_lost(self) -> int:
        """Blocks that could not be written at all."""
        return self._buffer.n_lost + self._parts.n_lost

    def tap(self, transport: Transport) -> Transport:
        """Give a transport that does as this one, with everything it tells recorded."""
        return TappedTransport(transport, self)

    def add(self, entry: Entry) -> None:
        """Record what a transport told; does not wait for the disk."""
        self.holds_any = self.holds_any or bool(entry.data)
        self._buffer.add(entry)

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Note which stream it became."""
        self.holds_any = True
        start = info.start_time.isoformat() if info.start_time else None
        stream = {"fs": info.fs, "lead": info.lead, "unit": info.unit, "start_time": start}
        self._buffer.note({"note": "stream", "name": info.name} | stream | dict(about))

    def take(self, event: Event) -> None:
        """Note what does not follow from the arrivals: an overflow, a mark of the user."""
        if isinstance(event, GapEvent) and event.reason == "overflow":
            loss = {"start": int(event.sample), "n_samples": int(event.n_samples)}
            self._buffer.note({"note": "overflow"} | loss)
        elif isinstance(event, RhythmEvent) and event.name == USER_MARK:
            mark = {"sample": event.sample, "decided_at_sample": event.decided_at_sample}
            self._buffer.note({"note": "mark"} | mark)

    def note(self, status: SourceStatus, sample: int) -> None:
        """Nothing to note: the arrivals say it."""

    def tick(self) -> None:
        """Nothing to do: a thread of its own writes."""

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Note where the consumer ended, which is mostly before the last arrival."""
        self._buffer.note({"note": "end", "sample": int(sample), "ended": counts.get("ended")})

    def close(self) -> None:
        """Write and sync the rest; where nothing arrived, nothing stays. May be called twice."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._thread.join()
        self._write()
        if self.holds_any:
            self._parts.close()
        else:
            self._parts.discard()

    def _run(self) -> None:
        synced_at = time.monotonic()
        while not self._ending.wait(self._write_s):
            self._write()
            if time.monotonic() - synced_at >= self._sync_s:
                self._parts.sync_soon()
                synced_at = time.monotonic()

    def _write(self) -> None:
        for block in self._buffer.take():
            self._parts.append(block)
        self._parts.retry()


class TappedTransport:
    """Does as another transport, and records what that tells.

    Parameters
    ----------
    transport : the one that is listened to
    recording : gets the entries before anybody else sees what arrived
    """

    def __init__(self, transport: Transport, recording: Recording) -> None:
        self._transport = transport
        self._recording = recording
        self._closed = False
        self._now_s = 0.0

    @property
    def name(self) -> str:
        """As shown to the user."""
        return self._transport.name

    def arrivals(self) -> Iterator[ByteArrival]:
        """Yield what the transport does."""
        arrivals = self._transport.arrivals()
        try:
            for arrival in arrivals:
                self._now_s = arrival.time_s
                self._recording.add(Entry.of(arrival))
                yield arrival
        finally:  # when whoever iterates goes away, too: the device is to be closed now
            if isinstance(arrivals, Generator):
                arrivals.close()
        if not self._closed:
            self._recording.add(Entry("end", self._now_s))

    def next_rate(self) -> bool:
        """Go on at the next bit rate, if there is one."""
        answer = self._transport.next_rate()
        self._recording.add(Entry("next rate" if answer else "no rate", self._now_s))
        return answer

    def close(self) -> None:
        """Close the transport."""
        self._closed = True
        self._transport.close()

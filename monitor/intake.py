"""One reader thread, one bounded queue, one consumer: how every source is read.

The thread opens the source and iterates it; the consumer takes the items. When the queue is full a
source that can wait waits, and what a live one still gives becomes one counted gap. Errors of the
reader reach the consumer after the items that came before them.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

from sibeat.ecg.stream import Item, StreamInfo
from sibeat.monitor.item_queue import ItemQueue
from sibeat.monitor.sources.base import Source, SourceStatus

QUEUE_S = 30.0
"""signal that may wait for the consumer; chosen by us: outlasts a pause of a loaded small board"""
JOIN_S = 2.0
"""longest wait for the reader's end; chosen by us: sources end within about a tenth of a second"""
WAKE_S = 0.2
"""how often an endless wait wakes up, so that Ctrl-C is taken on every system; chosen by us: soon
enough for a person, rare enough to cost nothing that counts"""


class Intake:
    """Reads a source in its own thread; a context manager.

    ::

        with Intake(source) as intake:
            info = intake.wait_open()               # until the sampling rate is settled
            for item in intake.ticking(0.1):        # None: nothing came for 0.1 s
                ...

    Parameters
    ----------
    source : Source
        Opened, iterated and closed by the reader thread.
    queue_s : float
        Signal that may wait for the consumer, s.
    """

    def __init__(self, source: Source, queue_s: float = QUEUE_S) -> None:
        self._source = source
        self._queue_s = queue_s
        self._queue = ItemQueue(lossy=source.live, capacity=0)
        self._info: StreamInfo | None = None
        self._opened = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._read, name="sibeat-intake", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll_open(self, timeout_s: float) -> StreamInfo | None:
        """Wait that long for the source to be open; None when it is not yet.

        Raises
        ------
        SourceError
            What the source raised while opening.
        """
        if self._opened.wait(timeout_s) and self._info is None:
            self._queue.raise_error()
        return self._info

    def wait_open(self) -> StreamInfo:
        """Wait until the source is open, however long; raises as ``poll_open`` does."""
        while (info := self.poll_open(WAKE_S)) is None:
            pass
        return info

    def __iter__(self) -> Iterator[Item]:
        """Yield the items; at the end raise what made the reader stop."""
        return (item for item in self.ticking(WAKE_S) if item is not None)

    def ticking(self, tick_s: float) -> Iterator[Item | None]:
        """Yield the items, and None whenever nothing came for ``tick_s`` seconds.

        Raises
        ------
        SourceError
            What the source raised, after the items that came before it.
        """
        while not self._closing:
            item = self._queue.get(tick_s)
            if item is None and self._queue.exhausted:
                self._queue.raise_error()
                return
            yield item

    def status(self) -> SourceStatus:
        """How the source is doing, with the queue's own losses."""
        status = self._source.status()
        return replace(
            status,
            n_dropped=status.n_dropped + self._queue.n_lost,
            n_gaps=status.n_gaps + self._queue.n_overflows,
        )

    def close(self) -> None:
        """Stop reading and let go of the source; returns promptly, may be called twice."""
        self._closing = True
        self._source.close()
        self._queue.close()
        if self._thread.is_alive():
            self._thread.join(JOIN_S)

    def _read(self) -> None:
        """Run the source to its end; whatever it raises is the consumer's to raise."""
        error = None
        try:
            self._copy()
        except BaseException as raised:  # noqa: BLE001 - nothing is swallowed: the consumer raises it
            error = raised
        self._source.close()
        self._queue.end(error)
        self._opened.set()

    def _copy(self) -> None:
        info = self._source.open()
        self._queue.capacity = round(self._queue_s * info.fs)
        self._info = info
        self._opened.set()
        for item in self._source:
            if not self._queue.put(item):
                return

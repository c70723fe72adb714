"""The bounded queue between the reader and the consumer of a stream, bounded in samples.

When it is full, ``put`` waits for the consumer, or (lossy) drops what comes and puts one overflow
gap in its place. After an overflow it goes on dropping until the queue is half empty, so that a
consumer that is a little too slow costs few gaps, not one for every chunk.
"""

import threading
from collections import deque

from sibeat.ecg.stream import Chunk, Gap, Item


class ItemQueue:
    """Chunks and gaps in order; one thread puts, one gets.

    Parameters
    ----------
    lossy : bool
        Whether ``put`` drops, rather than waits, when there is no room.
    capacity : int
        Samples that may wait; a gap counts as one. An empty queue takes any item.
    """

    def __init__(self, lossy: bool, capacity: int) -> None:
        self.capacity = capacity
        self.n_lost = 0
        """samples dropped because there was no room"""
        self.n_overflows = 0
        """gaps these samples lie in"""
        self._lossy = lossy
        self._items: deque[Item] = deque()
        self._n_waiting = 0
        self._lost: Gap | None = None
        self._ended = False
        self._error: BaseException | None = None
        self._closed = False
        self._changed = threading.Condition()

    def put(self, item: Item) -> bool:
        """Add an item; False when the consumer has left."""
        with self._changed:
            if not self._lossy:
                self._changed.wait_for(lambda: self._closed or self._has_room(item))
            elif not self._has_room(item):
                self._lose(item)
                return not self._closed
            self._append_lost()
            self._append(item)
            return not self._closed

    def get(self, timeout_s: float | None = None) -> Item | None:
        """Take the next item; None when none came in time, or ever will (``exhausted``)."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._ended, timeout_s)
            if not self._items:
                return None
            item = self._items.popleft()
            self._n_waiting -= _room(item)
            self._changed.notify_all()
            return item

    def end(self, error: BaseException | None = None) -> None:
        """Say that no item follows, and what made the reader stop."""
        with self._changed:
            self._append_lost()
            self._ended, self._error = True, error
            self._changed.notify_all()

    @property
    def exhausted(self) -> bool:
        """Whether the stream has ended and every item was taken."""
        with self._changed:
            return self._ended and not self._items

    def raise_error(self) -> None:
        """Raise what made the reader stop, once every item before it was taken."""
        if self.exhausted and self._error is not None:
            raise self._error

    def close(self) -> None:
        """Let the reader go: the consumer takes no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self, item: Item) -> bool:
        limit = self.capacity if self._lost is None else self.capacity // 2
        return not self._items or self._n_waiting + _room(item) <= limit

    def _append(self, item: Item) -> None:
        self._items.append(item)
        self._n_waiting += _room(item)
        self._changed.notify_all()

    def _append_lost(self) -> None:
        if self._lost is not None:
            self._append(self._lost)
            self._lost = None

    def _lose(self, item: Item) -> None:
        """Drop an item into the gap at hand; a dropped gap was counted by its source."""
        if self._lost is None:
            self._lost = Gap(item.start, 0, "overflow")
            self.n_overflows += 1
        self._lost = Gap(self._lost.start, item.stop - self._lost.start, "overflow")
        self.n_lost += len(item.samples) if isinstance(item, Chunk) else 0


def _room(item: Item) -> int:
    return len(item.samples) if isinstance(item, Chunk) else 1

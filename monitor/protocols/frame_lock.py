"""Finds frames in bytes: holds a lock from frame to frame, and finds the next one after garbage.

A frame that follows the last one, in place and in count, is taken as it comes. Anything else is
searched for from there on, byte by byte: a place is taken when ``n_confirm`` frames stand in a row
from it, so the first good frame after garbage is found ``n_confirm`` frames after its first byte.
What is decided depends on the bytes alone, never on how they were split.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from sibeat.monitor.protocols.frame import FrameFormat
from sibeat.monitor.protocols.number_format import Codes, Frames

BLOCK_BYTES = 16384
"""bytes that are looked at together; chosen by us: bounds memory, and the cost of many breaks"""
MOST_DAMAGED = 4
"""frames in a row that a protocol without counter can have had damaged, in their places; chosen by
us: noise spoils some frames, longer garbage need not be any"""


@dataclass(frozen=True, slots=True, eq=False)
class FrameRun:
    """Frames in a row."""

    n_missing: int
    """frames that are missing before them: by the counter, or damaged in their places"""
    frames: Frames
    """(n_frames, n_bytes), at least one"""


class FrameLock:
    """Cuts bytes into frames of one format.

    Parameters
    ----------
    layout : the format
    """

    def __init__(self, layout: FrameFormat) -> None:
        self.n_bytes = 0
        """bytes that came"""
        self.n_good_bytes = 0
        """bytes of frames that were found"""
        self.n_garbage = 0
        """frames' lengths of bytes that were no frames, since the first frame"""
        self._format = layout
        self._tail = b""
        self._last: int | None = None  # counter of the last frame; None: none yet
        self._before: int | None = None  # the same, of the last frame before a resync
        self._end: int | None = None  # where it ended, in the buffer; below 0: before it

    @property
    def n_held_bytes(self) -> int:
        """Bytes that wait for those that follow."""
        return len(self._tail)

    def feed(self, data: bytes) -> list[FrameRun]:
        """Give the frames that the bytes complete."""
        self.n_bytes += len(data)
        runs: list[FrameRun] = []
        for at in range(0, len(data), BLOCK_BYTES):
            runs += self._look(self._tail + data[at : at + BLOCK_BYTES], final=False)
        return runs

    def flush(self) -> list[FrameRun]:
        """Give what the end of the stream decides; frames that nothing confirms are garbage."""
        return self._look(self._tail, final=True)

    def resync(self) -> None:
        """Forget the lock and what is held: bytes are missing from here, frames by the counter."""
        self._tail = b""
        self._before = self._before if self._last is None else self._last
        self._last = self._end = None

    def _look(self, data: bytes, final: bool) -> list[FrameRun]:
        buffer = np.frombuffer(data, np.uint8)
        search = _Search(self._format, buffer)
        runs: list[FrameRun] = []
        at = 0
        while True:
            n_taken, broken = self._follow(buffer, at, final, runs)
            at += n_taken * self._format.n_bytes
            if not broken:
                break
            place, found = search.next(at, self._last, self._end)
            at = place
            if not found:
                break
            self._lock(buffer, at, runs)
            at += self._format.n_bytes
        self._tail = data[at:]
        if self._end is not None:
            self._end -= at
        return runs

    def _follow(
        self, buffer: NDArray[np.uint8], at: int, final: bool, runs: list[FrameRun]
    ) -> tuple[int, bool]:
        """Take frames as long as they follow the last one; also tell whether the row is broken."""
        if self._last is None or self._end != at:
            return 0, True
        size = self._format.n_bytes
        frames = buffer[at : at + (len(buffer) - at) // size * size].reshape(-1, size)
        valid = self._format.check(frames)
        counters = self._format.counters(frames)
        good = valid
        if self._format.period is not None:
            due = (self._last + 1 + np.arange(len(frames))) % self._format.period
            good = valid & (counters == due)
        n_good = len(good) if good.all() else int(np.argmin(good))
        n_taken, broken = n_good, n_good < len(good)
        if self._format.vouched and n_good and not final:
            steps = np.diff(counters) % (self._format.period or 1)
            n_taken, broken = _vouched(good, valid[1:] & valid[:-1] & (steps == 1), n_good)
        if n_taken:
            self._take(FrameRun(0, frames[:n_taken]), int(counters[n_taken - 1]), at, runs)
        return n_taken, broken

    def _lock(self, buffer: NDArray[np.uint8], at: int, runs: list[FrameRun]) -> None:
        """Take the frame that a search has found."""
        frame = buffer[at : at + self._format.n_bytes].reshape(1, -1)
        counter = int(self._format.counters(frame)[0])
        n_missing = self._missing_before(at, counter)
        if self._end is not None:
            self.n_garbage += -(-(at - self._end) // self._format.n_bytes)
        self._take(FrameRun(n_missing, frame), counter, at, runs)

    def _missing_before(self, at: int, counter: int) -> int:
        last = self._before if self._last is None else self._last
        if last is not None and self._format.period is not None:
            return (counter - last - 1) % self._format.period
        if self._end is None:
            return 0
        n_slots, rest = divmod(at - self._end, self._format.n_bytes)
        return n_slots if rest == 0 and n_slots <= MOST_DAMAGED else 0

    def _take(self, run: FrameRun, counter: int, at: int, runs: list[FrameRun]) -> None:
        runs.append(run)
        self._last, self._end = counter, at + run.frames.size
        self.n_good_bytes += run.frames.size


def _vouched(good: NDArray[np.bool_], pairs: NDArray[np.bool_], n_good: int) -> tuple[int, bool]:
    """Tell how many of the good frames at the start are believed, and if the row ends there.

    The last of them is when the next one, or the one after that, goes on with its count, or when
    the next two stand in a row by themselves: then frames were lost between.

    Parameters
    ----------
    good : (n_frames,), which frames go on with the count
    pairs : (n_frames - 1,), which frames have one of the next count after them
    n_good : good frames before the first that is not
    """
    if n_good + 1 >= len(good):
        return n_good - 1, False
    believed = bool(good[n_good + 1] or pairs[n_good])
    return n_good - (not believed), True


class _Search:
    """Looks for a lock in one buffer; what it computes, it computes once."""

    def __init__(self, layout: FrameFormat, buffer: NDArray[np.uint8]) -> None:
        self._format, self._n = layout, len(buffer)
        self._buffer = buffer
        self._rows: tuple[NDArray[np.bool_], NDArray[np.bool_], Codes] | None = None

    def next(self, at: int, last: int | None, end: int | None) -> tuple[int, bool]:
        """Find the first place from ``at`` on that is a lock, or cannot be told yet.

        Parameters
        ----------
        at : first place that is possible
        last : counter of the last frame
        end : where that frame ended

        Returns
        -------
        The place, and whether it is a lock.
        """
        size = self._format.n_bytes
        n_places = self._n - size + 1
        if at >= n_places:
            return at, False
        strong, pairs, counters = self._known()
        likely, in_place = strong[at:], np.zeros(0, np.bool_)
        if last is not None and end is not None and self._format.n_confirm > 2:
            in_place = self._in_place(pairs, counters, at, last, end)
            likely = likely | in_place
        if not likely.any():
            return n_places, False
        offset = int(np.argmax(likely))
        n_needed = 2 if in_place.size and in_place[offset] else self._format.n_confirm
        return at + offset, at + offset + n_needed * size <= self._n

    def _in_place(
        self, pairs: NDArray[np.bool_], counters: Codes, at: int, last: int, end: int
    ) -> NDArray[np.bool_]:
        """Tell where two frames stand just as if the last one's row went on."""
        size = self._format.n_bytes
        places = np.arange(at, len(pairs))
        n_slots, rest = np.divmod(places - end, size)
        due = (last + 1 + n_slots) % (self._format.period or 1)
        agree: NDArray[np.bool_] = (rest == 0) & (counters[at:] == due) & pairs[at:]
        if self._format.period is not None:
            agree &= n_slots < self._format.period
        return agree

    def _known(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Codes]:
        """For each place: is it a lock, or the start of two frames, as far as the bytes go."""
        if self._rows is None:
            windows = sliding_window_view(self._buffer, self._format.n_bytes)
            good = self._format.check(windows)
            counters = self._format.counters(windows)
            strong, pairs = good.copy(), good.copy()
            for k in range(1, self._format.n_confirm):
                agree = self._next_agrees(good, counters, k)
                strong[: len(agree)] &= agree
                if k == 1:
                    pairs[: len(agree)] &= agree
            self._rows = strong, pairs, counters
        return self._rows

    def _next_agrees(self, good: NDArray[np.bool_], counters: Codes, k: int) -> NDArray[np.bool_]:
        """Tell for each place whether the k-th frame after it fits the one before that."""
        before, here = (k - 1) * self._format.n_bytes, k * self._format.n_bytes
        agree: NDArray[np.bool_] = good[here:].copy()
        if self._format.period is None:
            return agree
        steps = counters[here:] - counters[before : before + len(agree)]
        steps %= self._format.period
        agree &= steps == 1
        return agree

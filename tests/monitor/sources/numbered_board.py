"""A board whose samples say where in time they belong, and what became of them."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder

FS = 250.0
N_SETTLED = 3000
LATE = 26
"""samples by which the arrival clock may be off, and one"""


class Board:
    """Lines of a board whose samples are numbered from 1 in time, also those that nobody hears."""

    def __init__(self, uptime_s: float | None = None, per_s: float = 1e6) -> None:
        self.time_s = 100.0
        self._offset_s = None if uptime_s is None else uptime_s - self.time_s
        self._per_s = per_s

    @property
    def now(self) -> int:
        """Number of the sample of this moment."""
        return round((self.time_s - 100.0) * FS)

    def says(self, n_samples: int) -> Iterator[ByteArrival]:
        for _ in range(n_samples):
            yield ByteArrival(self.time_s, self.line())
            self.time_s += 1 / FS

    def line(self, number: int | None = None) -> bytes:
        """Give the line of a sample, by default of this moment."""
        number = self.now if number is None else number
        if self._offset_s is None:
            return b"%d\n" % number
        stamp_s = self._offset_s + 100.0 + number / FS
        if self._per_s == 1:
            return b"%.3f,%d\n" % (stamp_s, number)
        return b"%d,%d\n" % (round(stamp_s * self._per_s) % 2**32, number)

    def is_quiet(self, quiet_s: float) -> Iterator[ByteArrival]:
        until_s = self.time_s + quiet_s
        while self.time_s < until_s - 1e-9:
            self.time_s += min(0.02, until_s - self.time_s)
            yield ByteArrival(self.time_s)

    def is_held_up(self, held_s: float, read_bytes: int = 4096) -> Iterator[ByteArrival]:
        """Nothing comes, then all of it, cut into reads as a transport does."""
        data, first_s = b"", self.time_s
        for _ in range(round(held_s * FS)):
            data += self.line()
            self.time_s += 1 / FS
        yield from (ByteArrival(float(t)) for t in np.arange(first_s + 0.02, self.time_s, 0.02))
        for k, at in enumerate(range(0, len(data), read_bytes)):
            yield ByteArrival(self.time_s + 0.0005 * k, data[at : at + read_bytes])

    def catches_up(self, held_s: float, speed: float, burst_s: float) -> Iterator[ByteArrival]:
        """Nothing comes, then all of it, at so many times its pace, a burst at a time."""
        said = self.now
        yield from self.is_quiet(held_s)
        while said < self.now:
            stop = min(self.now, said + round(speed * burst_s * FS))
            lines = [self.line(number) for number in range(said, stop)]
            yield ByteArrival(self.time_s, b"".join(lines))
            said = stop
            yield from self.is_quiet(burst_s if stop < self.now else 0.0)

    def is_read_late(self, late_s: float) -> Iterator[ByteArrival]:
        """Nobody reads meanwhile, and what came by then is lost."""
        self.time_s += late_s
        yield from ()

    def begins_anew(self, uptime_s: float) -> None:
        """The column goes on from there."""
        self._offset_s = uptime_s - self.time_s

    def is_set(self, ahead_s: float) -> None:
        """The column is set forward, or back."""
        assert self._offset_s is not None
        self._offset_s += ahead_s


def stream_of() -> LiveStream:
    return LiveStream(TextDecoder(drop_first=False, fs=FS), FS)


def fed(stream: LiveStream, arrivals: Iterator[ByteArrival]) -> list[Item]:
    return [item for arrival in arrivals for item in stream.feed(arrival)]


def ended(stream: LiveStream, items: list[Item]) -> list[Item]:
    items += stream.finish()
    assert all(a.stop == b.start for a, b in pairwise(items))
    return items


def misplaced(items: list[Item]) -> float:
    """Largest distance of a sample from its place in time."""
    chunks = [item for item in items if isinstance(item, Chunk)]
    return max(float(abs(c.samples - np.arange(c.start, c.stop)).max()) for c in chunks)


def n_heard(items: list[Item]) -> int:
    return sum(len(item.samples) for item in items if isinstance(item, Chunk))


def n_missing(items: list[Item]) -> int:
    return sum(item.n_samples for item in items if isinstance(item, Gap))


def stamped_decoder() -> TextDecoder:
    """Give the decoder of a text board whose time column it has understood."""
    decoder = TextDecoder(drop_first=False, fs=250.0)
    decoder.feed(b"".join(b"%d,5\n" % (4000 * k) for k in range(100)))
    assert decoder.counts_losses
    return decoder

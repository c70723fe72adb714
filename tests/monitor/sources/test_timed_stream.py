"""After the rate is settled: what the board says of its time is weighed against arrivals."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import SILENCE_S, LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder
from sibeat.monitor.sources.timed_stream import PIECES_AFTER

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


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.15, 12.0),
    st.sampled_from([1e3, 1e6]),
    st.floats(30.0, 4200.0),
    st.floats(0.0, 3.0),
)
def test_a_board_that_was_reset_is_heard_at_once_and_in_its_place(
    quiet_s: float, per_s: float, uptime_s: float, boot_s: float
) -> None:
    """The port stays open; the time column begins anew, after a while of any length."""
    board, stream = Board(uptime_s, per_s), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_quiet(quiet_s))
    board.begins_anew(boot_s)
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert n_heard(items) == N_SETTLED + 1000 - 1  # the first line must be confirmed
    assert misplaced(items) <= LATE


@pytest.mark.parametrize("jump_s", [-3600.0, -60.0, 5.0, 3600.0, 80_000.0])
@pytest.mark.parametrize("quiet_s", [0.0, 0.3, 3.0])
def test_a_time_column_that_is_set_makes_no_gap_of_its_own(jump_s: float, quiet_s: float) -> None:
    board, stream = Board(100_000.0, per_s=1.0), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_quiet(quiet_s))
    board.is_set(jump_s)
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert n_heard(items) == N_SETTLED + 1000 - (jump_s < 0)  # a reset loses a line
    assert misplaced(items) <= LATE
    assert quiet_s or n_missing(items) == (jump_s < 0)


def test_a_clock_that_stood_still_makes_nobody_deaf() -> None:
    """A board that slept: its column goes on as if no time had passed."""
    board, stream = Board(0.0, 1e3), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_quiet(8.0))
    board.is_set(-8.0)
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert n_heard(items) == N_SETTLED + 1000
    assert misplaced(items) <= LATE


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("held_s", [0.5, 1.5, 3.0])
@pytest.mark.parametrize("read_bytes", [1000, 4096])
def test_stalls_whose_samples_come_after_all_do_not_add_up(
    held_s: float, read_bytes: int, stamped: bool
) -> None:
    """What was given as a gap is left out of the backlog: all others are in their places."""
    board, stream = Board(0.0 if stamped else None), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    for _ in range(4):
        items += fed(stream, board.is_held_up(held_s, read_bytes))
        items += fed(stream, board.says(500))
    items = ended(stream, items)
    assert misplaced(items) <= 1
    assert abs(items[-1].stop - board.now) <= 1
    given_s = held_s if held_s >= PIECES_AFTER * SILENCE_S else 0.0
    assert n_missing(items) <= 4 * (given_s * FS + 1)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(1.1, 5.0)), min_size=1, max_size=5))
def test_without_a_count_no_sample_of_real_time_is_left_out(
    stalls: list[tuple[bool, float]],
) -> None:
    """Losses and backlogs in any order: the index follows time, and only backlogs are cut."""
    board, stream = Board(), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    for held, for_s in stalls:
        items += fed(stream, board.is_held_up(for_s) if held else board.is_quiet(for_s))
        items += fed(stream, board.says(300))
    items = ended(stream, items)
    assert misplaced(items) <= LATE
    assert abs(items[-1].stop - board.now) <= LATE
    assert n_heard(items) >= N_SETTLED + 300 * len(stalls)
    assert n_heard(items) + n_missing(items) == items[-1].stop


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("held_s", [1.5, 6.0])
@pytest.mark.parametrize(("speed", "burst_s"), [(1.5, 0.02), (3.0, 0.02), (3.0, 0.3), (2.0, 0.7)])
def test_a_backlog_of_any_pace_leaves_what_follows_in_its_place(
    held_s: float, speed: float, burst_s: float, stamped: bool
) -> None:
    """Also one that takes longer than samples are held, or pauses itself."""
    board, stream = Board(0.0 if stamped else None), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    for _ in range(2):
        items += fed(stream, board.catches_up(held_s, speed, burst_s))
        items += fed(stream, board.says(500))
    before = len(items)
    items = ended(stream, items + fed(stream, board.says(500)))
    assert misplaced(items[before:]) <= 3
    assert abs(items[-1].stop - board.now) <= 3


@pytest.mark.parametrize("speed", [3.0, 1.2])
def test_what_a_slow_backlog_lacks_in_the_end_was_lost(speed: float) -> None:
    """Held no longer, its samples come while it is not yet known how many are missing."""
    board, stream = Board(), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_quiet(5.0))  # lost
    items += fed(stream, board.catches_up(6.0, speed, 0.02))
    items += fed(stream, board.says(500))
    before = len(items)
    items = ended(stream, items + fed(stream, board.says(500)))
    assert misplaced(items[before:]) <= LATE
    assert abs(items[-1].stop - board.now) <= LATE


@pytest.mark.parametrize("late_s", [1.5, 30.0, 3600.0])
def test_a_silence_is_one_although_nobody_read(late_s: float) -> None:
    """The computer slept: its clock ran on, and the port held nothing."""
    board, stream = Board(), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_read_late(late_s))
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert n_heard(items) == N_SETTLED + 1000
    assert misplaced(items) <= 1


@pytest.mark.parametrize("n_lines", [10, 50, 250])
def test_a_column_that_is_set_soon_after_a_reset_makes_no_gap_of_its_own(n_lines: int) -> None:
    """A board that asks for the time as soon as it is up."""
    board, stream = Board(5000.0, per_s=1.0), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_quiet(1.7))
    board.begins_anew(0.0)
    items += fed(stream, board.says(n_lines))
    board.is_set(50_000.0)
    items += fed(stream, board.says(500))
    before = len(items)
    items = ended(stream, items + fed(stream, board.says(500)))
    assert misplaced(items[before:]) <= LATE
    assert n_missing(items) <= 1.7 * FS + LATE


def test_a_hole_in_what_came_back_is_as_long_as_the_column_says() -> None:
    """A port whose driver kept some lines from before it went away."""
    board, stream = Board(0.0), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    kept = b"cut" + board.line() + b"".join(board.line(board.now + k) for k in (1, 2, 3))
    items += fed(stream, iter([ByteArrival(board.time_s, kind="lost")]))
    items += fed(stream, board.is_quiet(6.0))
    items += fed(stream, iter([ByteArrival(board.time_s, kept, kind="back")]))
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert abs(items[-1].stop - board.now) <= LATE
    assert n_missing(items) <= 6 * FS + LATE

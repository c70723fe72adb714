"""After the rate is settled: what the board says of its time is weighed against arrivals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import SILENCE_S
from sibeat.monitor.sources.timed_stream import PIECES_AFTER

from .numbered_board import (
    FS,
    LATE,
    N_SETTLED,
    Board,
    ended,
    fed,
    misplaced,
    n_heard,
    n_missing,
    stream_of,
)

pytestmark = pytest.mark.no_cover


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


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("kept_s", [1.2, 2.5])
def test_what_a_link_kept_while_the_port_was_away_is_in_its_place(
    kept_s: float, stamped: bool
) -> None:
    """A server, or a radio: only a port's own buffer is empty when it is opened."""
    board, stream = Board(0.0 if stamped else None), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, iter([ByteArrival(board.time_s, kind="lost")]))
    items += fed(stream, board.is_quiet(4.0))
    numbers = range(board.now - round(kept_s * FS), board.now)
    kept = b"cut\n" + b"".join(board.line(number) for number in numbers)
    items += fed(stream, iter([ByteArrival(board.time_s, kept, kind="back")]))
    before = len(items)
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert misplaced(items[before:]) <= LATE
    assert abs(items[-1].stop - board.now) <= LATE


@pytest.mark.parametrize("held_s", [8.0, 20.0, 60.0])
@pytest.mark.parametrize("ahead_s", [36_000.0, 5.0, -1000.0])
def test_a_clock_that_is_set_after_a_backlog_makes_no_gap_either(
    held_s: float, ahead_s: float
) -> None:
    """A backlog is as late as it was quick: arrivals go on judging."""
    board, stream = Board(100_000.0, per_s=1.0), stream_of()
    items = fed(stream, board.says(N_SETTLED))
    items += fed(stream, board.is_held_up(held_s))
    items += fed(stream, board.says(250))
    board.is_set(ahead_s)
    items = ended(stream, items + fed(stream, board.says(1000)))
    assert abs(items[-1].stop - board.now) <= LATE

"""What comes in blocks is not lost for it, and is told."""

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest

from sibeat.ecg.stream import Gap, Item
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.patience import MARGIN, MEMORY_S, MOST_S, Patience
from sibeat.monitor.sources.text_protocol import TextDecoder

FS = 250.0
BLOCK_BYTES = 8192
"""what C and Python print at once into a pipe"""
POLL_S = 0.1


def arrivals(duration_s: float, *, timed: bool, block_bytes: int) -> Iterator[ByteArrival]:
    """Lines of a program that prints in blocks, and the polls that find nothing."""
    waiting, polled_s = b"", 0.0
    for at in range(round(duration_s * FS)):
        time_s = at / FS
        waiting += b"%d,%d\n" % (4000 * at, at % 1000) if timed else b"%d\n" % (at % 1000)
        if len(waiting) >= block_bytes:
            yield ByteArrival(time_s, waiting)
            waiting, polled_s = b"", time_s
        elif time_s - polled_s >= POLL_S:
            polled_s = time_s
            yield ByteArrival(time_s)


def run(stream: LiveStream, came: Iterator[ByteArrival]) -> list[Item]:
    items = [item for arrival in came for item in stream.feed(arrival)]
    return items + stream.finish()


@pytest.mark.parametrize("timed", [True, False])
def test_a_program_that_prints_in_blocks_loses_one_of_them_at_most(timed: bool) -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    items = run(stream, arrivals(120.0, timed=timed, block_bytes=BLOCK_BYTES))
    block = BLOCK_BYTES // (11 if timed else 4)
    gaps = [item for item in items if isinstance(item, Gap)]
    assert sum(gap.n_samples for gap in gaps) < block
    assert all(gap.start < 3 * block for gap in gaps)
    assert items[-1].stop > 120 * FS - 2 * block
    assert all(one.stop == two.start for one, two in pairwise(items))


def test_blocks_are_told_and_are_no_silence_once_they_are_known() -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    states = []
    for arrival in arrivals(60.0, timed=True, block_bytes=BLOCK_BYTES):
        stream.feed(arrival)
        states.append((arrival.time_s, stream.status().state))
    (warning,) = stream.status().warnings
    assert "blocks of 2." in warning
    assert "python3 -u" in warning
    assert "silent" in {state for time_s, state in states if 4.0 < time_s < 12.0}
    assert {state for time_s, state in states if time_s > 12.0} == {"streaming"}


def test_after_blocks_an_end_of_them_is_a_silence_and_a_gap() -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    came = list(arrivals(60.0, timed=True, block_bytes=BLOCK_BYTES))
    for arrival in came:
        stream.feed(arrival)
    assert stream.status().state == "streaming"
    gaps: list[Item] = []
    for tenth in range(1, 100):
        gaps += stream.feed(ByteArrival(came[-1].time_s + POLL_S * tenth))
    assert stream.status().state == "silent"
    assert sum(gap.n_samples for gap in gaps) > 5 * FS


def test_lines_that_are_flushed_are_no_blocks() -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    items = run(stream, arrivals(60.0, timed=True, block_bytes=1))
    assert stream.status().warnings == ()
    assert not [item for item in items if isinstance(item, Gap)]


def board_arrivals(
    duration_s: float, stalls: list[tuple[float, float]], lost: tuple[float, float], *, polls: bool
) -> Iterator[ByteArrival]:
    """Lines of a board by a link that stalls from, to, and loses what is sent from, to."""
    waiting = b""
    for at in range(round(duration_s * FS)):
        time_s = at / FS
        away = lost[0] <= time_s < lost[1]
        waiting += b"" if away else b"%d\n" % (at % 1000)
        if any(start <= time_s < stop for start, stop in stalls):
            if polls and at % 25 == 0:
                yield ByteArrival(time_s)
        elif waiting:
            yield ByteArrival(time_s, waiting)
            waiting = b""
        elif at % 25 == 0:
            yield ByteArrival(time_s)


@pytest.mark.parametrize("stalls", [[(20.0, 40.0)], [(20.0, 25.0), (35.0, 40.0)]])
def test_a_link_that_stalled_hides_no_loss_and_delays_none(
    stalls: list[tuple[float, float]],
) -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    first_gap_s, states = math.inf, set()
    for arrival in board_arrivals(70.0, stalls, (50.0, 57.0), polls=True):
        items = stream.feed(arrival)
        if arrival.time_s > 50.0 and any(isinstance(item, Gap) for item in items):
            first_gap_s = min(first_gap_s, arrival.time_s)
        if 51.5 < arrival.time_s < 57.0:
            states.add(stream.status().state)
    assert first_gap_s < 53.0
    assert states == {"silent"}
    assert stream.status().warnings == ()


def test_a_reader_that_slept_saw_no_blocks() -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=FS), fs=FS)
    for arrival in board_arrivals(60.0, [(20.0, 21.5), (21.6, 23.1)], (99.0, 99.0), polls=False):
        stream.feed(arrival)
        assert stream.status().warnings == ()


def test_only_pauses_count_that_were_filled_and_between_which_nothing_flowed() -> None:
    patience = Patience(2.0, 0.0)
    patience.learn(10.0, 5.0, 0.0, 15.0)
    assert (patience.wait_s(15.0), patience.warning(15.0)) == (2.0, None), "10 s flowed before"
    patience.learn(15.1, 4.0, 3.0, 19.1)
    assert patience.wait_s(19.1) == 2.0, "not filled"
    patience.learn(19.2, 4.0, 0.1, 23.2)
    assert patience.wait_s(23.2) == 4.0 * MARGIN
    assert patience.warning(23.2) is None
    assert not patience.expects(1.5)
    patience.learn(23.2, 6.0, 0.0, 29.2)
    assert patience.wait_s(29.2) == 6.0 * MARGIN
    assert "blocks of 5.0 s" in str(patience.warning(29.2))
    assert patience.expects(8.9)
    assert not patience.expects(9.1)
    patience.learn(29.2, 25.0, 0.0, 54.2)
    assert patience.wait_s(54.2) == MOST_S
    patience.learn(54.2, 200.0, 0.0, 254.2)
    assert patience.wait_s(254.2) == 2.0, "forgotten, and longer than any block"


def test_blocks_are_forgotten_and_end_where_samples_flow_again() -> None:
    for last_s, flowed_s in ((MEMORY_S + 1, 0.0), (0.0, 10.0)):
        patience = Patience(2.0, 0.0)
        patience.learn(0.0, 5.0, 0.0, 5.0)
        patience.learn(5.0, 5.0, 0.0, 10.0)
        assert patience.warning(10.0)
        if flowed_s:
            patience.learn(10.0 + flowed_s, 3.0, 0.0, 13.0 + flowed_s)
        assert patience.warning(10.0 + last_s) is None

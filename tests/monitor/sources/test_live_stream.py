"""Arrivals to items: the index follows the arrival clock where nothing else tells."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError, UsageError
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder


def streamed(fs: float | None = 250.0, **options: float) -> LiveStream:
    return LiveStream(TextDecoder(drop_first=False, fs=fs), fs, **options)


def board(start_s: float, stop_s: float, fs: float = 250.0) -> list[ByteArrival]:
    """Arrivals every 20 ms of a board that prints its sample's number since the start."""
    n = round((stop_s - start_s) * 50)
    return [
        ByteArrival(
            start_s + (i + 1) / 50,
            b"".join(
                b"%d\n" % k
                for k in range(round((start_s + i / 50) * fs), round((start_s + (i + 1) / 50) * fs))
            ),
        )
        for i in range(n)
    ]


def quiet(start_s: float, stop_s: float) -> list[ByteArrival]:
    return [ByteArrival(t) for t in np.arange(start_s + 0.02, stop_s - 1e-9, 0.02).tolist()]


def run(stream: LiveStream, arrivals: Iterable[ByteArrival]) -> list[Item]:
    items = [item for arrival in arrivals for item in stream.feed(arrival)]
    assert all(a.stop == b.start for a, b in pairwise(items))
    return items


def gaps(items: list[Item]) -> list[tuple[int, int, str]]:
    """Contiguous gaps of one reason, joined."""
    joined: list[tuple[int, int, str]] = []
    for item in items:
        if not isinstance(item, Gap):
            continue
        if joined and joined[-1][2] == item.reason and sum(joined[-1][:2]) == item.start:
            joined[-1] = (joined[-1][0], joined[-1][1] + item.n_samples, item.reason)
        else:
            joined.append((item.start, item.n_samples, item.reason))
    return joined


def misplaced(items: list[Item]) -> int:
    """Largest distance between a sample's index and its number on the board."""
    chunks = [item for item in items if isinstance(item, Chunk)]
    return max(int(abs(c.samples - np.arange(c.start, c.stop)).max()) for c in chunks)


def test_a_silence_moves_the_index_by_the_clock_in_pieces() -> None:
    stream = streamed()
    before = run(stream, board(0, 5))
    during = run(stream, quiet(5, 12))
    assert stream.status().state == "silent"
    pieces = [item.n_samples for item in during if isinstance(item, Gap)]
    assert pieces == pytest.approx([475, *[125] * 9], abs=6)
    items = before + during + run(stream, board(12, 20))
    assert len(gaps(items)) == 1
    assert gaps(items)[0][1:] == (1750, "silence")
    assert misplaced(items) == 0
    status = stream.status()
    assert (status.state, status.n_dropped, status.n_gaps) == ("streaming", 1750, 1)


def test_a_silence_says_how_long_it_is_and_when_samples_come_again() -> None:
    stream = streamed()
    run(stream, [*board(0, 5), *quiet(5, 12)])
    assert stream.status().detail == "nothing for 7 s"
    run(stream, board(12, 12.2))
    assert (stream.status().state, stream.status().detail) == (
        "silent",
        "samples come again, finding their place in time",
    )
    run(stream, board(12.2, 20))
    assert (stream.status().state, stream.status().detail) == ("streaming", "")


def test_a_stall_whose_samples_come_after_all_is_no_gap() -> None:
    stream = streamed()
    items = run(stream, board(0, 5) + quiet(5, 6.5))
    late = b"".join(arrival.data for arrival in board(5, 6.52))
    items += run(stream, [ByteArrival(6.52, late), *board(6.52, 8)])
    assert gaps(items) == []
    assert misplaced(items) == 0


def test_a_port_that_comes_back_leaves_a_gap_of_the_time_it_was_away() -> None:
    stream = streamed()
    items = run(stream, board(0, 5))
    items += run(stream, [ByteArrival(5.1, kind="lost"), *quiet(5.1, 15)])
    assert stream.status().state == "lost"
    assert stream.status().n_dropped > 2000
    items += run(stream, [ByteArrival(15.0, kind="back"), *quiet(15.0, 17)])
    items += run(stream, [ByteArrival(17.02, b"42\n"), *board(17.02, 20)])
    (gap,) = gaps(items)
    assert gap[2] == "reconnect"
    assert gap[1] == pytest.approx(12 * 250, abs=6)
    assert misplaced(items) <= 6
    assert stream.status().n_reconnects == 1


def test_a_silence_in_a_stream_with_stamps_is_as_long_as_they_say() -> None:
    def stamped(first: int, stop: int, offset_s: float) -> list[ByteArrival]:
        return [
            ByteArrival(k / 250 + offset_s, b"%d,%d\n" % (4 * k, k)) for k in range(first, stop)
        ]

    stream = streamed()
    items = run(stream, stamped(0, 1000, 0.0) + quiet(4.0, 10.0))
    items += run(stream, stamped(2500, 3500, 0.08))  # late, as over a radio
    items += run(stream, stamped(3600, 3700, 0.08))
    chunks = [item for item in items if isinstance(item, Chunk)]
    assert chunks[-1].samples[-1] == chunks[-1].stop - 1 == 3699


def test_the_rate_is_measured_for_ten_seconds_which_are_buffered() -> None:
    stream = streamed(fs=None)
    assert run(stream, quiet(0, 3) + board(3, 12)) == []
    assert stream.fs is None
    assert stream.status().state == "connecting"
    assert "measuring the sampling rate, which takes 10 s" in stream.status().detail
    items = run(stream, board(12, 14))
    assert stream.fs == 250.0
    assert items[0].start == 0
    assert items[-1].stop == 11 * 250


def test_the_rate_of_stamps_comes_before_that_of_arrivals() -> None:
    stream = streamed(fs=None)
    text = b"".join(b"%d,%d\n" % (8 * k, k) for k in range(1300))
    items = run(stream, [ByteArrival(0.1, text)])
    assert stream.fs == 125.0
    assert items[-1].stop == 1300


def test_what_came_before_a_silence_is_no_measurement() -> None:
    stream = streamed(fs=None)
    items = run(stream, board(0, 5) + quiet(5, 9) + board(9, 20))
    assert stream.fs == 250.0
    assert gaps(items) == []


@pytest.mark.parametrize("jump", [-50, 900_000])
def test_a_time_column_that_is_set_while_measuring_makes_no_gap(jump: int) -> None:
    """Of what came before nobody knows how long ago it was, as before a silence."""
    stream = streamed(fs=None)
    stamps = [100 + k + (jump if k >= 1000 else 0) for k in range(6000)]
    items = run(
        stream, (ByteArrival(k / 250, b"%d,%d\n" % (4 * s, k)) for k, s in enumerate(stamps))
    )
    assert stream.fs == 250.0
    assert gaps(items) == []
    assert isinstance(items[0], Chunk)
    assert items[0].samples[0] in (1000, 1001)  # a reset loses a line


@pytest.mark.parametrize("read_bytes", [4096, 65536])
@pytest.mark.parametrize("hole_at", [3000, 12_000])
@pytest.mark.parametrize("pace", [10.0, 10_000.0])
def test_a_file_through_a_pipe_keeps_its_holes_and_all_its_samples(
    read_bytes: int, hole_at: int, pace: float
) -> None:
    """What comes quicker than real time has a time column, or nothing, to be judged by."""
    stamps = [k if k < hole_at else k + 1000 for k in range(15_000)]
    text = b"".join(b"%d,%d\n" % (4 * stamp, stamp) for stamp in stamps)
    reads = [text[at : at + read_bytes] for at in range(0, len(text), read_bytes)]
    read_s = 64.0 / pace / len(reads)
    stream = streamed(fs=None)
    items = run(stream, (ByteArrival(k * read_s, data) for k, data in enumerate(reads)))
    items += stream.finish()
    assert gaps(items) == [(hole_at, 1000, "dropped")]
    heard = np.concatenate([item.samples for item in items if isinstance(item, Chunk)])
    assert heard.tolist() == stamps


def test_a_port_lost_while_measuring_begins_anew() -> None:
    stream = streamed(fs=None)
    arrivals = [*board(0, 5), ByteArrival(5.1, kind="lost"), ByteArrival(6.0, kind="back")]
    items = run(stream, arrivals + board(6.0, 18))
    assert stream.fs == 250.0
    assert gaps(items) == []


def test_a_flood_without_stamps_is_no_rate() -> None:
    stream = streamed(fs=None)
    flood = b"1\n" * 50_000
    with pytest.raises(SourceError, match="no sampling rate"):
        run(stream, [ByteArrival(0.1, flood), ByteArrival(0.2, flood)])


def test_a_slow_trickle_is_no_rate() -> None:
    stream = streamed(fs=None)
    with pytest.raises(SourceError, match="--fs"):
        run(stream, board(0, 15, fs=50.0))


def test_an_option_that_is_no_rate_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="--fs"):
        streamed(fs=1e6)


def test_an_end_before_the_rate_is_known_says_so() -> None:
    stream = streamed(fs=None)
    run(stream, board(0, 3))
    with pytest.raises(SourceError, match="--fs HZ"):
        stream.finish()


def test_an_end_without_a_sample_says_so() -> None:
    with pytest.raises(SourceError, match="no samples came"):
        streamed().finish()


def test_the_end_gives_what_was_held_back() -> None:
    stream = streamed(fs=None)
    stream.feed(ByteArrival(0.0, b"".join(b"%d,%d\n" % (4 * k, k) for k in range(500))))
    items = stream.finish()
    assert stream.fs == 250.0
    assert items[-1].stop == 500
    assert stream.status().state == "ended"


def test_any_split_of_the_arrivals_at_a_moment_gives_the_same_samples() -> None:
    whole, split = streamed(), streamed()
    arrivals = board(0, 5) + quiet(5, 8) + board(8, 10)
    halves = [
        ByteArrival(a.time_s, part)
        for a in arrivals
        for part in ((a.data[:7], a.data[7:]) if a.data else (b"",))
    ]
    a, b = run(whole, arrivals), run(split, halves)
    assert gaps(a)[0][1] == pytest.approx(gaps(b)[0][1], abs=5)  # one burst
    assert [x for c in a if isinstance(c, Chunk) for x in c.samples] == [
        x for c in b if isinstance(c, Chunk) for x in c.samples
    ]

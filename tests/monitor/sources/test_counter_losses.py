"""Losses by counter and clock: exact below a round, whole rounds by the clock, nothing twice."""

from collections.abc import Iterator

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder
from sibeat.monitor.sources.base import ByteArrival, Missing, Samples
from sibeat.monitor.sources.counter_losses import (
    if_it_ran_on,
    whole_rounds,
    with_rounds,
    without_first,
    without_loss,
)
from sibeat.monitor.sources.live_stream import LiveStream

pytestmark = pytest.mark.no_cover

CYTON = shipped_boards()["openbci-cyton"]
BITALINO = shipped_boards()["bitalino"]


def flat(n_samples: int) -> FloatArray:
    return np.full(n_samples, 0.5, np.float32)


def arrivals(
    name: str, lost: range, n_samples: int = 5000, late_s: float = 0.0
) -> Iterator[ByteArrival]:
    """Arrivals every 20 ms; the samples of ``lost`` never arrive."""
    board = shipped_boards()[name]
    assert board.fs
    encoder, n_block = make_encoder(board, board.fs), round(board.fs * 0.02)
    for at in range(0, n_samples, n_block):
        said = [range(at, min(at + n_block, lost.start)), range(max(at, lost.stop), at + n_block)]
        said = [range(at, at + n_block)] if not lost else said
        data = b"".join(encoder.encode(Chunk(r.start, flat(len(r)))) for r in said if r)
        yield ByteArrival((at + n_block) / board.fs + late_s * (at >= lost.stop), data)


def streamed(name: str, lost: range, n_samples: int = 5000, late_s: float = 0.0) -> list[Item]:
    stream = LiveStream(make_decoder(shipped_boards()[name]))
    items = [i for a in arrivals(name, lost, n_samples, late_s) for i in stream.feed(a)]
    assert stream.status().losses == "counted"
    return items + stream.finish()


def gap_of(items: list[Item]) -> tuple[int, int]:
    gaps = [item for item in items if isinstance(item, Gap)]
    return gaps[0].start, sum(gap.n_samples for gap in gaps)


@pytest.mark.parametrize("n_lost", [1, 7, 100, 254, 255, 256, 257, 300, 511, 512, 700, 2000])
def test_a_cyton_s_losses_of_any_length_are_exact(n_lost: int) -> None:
    items = streamed("openbci-cyton", range(1000, 1000 + n_lost))
    assert gap_of(items) == (1000, n_lost)
    assert items[-1].stop == 5000


@pytest.mark.parametrize("n_lost", [255, 256, 257, 512, 513, 1024, 2000])
@pytest.mark.parametrize("name", ["chords-uno-r3", "chords-uno-r4", "openeeg-p2", "olimex-ekg-emg"])
def test_so_are_those_of_every_counter_of_8_bits(name: str, n_lost: int) -> None:
    """Also of whole rounds, of which the counter shows nothing."""
    items = streamed(name, range(1000, 1000 + n_lost))
    assert gap_of(items) == (1000, n_lost)
    assert items[-1].stop == 5000


@pytest.mark.parametrize("n_lost", [300, 700])
def test_an_arrival_that_is_late_itself_does_not_matter(n_lost: int) -> None:
    items = streamed("openbci-cyton", range(1000, 1000 + n_lost), late_s=0.3)
    assert items[-1].stop == 5000


@pytest.mark.parametrize("n_lost", [1, 15, 500, 2000])
def test_bitalino_s_are_exact_below_a_round_and_from_a_tenth_of_a_second(n_lost: int) -> None:
    items = streamed("bitalino", range(2000, 2000 + n_lost), 10_000)
    assert abs(items[-1].stop - 10_000) <= (16 if n_lost > 15 else 0)
    assert (items[-1].stop - 10_000) % 16 == 0


def held_up(
    name: str, held: range, lost: range, read_bytes: int, polled: bool
) -> Iterator[ByteArrival]:
    """Arrivals whose blocks in ``held`` come late and together, in reads of a transport."""
    said = list(arrivals(name, lost, 5000 if name == "openbci-cyton" else 10_000))
    yield from said[: held.start]
    if polled:
        yield from (ByteArrival(said[i].time_s) for i in held)
    data, late_s = b"".join(said[i].data for i in held), said[held.stop - 1].time_s
    for k, at in enumerate(range(0, len(data), read_bytes)):
        yield ByteArrival(late_s + 0.0005 * (k + 1), data[at : at + read_bytes])
    yield from said[held.stop :]


@pytest.mark.parametrize("read_bytes", [1000, 4096, 1 << 20])
@pytest.mark.parametrize("polled", [True, False])
@pytest.mark.parametrize("n_held", [48, 70, 90])
@pytest.mark.parametrize("name", ["openbci-cyton", "bitalino"])
def test_what_was_held_up_is_not_lost(
    name: str, n_held: int, polled: bool, read_bytes: int
) -> None:
    """Up to 1.8 s of samples come late, in reads of 4096 bytes as a port gives them."""
    stream = LiveStream(make_decoder(shipped_boards()[name]))
    said = held_up(name, range(50, 50 + n_held), range(0), read_bytes, polled)
    items = [i for a in said for i in stream.feed(a)] + stream.finish()
    assert all(isinstance(item, Chunk) for item in items)
    assert items[-1].stop == (5000 if name == "openbci-cyton" else 10_000)


@pytest.mark.parametrize("n_held", [35, 90, 400])
@pytest.mark.parametrize("name", ["openbci-cyton", "bitalino"])
def test_a_frame_lost_in_a_backlog_is_one_frame(name: str, n_held: int) -> None:
    """The reader did not run for up to 8 s."""
    fs = shipped_boards()[name].fs
    assert fs
    at = round(0.02 * fs) * 52
    stream = LiveStream(make_decoder(shipped_boards()[name]))
    said = held_up(name, range(50, 50 + n_held), range(at, at + 1), 4096, False)
    items = [i for a in said for i in stream.feed(a)] + stream.finish()
    assert gap_of(items) == (at, 1)


@pytest.mark.parametrize("speed", [1.5, 3.0])
def test_a_link_that_catches_up_slowly_has_lost_nothing(speed: float) -> None:
    stream = LiveStream(make_decoder(CYTON))
    said = list(arrivals("openbci-cyton", range(0)))
    items = [i for a in said[:50] for i in stream.feed(a)]
    start_s = said[49].time_s + 1.4
    for k, arrival in enumerate(said[50:]):
        time_s = max(arrival.time_s, start_s + 0.02 * (k + 1) / speed)
        items += stream.feed(ByteArrival(time_s, arrival.data))
    items += stream.finish()
    assert all(isinstance(item, Chunk) for item in items)
    assert items[-1].stop == 5000


@pytest.mark.parametrize("name", ["openeeg-p2", "openbci-cyton"])
def test_rounds_that_come_in_late_bursts_were_not_lost(name: str) -> None:
    """The clock lacks less than the rounds that were taken for lost, each time that it does."""
    stream = LiveStream(make_decoder(shipped_boards()[name]))
    said = list(arrivals(name, range(0), 6000))
    items = [i for a in said[:50] for i in stream.feed(a)]
    time_s = said[49].time_s
    for k, arrival in enumerate(said[50:]):
        due_s = max(arrival.time_s, said[49].time_s + 1.9 + 0.7 * (1 + int(0.02 * k / 1.05)))
        while time_s < due_s - 0.03:
            time_s += 0.02
            items += stream.feed(ByteArrival(time_s))
        time_s = max(time_s, due_s)
        items += stream.feed(ByteArrival(time_s, arrival.data))
    items += stream.finish()
    assert items[-1].stop == sum(len(i.samples) for i in items if isinstance(i, Chunk)) + sum(
        i.n_samples for i in items if isinstance(i, Gap)
    )
    assert abs(items[-1].stop - 6000) <= 5


def test_rounds_are_those_nearest_to_the_clock() -> None:
    assert [whole_rounds(n, 256) for n in (-300, 0, 127, 129, 384, 500)] == [
        *(0, 0, 0, 256, 512, 512)
    ]


def test_rounds_go_to_the_first_counted_loss_alone() -> None:
    sample = Samples(np.zeros(3, np.float32))
    items = [sample, Missing(2, "lead_off"), Missing(5, "dropped"), sample, Missing(1, "dropped")]
    changed = with_rounds(items, 250, 0, 256, 25)
    assert changed[2] == Missing(261, "dropped")
    assert changed[4] == Missing(1, "dropped")
    assert with_rounds(items, 200, 0, 256, 25) == items
    assert with_rounds([sample], 999, 200, 256, 25) == [sample]


def test_whole_rounds_are_lost_only_if_nothing_came_meanwhile() -> None:
    sample = Samples(np.zeros(3, np.float32))
    assert with_rounds([sample], 500, 490, 256, 50) == [Missing(512, "dropped"), sample]
    assert with_rounds([sample], 500, 490, 16, 100) == [sample]  # a clock that cannot tell rounds


def test_a_board_that_ran_on_while_away_tells_how_long() -> None:
    assert if_it_ran_on(44, 2860, 256, 25) == 44 + 11 * 256
    assert if_it_ran_on(44, 2900, 256, 25) is None
    assert if_it_ran_on(2861, 2860, None, 25) == 2861
    assert if_it_ran_on(1, 2860, None, 25) is None


def test_a_stream_does_not_begin_with_a_loss() -> None:
    sample = Samples(np.zeros(3, np.float32))
    assert without_loss([Missing(9, "dropped"), sample]) == [sample]
    assert without_loss([Missing(9, "lead_off"), sample])[0] == Missing(9, "lead_off")
    assert without_loss([]) == []


def test_what_was_given_as_a_gap_is_left_out() -> None:
    items = [Missing(4, "lead_off"), Samples(np.arange(5, dtype=np.float32))]
    left, n_more = without_first(items, 6)
    assert n_more == 0
    assert isinstance(left[0], Samples)
    assert left[0].values.tolist() == [2, 3, 4]
    assert without_first(items, 2)[0][0] == Missing(2, "lead_off")
    assert without_first(items, 12) == ([], 3)

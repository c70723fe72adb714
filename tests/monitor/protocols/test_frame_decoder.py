"""Encode then decode gives the same samples; garbage costs nothing but itself; losses are counted.

``bench`` is of this folder's conftest.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Chunk, Gap
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import frame_format, make_decoder
from sibeat.monitor.protocols.frame_decoder import FrameDecoder
from sibeat.monitor.protocols.frame_encoder import FrameEncoder
from sibeat.monitor.sources.base import Missing, Samples

BOARDS = shipped_boards()
FRAMED = [name for name, board in BOARDS.items() if board.protocol != "text"]
COUNTED = [name for name in FRAMED if frame_format(BOARDS[name]).period]
FRAGMENTS = [b"\xa0", b"\xc0", b"\x0a\xfa", b"\x00\x0b", b"\xa5\x5a\x02", b"\xc7\x7c", b"\x01"]

mv = st.floats(-1.375, 1.375, width=32)
garbage = st.lists(st.one_of(st.binary(max_size=40), st.sampled_from(FRAGMENTS)), max_size=8).map(
    b"".join
)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FRAMED)
@settings(max_examples=30, deadline=None)
@given(samples=st.lists(mv, min_size=64, max_size=96), size=st.integers(1, 50))
def test_what_is_said_is_heard_for_any_split(
    bench: Any, name: str, samples: list[float], size: int
) -> None:
    n = len(samples) // 8 * 8
    said = np.array(samples[:n], np.float32)
    said[np.abs(said) < 0.05] = 0.5  # a run of zeros would be an electrode that is off
    data = bench.say(name, Chunk(0, said))
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    (heard,) = bench.hear(name, *pieces)
    board, encoder = BOARDS[name], FrameEncoder(BOARDS[name], bench.layout(name))
    scale = board.scale.mv_per_count
    expected = (encoder.codes(said) - board.scale.zero) * (scale or 1.0)
    assert np.array_equal(heard.values, expected.astype(np.float32))
    if scale is not None:
        assert np.max(np.abs(heard.values - said)) <= 0.51 * scale + 1e-6


@pytest.mark.parametrize("name", FRAMED)
@settings(max_examples=40, deadline=None)
@given(junk=garbage, before=st.integers(0, 7), size=st.integers(1, 200))
def test_the_first_good_frame_after_garbage_is_heard(
    bench: Any, name: str, junk: bytes, before: int, size: int
) -> None:
    """It is found within ``n_confirm`` frames, counted from its first byte."""
    layout = bench.layout(name)
    n_confirm = layout.n_confirm
    head = bench.frames(name, before + 4 * (before > 0))
    tail = bench.frames(name, n_confirm + 3, start=len(head))
    data = b"".join(head) + junk + b"".join(tail[:n_confirm])
    decoder = make_decoder(BOARDS[name])
    for at in range(0, len(data), size):
        decoder.feed(data[at : at + size])
    heard = decoder.counts.n_good_bytes
    lost = layout.vouched * (len(head) > 0) + layout.vouched
    assert heard >= (len(head) + n_confirm - lost) * layout.n_bytes


@pytest.mark.parametrize("name", FRAMED)
@settings(max_examples=25, deadline=None)
@given(data=st.lists(garbage, max_size=20).map(b"".join), size=st.integers(1, 97))
def test_any_bytes_any_split_are_the_same(bench: Any, name: str, data: bytes, size: int) -> None:
    data = data + b"".join(bench.frames(name, 9)) + data + b"".join(bench.frames(name, 9, 20))
    whole = bench.hear(name, data)
    split = bench.hear(name, *(data[at : at + size] for at in range(0, len(data), size)))
    assert [type(item) for item in whole] == [type(item) for item in split]
    assert np.array_equal(bench.signal(whole), bench.signal(split), equal_nan=True)


@pytest.mark.parametrize("name", COUNTED)
def test_every_loss_shorter_than_the_counter_is_exact(bench: Any, name: str) -> None:
    period = bench.layout(name).period
    frames = bench.frames(name, 3 * period + 40)
    for n_lost in range(1, period):
        heard = bench.hear(name, b"".join(frames[:20]), b"".join(frames[20 + n_lost : 60 + n_lost]))
        assert [item.n_samples for item in heard] == [20, n_lost, 40]
        assert isinstance(heard[1], Missing)


@pytest.mark.parametrize("name", [n for n in FRAMED if n not in COUNTED])
def test_without_counter_a_damaged_frame_is_missing_in_its_place(bench: Any, name: str) -> None:
    frames = bench.frames(name, 20)
    frames[7] = b"\xff" + frames[7][1:]
    heard = bench.hear(name, b"".join(frames))
    per_frame = bench.layout(name).n_samples
    assert [item.n_samples // per_frame for item in heard] == [7, 1, 12]


def test_a_damaged_counter_costs_one_sample(bench: Any) -> None:
    frames = bench.frames("openbci-cyton", 30)
    frames[10] = frames[10][:1] + b"\x77" + frames[10][2:]
    heard = bench.hear("openbci-cyton", b"".join(frames))
    assert [item.n_samples for item in heard] == [10, 1, 19]


def test_headers_in_every_data_byte_do_not_confuse(bench: Any) -> None:
    """A Cyton whose channels hold A0 and C0 throughout is still read rightly, from anywhere."""
    frames = [
        b"\xa0" + bytes([count % 256]) + b"\xa0\xc0\xa0" * 8 + b"\xa0\xc0" * 3 + b"\xc0"
        for count in range(300)
    ]
    for cut in range(33):
        decoder = make_decoder(BOARDS["openbci-cyton"])
        items = bench.run(decoder, b"".join(frames)[cut:])
        assert [item.n_samples for item in items] == [300 - (cut > 0)]


@pytest.mark.parametrize("name", FRAMED)
def test_lead_off_comes_back_as_lead_off(bench: Any, name: str) -> None:
    rule = BOARDS[name].lead_off
    said = np.abs(bench.ramp(40)) + np.float32(0.1)
    data = bench.say(name, Chunk(0, said), Gap(40, 40, "lead_off"), Chunk(80, said))
    kinds = [
        (item.reason if isinstance(item, Missing) else "samples", item.n_samples)
        for item in bench.hear(name, data)
    ]
    if rule.codes or rule.zeros:
        assert kinds == [("samples", 40), ("lead_off", 40), ("samples", 40)]
    else:
        assert kinds == [("samples", 120)]


def test_a_few_zeros_are_a_signal_and_come_at_once_when_it_moves(bench: Any) -> None:
    name, n_zeros = "openview-ads1292r", BOARDS["openview-ads1292r"].lead_off.zeros
    data = bench.say(name, Chunk(0, np.array([1.0] + [0.0] * (n_zeros - 1), np.float32)))
    decoder = make_decoder(BOARDS[name])
    assert [item.n_samples for item in decoder.feed(data)] == [1]
    more = bench.say(name, Chunk(0, np.ones(1, np.float32)))
    assert sum(item.n_samples for item in decoder.feed(more)) == n_zeros


@pytest.mark.parametrize("name", FRAMED)
def test_the_chosen_channel_goes_through(bench: Any, name: str) -> None:
    board = BOARDS[name]
    layout = bench.layout(name)
    n_channels = len(board.channels)
    codes = np.tile(np.arange(1, n_channels + 1), (16 * layout.n_samples, 1))
    data = layout.build(codes, np.arange(16))
    for index, channel in enumerate(board.channels):
        for wanted in (index, channel.name):
            decoder = FrameDecoder(board, layout, wanted, gain=1.0)
            (samples,) = bench.run(decoder, data)
            assert isinstance(samples, Samples)
            assert set(samples.values.tolist()) == {index + 1 - board.scale.zero}
            assert (decoder.lead, decoder.unit) == (channel.name, "mV")
    with pytest.raises(UsageError, match="no lead"):
        make_decoder(board, lead="nonsense")
    with pytest.raises(UsageError, match="no gain"):
        make_decoder(board, gain=0.0)


@pytest.mark.parametrize("name", FRAMED)
def test_memory_is_bounded_whatever_comes(bench: Any, name: str) -> None:
    layout = bench.layout(name)
    decoder = FrameDecoder(BOARDS[name], layout)
    noise = np.random.default_rng(1).bytes(100_000)
    for data in (noise, b"\x00" * 50_000, b"\xa0" * 50_000, noise[::-1]):
        for at in range(0, len(data), 5000):
            decoder.feed(data[at : at + 5000])
            held = decoder._lock.n_held_bytes
            assert held < (layout.n_confirm + 2) * layout.n_bytes


def timed_frame(index: int, flipped: int = 0) -> bytes:
    """A Cyton's frame with board time, some bits of it flipped."""
    time_ms = (4 * index ^ flipped).to_bytes(4, "big")
    return b"\xa0" + bytes([index % 256]) + b"\x00\x00\x07" * 8 + b"\0\0" + time_ms + b"\xc3"


def test_board_time_resolves_losses_longer_than_the_counter(bench: Any) -> None:
    said = [timed_frame(i) for i in (*range(100), *range(1700, 1800))]
    heard = bench.hear("openbci-cyton", b"".join(said))
    assert [item.n_samples for item in heard] == [100, 1600, 100]


@pytest.mark.parametrize("bit", range(32))
def test_a_flipped_bit_of_board_time_is_no_loss(bit: int) -> None:
    decoder = make_decoder(BOARDS["openbci-cyton"])
    heard = [
        item
        for index in range(100)
        for item in decoder.feed(timed_frame(index, flipped=(index == 50) << bit))
    ]
    assert not any(isinstance(item, Missing) for item in heard)


@pytest.mark.parametrize("bit", range(16, 32))
def test_nor_is_it_one_of_weeks_beside_a_loss(bit: int) -> None:
    decoder = make_decoder(BOARDS["openbci-cyton"])
    said = [timed_frame(i, flipped=(i == 50) << bit) for i in range(100) if i != 49]
    heard = [item for frame in said for item in decoder.feed(frame)]
    assert [item.n_samples for item in heard if isinstance(item, Missing)] == [1]


def test_after_a_resync_the_counter_tells_the_loss_before_the_first_sample(bench: Any) -> None:
    frames = bench.frames("openbci-cyton", 100)
    decoder = make_decoder(BOARDS["openbci-cyton"])
    decoder.feed(b"".join(frames[:10]) + frames[10][:7])
    decoder.resync()
    decoder.resync()
    heard = decoder.feed(b"".join(frames[50:60]))
    assert [type(item) for item in heard] == [Missing, Samples, Samples]
    assert heard[0].n_samples == 40

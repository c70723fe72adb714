"""The board is found by its bytes alone, and the rest of them is heard as by its own decoder."""

from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError, UsageError
from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.auto import CHECKPOINTS, AutoDecoder
from sibeat.monitor.protocols.board import Board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder

BOARDS = shipped_boards()
FOUND = [name for name, board in BOARDS.items() if board.auto]


def auto(**wanted: Any) -> AutoDecoder:
    return AutoDecoder(list(BOARDS.values()), **wanted)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("size", [1, 61, 100_000])
def test_every_board_is_found_from_the_middle_of_its_stream(
    bench: Any, name: str, size: int
) -> None:
    data = bench.say(name, Chunk(0, bench.ramp(800)))[5:]
    decoder = auto(fs=250.0)
    heard = bench.run(decoder, *(data[at : at + size] for at in range(0, len(data), size)))
    direct = bench.run(make_decoder(BOARDS[name], fs=250.0), data)
    assert decoder.board is BOARDS[name]
    assert decoder.found.name == f"{name} (found)"
    assert decoder.found.evidence.startswith(f"{name}: ")
    assert decoder.unit == direct_unit(name)
    assert np.array_equal(bench.signal(heard), bench.signal(direct), equal_nan=True)


def direct_unit(name: str) -> str:
    return "mV" if BOARDS[name].scale.mv_per_count else "a.u."


@pytest.mark.parametrize("name", FOUND)
def test_a_greeting_and_noise_before_are_forgiven(bench: Any, name: str) -> None:
    noise = np.random.default_rng(2).bytes(60)
    data = b"hello\r\n" + noise + b"\n" + bench.say(name, Chunk(0, bench.ramp(2000)))
    decoder = auto()
    decoder.feed(data)
    assert decoder.board is BOARDS[name]


def test_noise_is_nothing_and_costs_no_memory() -> None:
    decoder = auto()
    for _ in range(20):
        assert decoder.feed(np.random.default_rng(0).bytes(5000)) == []
        assert len(decoder._seen) <= CHECKPOINTS[-1]
    assert decoder.board is None
    assert decoder.counts.n_odd_bytes > 0.3 * decoder.counts.n_bytes
    assert decoder.flush() == []


def test_the_stream_after_noise_is_found(bench: Any) -> None:
    decoder = auto()
    decoder.feed(np.random.default_rng(0).bytes(50_000))
    decoder.resync()
    decoder.feed(bench.say("openbci-cyton", Chunk(0, bench.ramp(200))))
    assert decoder.board is BOARDS["openbci-cyton"]


def test_boards_that_send_the_same_are_told(bench: Any) -> None:
    twins: list[Board] = [BOARDS["openeeg-p2"], BOARDS["openeeg-p2"]]
    decoder = AutoDecoder(twins)
    with pytest.raises(SourceError, match=r"several protocols fit.*openeeg-p2.*--protocol"):
        decoder.feed(bench.say("openeeg-p2", Chunk(0, bench.ramp(800))))


def test_a_short_stream_is_taken_for_what_it_is(bench: Any) -> None:
    decoder = auto()
    heard = bench.run(decoder, bench.say("openbci-cyton", Chunk(0, bench.ramp(10))))
    assert len(bench.signal(heard)) == 10


def test_lead_and_gain_are_those_of_the_board_found(bench: Any) -> None:
    data = bench.say("openbci-cyton", Chunk(0, bench.ramp(200)))
    decoder = auto(lead="EXG3", gain=1000.0)
    heard = bench.signal(bench.run(decoder, data))
    assert (decoder.lead, decoder.stated_fs, decoder.counter_period) == ("EXG3", 250.0, 256)
    assert set(heard.tolist()) == {0.0}
    with pytest.raises(UsageError, match="no lead 'V9'"):
        auto(lead="V9").feed(data)

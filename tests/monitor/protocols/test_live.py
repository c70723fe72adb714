"""The real source on a real pty, the simulated board at its other end: started, heard, stopped."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item
from sibeat.monitor.intake import Intake
from sibeat.monitor.protocols.auto import AutoDecoder
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.board_side import BoardSide
from sibeat.monitor.protocols.codec import make_decoder, make_encoder
from sibeat.monitor.protocols.dialogue import dialogue_with, dialogue_with_unknown
from sibeat.monitor.simulator.faults import Faults, FaultyEncoder, Spell
from sibeat.monitor.simulator.speaking import Encoder, Spoken, speak
from sibeat.monitor.simulator.wire import Wire
from sibeat.monitor.simulator.wire_pty import PtyWire
from sibeat.monitor.simulator.wire_tcp import TcpWire
from sibeat.monitor.sources.base import Decoder
from sibeat.monitor.sources.pacing import Pacer
from sibeat.monitor.sources.serial_source import SerialSource

BOARDS = shipped_boards()
FRAMED = [name for name, board in BOARDS.items() if board.protocol != "text"]
DEADLINE_S = 20.0
SPEED = 4.0
N_SAID = 60_000


class Talker:
    """Speaks in the background until it is told to stop."""

    def __init__(self, name: str, wire: Wire, encoder: Encoder, fs: float, faults: Faults) -> None:
        self.side = BoardSide(BOARDS[name])
        self._ending = threading.Event()
        self._pacer = Pacer(SPEED)
        self._thread = threading.Thread(
            target=speak,
            args=(self._items(fs), encoder, wire, fs, self._pacer, Spoken()),
            kwargs={"manners": self.side, "away": faults.away},
            daemon=True,
        )
        self._thread.start()

    def _items(self, fs: float) -> Iterator[Item]:
        n_block = max(1, round(fs * 0.02 * SPEED))
        said = ramp()
        for at in range(0, len(said), n_block):
            if self._ending.is_set():
                return
            yield Chunk(at, said[at : at + n_block])

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive()


def ramp() -> FloatArray:
    return (0.8 * np.sin(np.arange(N_SAID) * 0.7) + 0.01).astype(np.float32)


@contextmanager
def talking(
    name: str, wire: Wire, faults: Faults | None = None, fs: float | None = None
) -> Iterator[Talker]:
    board, faults = BOARDS[name], faults or Faults()
    fs = fs or board.fs or 250.0
    encoder: Encoder = make_encoder(board, fs)
    if faults.any:
        encoder = FaultyEncoder(encoder, faults, fs, lambda data: [data] if data else [])
    talker = Talker(name, wire, encoder, fs, faults)
    yield talker
    talker.stop()
    wire.close()


def take(intake: Intake, n_samples: int) -> list[Item]:
    items: list[Item] = []
    deadline = time.monotonic() + DEADLINE_S
    while intake.poll_open(0.05) is None:
        assert time.monotonic() < deadline, intake.status()
    for item in intake.ticking(0.1):
        assert time.monotonic() < deadline, intake.status()
        items += [item] if item is not None else []
        if items and items[-1].stop >= n_samples:
            break
    return items


def signal(items: list[Item]) -> FloatArray:
    parts = [i.samples if isinstance(i, Chunk) else np.full(i.n_samples, np.nan) for i in items]
    return np.concatenate(parts).astype(np.float32)


def occurs_in(part: FloatArray, whole: FloatArray) -> bool:
    starts = np.flatnonzero(whole[: len(whole) - len(part) + 1] == part[0])
    return any(np.array_equal(whole[s : s + len(part)], part) for s in starts)


def source_of(name: str, port: str, decoder: Decoder, **options: Any) -> SerialSource:
    board = BOARDS[name]
    options = {"talk_at": lambda baud: dialogue_with(board)} | options
    return SerialSource(port, board.bauds, decoder=decoder, **options)


def reference(bench: Any, name: str) -> FloatArray:
    decoder = make_decoder(BOARDS[name])
    signal: FloatArray = bench.signal(bench.run(decoder, bench.say(name, Chunk(0, ramp()))))
    return signal


@pytest.mark.parametrize("name", FRAMED)
def test_what_a_board_says_over_a_pty_is_what_the_source_gives(bench: Any, name: str) -> None:
    wire = PtyWire(settle_s=0.1)
    with talking(name, wire) as talker:
        with Intake(source_of(name, wire.path, make_decoder(BOARDS[name]))) as intake:
            items = take(intake, 500)
            assert intake.status().n_dropped == 0
        until(lambda: talker.side.talking == (not BOARDS[name].start))  # it was told to stop
    assert intake.wait_open().fs == BOARDS[name].fs
    assert all(isinstance(item, Chunk) for item in items)
    assert occurs_in(signal(items), reference(bench, name))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["openbci-cyton", "bitalino"])
def test_auto_asks_a_silent_board_and_finds_it(bench: Any, name: str) -> None:
    wire, boards = PtyWire(settle_s=0.1), list(BOARDS.values())
    decoder = AutoDecoder(boards)
    options = {
        "talk_at": lambda baud: dialogue_with_unknown(boards, baud),
        "found": lambda: decoder.found,
    }
    with talking(name, wire), Intake(source_of(name, wire.path, decoder, **options)) as intake:
        items = take(intake, 200)
        assert intake.wait_open().source == f"serial {wire.path}, {name} (found)"
    assert occurs_in(signal(items), reference(bench, name))


def test_a_silent_port_is_tried_at_the_next_bit_rate() -> None:
    wire, boards = PtyWire(settle_s=0.1), list(BOARDS.values())
    source = SerialSource(
        wire.path,
        (57600, 9600),  # nobody there wants commands: the round of silence is short
        decoder=AutoDecoder(boards),
        talk_at=lambda baud: dialogue_with_unknown(boards, baud),
    )
    with Intake(source):
        until(lambda: source._transport._bauds[0] == 9600)  # type: ignore[attr-defined]
    wire.close()


def test_a_board_that_is_unplugged_and_comes_back_is_started_again(
    bench: Any, tmp_path: Path
) -> None:
    """Stream times are SPEED times as long as wall times: 16 s until the unplug are 4 s here."""
    name = "openbci-cyton"
    wire = PtyWire(settle_s=0.1, link=tmp_path / "ttyBOARD")
    faults = Faults(unplug=Spell(16.0, 3.0))
    source = source_of(name, wire.path, make_decoder(BOARDS[name]))
    with talking(name, wire, faults), Intake(source) as intake:
        items = take(intake, 200)
        until(lambda: intake.status().state == "lost")
        until(lambda: intake.status().n_reconnects == 1)
        until(lambda: intake.status().state == "streaming")
        items = take(intake, 4800)
    assert any(isinstance(item, Gap) and item.reason == "reconnect" for item in items)


def test_a_board_on_a_socket_is_heard_and_answers(bench: Any) -> None:
    name = "chords-uno-r3"
    wire = TcpWire("127.0.0.1", 0, settle_s=0.1)
    port = f"socket://{wire.host}:{wire.port}"
    with talking(name, wire) as talker:
        with Intake(source_of(name, port, make_decoder(BOARDS[name]))) as intake:
            items = take(intake, 300)
        until(lambda: not talker.side.talking)
    assert occurs_in(signal(items), reference(bench, name))

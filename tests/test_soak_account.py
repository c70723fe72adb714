"""Faults, stalls and unplugs: what each board's decoder counts is what really was lost."""

import importlib
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import frame_format, make_decoder
from sibeat.monitor.simulator.faults import Faults
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.sources.lateness import LATE_S
from sibeat.monitor.sources.live_stream import LiveStream

pytestmark = pytest.mark.no_cover

REPOSITORY = Path(__file__).parents[1]
BOARDS = shipped_boards()
FRAMED = [name for name, board in BOARDS.items() if board.protocol != "text"]
LONG = [name for name in FRAMED if frame_format(BOARDS[name]).period == 256]
UNCOUNTED = [name for name in FRAMED if frame_format(BOARDS[name]).period is None]
SPOILT = Faults(drop=0.01, flip=0.001, garbage_rate=6.0)
"""losses, flipped bits and garbage that must all be accounted for"""
SECONDS = 240.0
FRAMES_HELD = 2
"""frames by which a gap of the arrival clock may be off: one at each end waits to be confirmed"""
OFTEN = {"stalls_an_hour": 240.0, "unplugs_an_hour": 150.0}


@pytest.fixture
def soak_board(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY))
    return importlib.import_module("benchmarks.soak_board")


def frame_samples(name: str) -> int:
    return frame_format(BOARDS[name]).n_samples


def hear(board: Any) -> tuple[int, SourceStatus]:
    """Stream a board to its end; gives where the stream ends, and how it did before that."""
    decoder = make_decoder(board.board, fs=board.fs)
    stream = LiveStream(decoder, board.fs)
    items = [item for arrival in board.arrivals() for item in stream.feed(arrival)]
    status = stream.status()
    items += stream.finish()
    assert all(one.stop == other.start for one, other in pairwise(items))
    for item in items:
        if isinstance(item, Chunk):
            board.truth.compare(item)
    return items[-1].stop, status


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", [*LONG, "bitalino"])
def test_with_a_counter_every_sample_is_given_in_its_place_or_counted(
    soak_board: ModuleType, name: str, seed: int
) -> None:
    mishaps = soak_board.Mishaps(SPOILT, **OFTEN)
    board = soak_board.SoakBoard(name, SECONDS, seed, mishaps)
    stop, status = hear(board)
    assert board.counts.n_stalls > 2
    assert board.counts.n_unplugs > 0
    assert status.losses == "counted"
    uncounted = board.counts.n_samples - stop
    if name == "bitalino":  # its counter goes round in 16 ms: the clock tells the rounds, about
        assert uncounted % 16 == 0
        assert abs(uncounted) <= LATE_S * board.fs * (
            board.counts.n_stalls + board.counts.n_unplugs
        )
    else:
        assert uncounted == 0
        assert board.truth.n_misplaced <= board.encoder.counts.n_damaged


@pytest.mark.parametrize("name", ["text", *UNCOUNTED])
def test_without_a_counter_stalls_above_a_second_are_counted_by_the_clock(
    soak_board: ModuleType, name: str
) -> None:
    mishaps = soak_board.Mishaps(Faults(), stall_s=(1.5, 6.0), **OFTEN)
    board = soak_board.SoakBoard(name, SECONDS, 3, mishaps)
    stop, status = hear(board)
    n_absences = board.counts.n_stalls + board.counts.n_unplugs
    assert n_absences > 5
    assert status.losses == ("counted" if name == "text" else "inferred")  # text: by its times
    bound = 0 if name == "text" else n_absences * FRAMES_HELD * frame_samples(name)
    assert abs(board.counts.n_samples - stop) <= bound


@pytest.mark.parametrize("name", UNCOUNTED)
def test_without_a_counter_what_is_lost_one_by_one_shows_in_the_rate(
    soak_board: ModuleType, name: str
) -> None:
    faults = Faults(drop=0.04)
    mishaps = soak_board.Mishaps(faults, stalls_an_hour=0.0, unplugs_an_hour=0.0)
    board = soak_board.SoakBoard(name, SECONDS, 1, mishaps)
    stop, status = hear(board)
    lost = board.counts.n_samples - stop
    assert lost == board.encoder.counts.n_dropped * frame_samples(name)
    assert status.losses == "inferred"
    assert status.fs == pytest.approx(board.fs * (1 - lost / board.counts.n_samples), rel=0.003)
    assert "samples are lost that nothing counts" in status.warnings[0]

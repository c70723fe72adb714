"""What a board says is cut into its frames, or lines, and is whole again."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import frame_cutter, make_encoder

BOARDS = shipped_boards()


@pytest.mark.parametrize("name", BOARDS)
def test_what_a_board_says_is_cut_into_pieces_of_so_many_samples(name: str) -> None:
    n_samples, cut = frame_cutter(BOARDS[name])
    said = make_encoder(BOARDS[name], 250.0).encode(Chunk(0, np.zeros(20 * n_samples, np.float32)))
    pieces = cut(said)
    assert len(pieces) == 20
    assert b"".join(pieces) == said


def test_a_frame_has_its_boards_length() -> None:
    n_samples, cut = frame_cutter(BOARDS["openbci-cyton"])
    assert n_samples == 1
    assert [len(frame) for frame in cut(bytes(66))] == [33, 33]


def test_text_has_the_columns_that_were_asked_for() -> None:
    encoder = make_encoder(BOARDS["text"], 250.0, "V5 [mV]", "ms")
    assert encoder.preamble().endswith(b"time_ms,V5 [mV]\n")
    assert encoder.encode(Chunk(3, np.array([0.5], np.float32))) == b"12,0.5\n"

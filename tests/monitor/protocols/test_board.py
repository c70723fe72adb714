"""Board descriptions: the shipped ones hold together, a user's own works without code."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from sibeat.ecg.errors import ConfigError, UsageError
from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import Board, board_of, find_board, load_board, shipped_boards
from sibeat.monitor.protocols.codec import frame_format, make_decoder, make_encoder

OWN = """
name = "own"
title = "my board"
protocol = "frames"
bauds = [9600]
fs = 200.0
channels = [{ name = "ECG", at = 1, format = "u16le" }]

[frame]
n_bytes = 4
fixed = [{ at = 0, hex = "EE" }]
counter_at = 3
n_confirm = 3
adc_bits = 12
"""


@pytest.mark.parametrize("board", shipped_boards().values(), ids=lambda board: board.name)
def test_shipped_descriptions_hold_together(board: Board) -> None:
    assert find_board(board.name) is board
    assert all(baud > 0 for baud in board.bauds)
    assert all(len(ids) == 9 and ids == ids.upper() for ids in board.usb)
    assert board.probe is None or board.start
    assert bool(board.start) == bool(board.stop)
    if board.protocol != "text":
        layout = frame_format(board)
        assert layout.evidence_bits >= 8
        assert board.scale.derived
        assert board.tested_on == "the simulator"


@pytest.mark.parametrize("board", shipped_boards().values(), ids=lambda board: board.name)
def test_a_description_goes_through_json_and_back(board: Board) -> None:
    assert board_of(json.loads(json.dumps(asdict(board))), "a recording") == board


def test_a_board_of_ones_own_needs_a_file_alone(bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    board = find_board(str(path))
    data = make_encoder(board, 200.0).encode(Chunk(0, bench.ramp(50)))
    decoder = make_decoder(board)
    assert len(bench.signal(bench.run(decoder, data))) == 50
    assert (decoder.stated_fs, decoder.unit) == (200.0, "a.u.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("n_bytes = 4", "n_bytes = 0", "expected 1 to 8199"),
        (
            "n_bytes = 4",
            "n_bytes = 3",
            "in the description of own, a frame of 3 bytes holds nothing at 3",
        ),
        ("n_bytes = 4", "n_byte = 4", "did you mean 'n_bytes'"),
        ('hex = "EE"', 'hex = ""', "constant byte"),
        ("[frame]", "[scale]\nzero = 1.0\n[frame2]", "unknown key 'frame2'"),
        ('"frames"', '"text"', "if, and only if, it sends frames"),
        ('channels = [{ name = "ECG", at = 1, format = "u16le" }]', "", "has no channels"),
        ('"u16le"', '"u17"', "expected one of"),
        ('hex = "EE"', 'hex = "0xEE"', "hex in .*own.toml is '0xEE': expected bytes of two hex"),
        ('hex = "EE"', 'hex = "EE 5"', "expected bytes of two hexadecimal digits"),
        ("at = 1", "at = -1", "at of channel ECG in .* is -1"),
        ("at = 0", "at = -4", "at of fixed"),
        ("counter_at = 3", "counter_at = -1", "counter_at"),
        ("n_confirm = 3", "n_confirm = 0", "n_confirm in .* is 0: expected 1 or more"),
        ("n_confirm = 3", "n_samples = 0", "n_samples in .* is 0: expected 1 or more"),
        ("adc_bits = 12", "adc_bits = -1", "expected 1 to 32"),
        ("adc_bits = 12", "ranges = [{ at = 2, low = 9, high = 3 }]", r"\(9, 3\): expected 0 to"),
        ("adc_bits = 12", "[scale]\nmv_per_count = nan", "scale.mv_per_count"),
        ("adc_bits = 12", "[scale]\nmv_per_count = 0.0", "a number other than 0"),
        ("adc_bits = 12", "[scale]\nzero = inf", "scale.zero"),
        ("adc_bits = 12", "[lead_off]\nzeros = -1", "lead_off.zeros"),
        (
            "adc_bits = 12",
            "clock = { at = 1, when = { at = 2, low = 0, high = 9 } }",
            "a frame of 4 bytes holds nothing at 4",
        ),
        (
            "adc_bits = 12",
            "clock = { at = 0, when = { at = 90, low = 0, high = 9 } }",
            "a frame of 4 bytes holds nothing at 90",
        ),
        ("bauds = [9600]", "bauds = []", "bauds in .* expected at least one bit rate"),
        ("bauds = [9600]", "bauds = [0]", "each above 0"),
        (
            "fs = 200.0",
            'lead = "ECG9"',
            "lead in .*own.toml is 'ECG9': expected .* 0: ECG; correct",
        ),
        ("fs = 200.0", "fs = -5.0", "fs in .* -5 Hz, expected 100 to 2000"),
        ("fs = 200.0", 'start = [{ send = "" }]', "send in .* at least one character"),
        ("fs = 200.0", 'start = [{ send = "\u0416" }]', "of one byte each"),
        ("fs = 200.0", 'start = [{ send = "b", wait_s = -1.0 }]', "0 s or more"),
        ("fs = 200.0", 'stop = "\u0416"', "stop in .* of one byte each"),
    ],
)
def test_a_description_that_cannot_be_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new))
    with pytest.raises(ConfigError, match=message):
        frame_format(load_board(path))


def test_an_unknown_board_names_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="did you mean openbci-cyton"):
        find_board("openbci-cytn")
    with pytest.raises(UsageError, match=r"expected auto, bitalino.*FILE\.toml"):
        find_board("nonsense")

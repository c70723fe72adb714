"""docs/boards.md tells of the boards that ship, and its example of one's own works."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import get_args

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import Board, load_board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder
from sibeat.monitor.protocols.number_format import NumberFormat

PAGE = Path(__file__).parents[1] / "docs" / "boards.md"


@pytest.fixture(scope="module")
def boards() -> ModuleType:
    """Load docs/boards.py, which is no package."""
    spec = importlib.util.spec_from_file_location("boards_page", PAGE.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_tables_are_made_from_the_descriptions(boards: ModuleType, page: str) -> None:
    assert boards.with_tables(page) == page
    assert boards.spelt("START\n") == "`START`"
    assert boards.spelt("\u00c3") == "c3"


def test_every_board_is_wired(page: str) -> None:
    wiring = page[page.index("## Wiring") :]
    families = {name.partition("-")[0] for name in shipped_boards()}
    assert all(f"`{family}" in wiring for family in families)


def test_every_field_and_number_format_of_ones_own_is_explained(
    boards: ModuleType, page: str
) -> None:
    own = page[page.index("## A board of your own") :]
    rows = {row[0]: row[1:] for row in boards.field_rows(Board)}
    assert rows["`frame.clock.when.low`"] == ("whole number", "required", "lowest value, from 0 on")
    assert rows["`channels[].format`"][:2] == ("number format", '`"u16be"`')
    assert rows["`auto`"][1] == "`true`"
    assert all(name in own and row[-1] for name, row in rows.items())
    told = re.findall(r"`([ui]\d+(?:be|le)?)`", own[own.index("Number formats:") :])
    assert sorted(told) == sorted(get_args(NumberFormat))


def test_the_description_in_the_page_is_one(page: str, tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "my-board.toml").write_text(example)
    board = load_board(tmp_path / "my-board.toml")
    said = np.sin(np.arange(100) / 5).astype(np.float32)
    decoder = make_decoder(board)
    decoded = decoder.feed(make_encoder(board, 500.0).encode(Chunk(0, said))) + decoder.flush()
    heard = np.concatenate([item.values for item in decoded])
    assert board.scale.mv_per_count is not None
    np.testing.assert_allclose(heard, said, atol=board.scale.mv_per_count)

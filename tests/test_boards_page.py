"""docs/boards.md tells of the boards that ship, and its example of one's own works."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import load_board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder

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


def test_the_table_is_made_from_the_descriptions(boards: ModuleType, page: str) -> None:
    assert boards.with_table(page) == page
    assert boards.spelt("START\n") == "`START`"
    assert boards.spelt("\u00c3") == "c3"


def test_every_board_is_wired(page: str) -> None:
    wiring = page[page.index("## Wiring") :]
    families = {name.partition("-")[0] for name in shipped_boards()}
    assert all(f"`{family}" in wiring for family in families)


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

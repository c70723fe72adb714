"""Which lines that cannot be read were samples."""

import pytest

from sibeat.ecg.text_damage import MOST_DAMAGED, DamagedLines


@pytest.mark.parametrize("line", ["5x2", "\x02", "51,2", "5.1.2", "\ufffd1", "5e", "12 13"])
def test_a_damaged_line_was_a_sample(line: str) -> None:
    damaged = DamagedLines()
    damaged.note(line)
    assert [damaged.take(), damaged.take()] == [1, 0]


@pytest.mark.parametrize("line", ["HR 72", "BAT=3.7", "ready", "Ende der Übertragung", "ök"])
def test_talk_was_none(line: str) -> None:
    damaged = DamagedLines()
    damaged.note(line)
    assert damaged.take() == 0


@pytest.mark.parametrize("n_lines", [MOST_DAMAGED, MOST_DAMAGED + 1])
def test_long_garbage_was_none(n_lines: int) -> None:
    damaged = DamagedLines()
    for _ in range(n_lines):
        damaged.note("\x02")
    assert damaged.take() == (n_lines if n_lines <= MOST_DAMAGED else 0)

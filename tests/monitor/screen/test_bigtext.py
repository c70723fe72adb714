"""Big letters: every glyph is well formed, and rows have one length."""

import pytest

from sibeat.monitor.screen.bigtext import GLYPHS, N_ROWS, STROKES, big, stroke_digits


@pytest.mark.parametrize("letter", sorted(GLYPHS))
def test_glyphs_are_five_rows_of_one_width(letter):
    rows = GLYPHS[letter].split("|")
    assert len(rows) == 5
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("size", ["half", "whole"])
def test_rows_have_one_length_whatever_is_said(size):
    rows = big("V-like 0?é", size)
    assert len(rows) == N_ROWS[size]
    assert len({len(row) for row in rows}) == 1


def test_digits_differ_from_each_other():
    assert len({tuple(big(str(digit), "half")) for digit in range(10)}) == 10
    assert len({tuple(stroke_digits(str(digit))) for digit in range(10)}) == 10


def test_strokes_are_three_by_three():
    assert all([len(row) for row in rows] == [3, 3, 3] for rows in STROKES.values())

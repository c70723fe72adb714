"""Dots on cells."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sibeat.monitor.screen.canvas import BRAILLE, Layer, joined, line_dots, paint
from sibeat.monitor.screen.look import Look


def test_each_dot_is_the_unicode_dot_of_its_place():
    order = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    for bit, (y, x) in enumerate(order):
        dots = np.zeros((4, 2), np.bool_)
        dots[y, x] = True
        assert paint([Layer(dots, "signal")], Look())[0].plain == chr(BRAILLE + 2**bit)


def test_the_first_layer_owns_its_cells():
    full, half = np.ones((4, 4), np.bool_), np.zeros((4, 4), np.bool_)
    half[0, 0] = True
    row = paint([Layer(half, "signal"), Layer(full, "grid")], Look())[0]
    assert row.plain == "⠁⣿"
    assert [str(span.style) for span in row.spans] == ["green3", "grey30"]


def test_cells_without_a_dot_are_blank():
    assert paint([Layer(np.zeros((4, 6), np.bool_), "grid")], Look())[0].plain == "   "


@given(arrays(np.bool_, (8, 12)))
def test_ascii_has_a_sign_wherever_braille_has_one(dots):
    layer = Layer(dots, "signal")
    for braille, plain in zip(
        paint([layer], Look()), paint([layer], Look(True, False)), strict=True
    ):
        assert plain.plain.isascii()
        assert [c == " " for c in braille.plain] == [c == " " for c in plain.plain]


@given(arrays(np.float64, 12, elements=st.floats(-5, 5)), st.integers(0, 11))
def test_joined_strokes_touch_and_cover_what_they_were(values, hole):
    values[hole] = np.nan
    low, high = joined(values, values)
    assert np.array_equal(np.isnan(low), np.isnan(values))
    keep = np.isfinite(values)
    assert (low[keep] <= values[keep]).all()
    assert (high[keep] >= values[keep]).all()
    pairs = keep[1:] & keep[:-1]
    assert (low[1:] <= high[:-1])[pairs].all()
    assert (high[1:] >= low[:-1])[pairs].all()


def test_strokes_outside_are_drawn_at_the_edge():
    dots = line_dots(np.array([99.0, -5.0]), np.array([90.0, -9.0]), 2)
    assert dots[-1, 0]
    assert dots[0, 1]
    assert dots.sum() == 2

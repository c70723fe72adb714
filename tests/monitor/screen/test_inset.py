"""The last abnormal beat: curves over each other and where they differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.screen.inset import (
    HEAT_COLOURS,
    HEAT_SHADES,
    curve,
    draw_beat,
    draw_heat,
    heat_levels,
)
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import BeatView, frozen_array


def view(window, reconstruction, error) -> BeatView:
    arrays = [frozen_array(np.asarray(a, np.float32)) for a in (window, reconstruction, error)]
    return BeatView(360, 1.0, "abnormal", 0.9, *arrays)


def bump(at, width=6.0):
    return 2 * np.exp(-0.5 * ((np.arange(320) - at) / width) ** 2) - 1


def test_the_heat_is_where_the_error_is():
    error = np.zeros(40)
    error[30] = 0.8
    levels = heat_levels(error, 60, 6)
    assert max(levels) == 5
    assert {column for column, level in enumerate(levels) if level} == {45, 46}


def test_a_small_error_stays_cool():
    assert max(heat_levels(np.full(40, 1e-4), 60, 6)) == 0


@given(st.integers(0, 400), st.integers(1, 100))
def test_any_length_fits_any_width(n_error, n_columns):
    levels = heat_levels(np.ones(n_error, np.float32), n_columns, 6)
    assert len(levels) == n_columns
    assert set(levels) == ({5} if n_error else {0})


def test_heat_in_colours_shades_and_ascii():
    beat = view(bump(140), bump(140), np.linspace(0, 1, 40))
    colours = {str(span.style) for span in draw_heat(beat, 60, Look()).spans}
    assert colours == set(HEAT_COLOURS)
    assert set(draw_heat(beat, 60, Look(colour=False)).plain) == set(HEAT_SHADES)
    assert draw_heat(beat, 60, Look(False, False)).plain.isascii()


def test_the_curve_has_its_peak_where_the_beat_has_it():
    dots = curve(bump(140).astype(np.float32), 40, 6)
    highest = np.flatnonzero(dots.any(axis=1))[0]
    columns = np.flatnonzero(dots[highest])
    assert abs(columns.mean() / 80 - 140 / 320) < 0.02
    assert dots.any(axis=0).all(), "the curve has no holes"


@pytest.mark.parametrize("look", [Look(), Look(colour=False)])
def test_the_reconstruction_is_seen_where_it_differs(look):
    rows = draw_beat(view(bump(140), bump(240), np.zeros(40)), 40, 7, look)
    assert len(rows) == 7
    tones = {str(span.style) for row in rows for span in row.spans}
    assert {look.tone("beat"), look.tone("student")} <= tones


def test_a_beat_outside_the_window_is_drawn_at_the_edge():
    assert curve(np.full(320, 9.0, np.float32), 10, 3)[0].all()

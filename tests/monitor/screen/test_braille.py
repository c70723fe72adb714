"""The trace: nothing narrow vanishes, marks stand over their samples, gaps are seen."""

import math

import numpy as np
import pytest

from sibeat.monitor.screen.braille import TraceWindow, decimate, draw_marks, draw_trace
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.scale import choose_scale, samples_per_dot, sweep_mm_s
from sibeat.monitor.screen.snapshot import Mark, TraceView, frozen_array

RATES = [100.0, 125.0, 250.0, 360.0, 500.0, 1000.0, 2000.0]
PLAIN = Look(colour=False)


def window_of(samples, fs, n_columns, sweep=25.0, start=0, marks=()):
    view = TraceView(start, frozen_array(np.asarray(samples, np.float32)), tuple(marks), (-1, 1))
    return TraceWindow(view, fs, samples_per_dot(fs, sweep), n_columns)


def height_of(line_rows, column):
    """Rows in which a column has a dot of the signal, in plain text."""
    return [row for row, line in enumerate(line_rows) if line.plain[column] not in " "]


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("sweep", [12.5, 25.0, 50.0])
@pytest.mark.parametrize("start", [0, 7, 123_456_789])
def test_a_spike_of_one_sample_is_drawn_to_its_full_height(fs, sweep, start):
    n = int(4 * fs)
    rng = np.random.default_rng(1)
    for at in rng.integers(n // 2, n - int(fs), 5):
        samples = np.zeros(n)
        samples[at] = 1.0
        window = window_of(samples, fs, 60, sweep, start)
        low, high, _ = window.ranges()
        dot = math.floor((start + at) / window.samples_per_dot) - window.first_column * 2
        if not 0 <= dot < 120:
            continue
        assert high[dot] == 1.0
        assert np.nanmax(low) <= 0.0 or window.samples_per_dot < 2.0
        rows = draw_trace(window, choose_scale((-0.1, 1.0), "mV", 0, 8), 8, PLAIN)
        assert len(height_of(rows, window.column(start + at))) >= 5


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("n_columns", [78, 118])
def test_marks_stand_over_their_r_peaks(fs, n_columns):
    sweep = sweep_mm_s(n_columns)
    n = int(10 * fs)
    peaks = [int(s * fs) for s in (8.2, 8.9, 9.6)]
    samples = np.zeros(n)
    samples[peaks] = 1.0
    marks = [
        Mark(p, k) for p, k in zip(peaks, ("normal", "ventricular-like", "abnormal"), strict=True)
    ]
    window = window_of(samples, fs, n_columns, sweep, marks=marks)
    row = draw_marks(window, Look()).plain
    scale = choose_scale((-0.1, 1.0), "mV", 0, 8)
    top = draw_trace(window, scale, 8, PLAIN)
    highest = next(line.plain for line in top if line.plain.strip())
    drawn = [column for column, letter in enumerate(highest) if letter != " "]
    for letter, peak in zip("▾V!", peaks, strict=True):
        assert abs(row.index(letter) - window.column(peak)) <= 1
        assert min(abs(row.index(letter) - column) for column in drawn) <= 1
    assert len(row) == n_columns


def test_an_abnormal_mark_is_not_hidden_by_a_normal_one_beside_it():
    marks = [Mark(1000, "normal"), Mark(1001, "ventricular-like"), Mark(1002, "normal")]
    assert "V" in draw_marks(window_of(np.zeros(1250), 250.0, 60, marks=marks), Look()).plain


@pytest.mark.parametrize("look", [Look(), Look(colour=False), Look(False, False)])
def test_a_gap_is_hatched_and_holds_no_signal(look):
    samples = np.zeros(1000)
    samples[500:750] = np.nan
    window = window_of(samples, 250.0, 78)
    low, high, missing = window.ranges()
    inside = slice(
        *((np.array([520, 730]) / window.samples_per_dot).astype(int) - window.first_column * 2)
    )
    assert np.isnan(low[inside]).all()
    assert np.isnan(high[inside]).all()
    assert missing[inside].all()
    rows = draw_trace(window, choose_scale((-1, 1), "mV", 0, 8), 8, look)
    gap_columns = range(window.column(520), window.column(730))
    filled = [len(height_of(rows, column)) for column in gap_columns]
    assert min(filled) == 8


def test_missing_samples_are_never_joined_by_a_line():
    samples = np.concatenate([np.zeros(500), [np.nan] * 100, np.ones(500)])
    window = window_of(samples, 250.0, 78)
    low, high, missing = window.ranges()
    for edge in (low, high):
        assert set(edge[np.isfinite(edge)]) == {0.0, 1.0}
    assert missing.sum() in (19, 20, 21)


def test_decimation_keeps_the_range_of_every_column():
    rng = np.random.default_rng(2)
    samples = rng.normal(size=3000)
    low, high, _ = decimate(0, samples, 7.2, 0, 400)
    for dot in range(400):
        part = samples[math.ceil(dot * 7.2) : math.ceil((dot + 1) * 7.2)]
        assert low[dot] == part.min()
        assert high[dot] == part.max()


def test_a_sample_stays_in_its_column_while_the_trace_moves():
    rng = np.random.default_rng(3)
    samples = rng.normal(size=4000)
    early = window_of(samples[:3500], 360.0, 60)
    late = window_of(samples, 360.0, 60)
    moved = late.first_column - early.first_column
    for one, other in zip(early.ranges()[:2], late.ranges()[:2], strict=True):
        np.testing.assert_array_equal(one[2 * moved :], other[: 120 - 2 * moved])


def test_dots_finer_than_samples_are_joined_by_lines():
    low, high, missing = decimate(0, np.array([0.0, 1.0, 0.0]), 0.25, 0, 8)
    assert np.isfinite(low).all()
    assert high.max() == 1.0
    assert not missing.any()


def test_nothing_to_draw_draws_the_grid_alone():
    window = window_of([], 250.0, 40)
    rows = draw_trace(window, choose_scale(None, "mV", 0, 5), 5, Look())
    assert len(rows) == 5
    assert all(len(row.plain) == 40 for row in rows)
    assert {str(span.style) for row in rows for span in row.spans} == {"grey30"}
    assert any(row.plain.strip() for row in rows)


def test_heavy_lines_are_five_columns_apart():
    window = window_of(np.full(2000, np.nan)[:0], 250.0, 40)
    row = draw_trace(window, choose_scale(None, "mV", 0, 5), 5, Look())[1].plain
    columns = [column for column, letter in enumerate(row) if letter != " "]
    assert set(np.diff(columns)) <= {5, 1}
    assert window.first_column == -40


def test_abnormal_beats_are_coloured_in_the_trace():
    marks = [Mark(500, "normal"), Mark(800, "supraventricular-like")]
    window = window_of(np.zeros(1000), 250.0, 60, marks=marks)
    abnormal = window.abnormal_columns()
    assert abnormal[window.column(800)]
    assert not abnormal[window.column(500)]
    assert 9 <= abnormal.sum() <= 11, "0.36 s at 25 mm/s"

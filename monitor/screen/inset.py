"""The last abnormal beat: what came, what the student made of it, and where the two differ."""

from functools import lru_cache
from itertools import groupby

import numpy as np
from rich.text import Text

from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.monitor.screen.block import stack
from sibeat.monitor.screen.canvas import DOTS_X, DOTS_Y, BoolArray, Layer, joined, line_dots, paint
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import BeatView

REACH = 1.1
"""value at the upper edge; the window is normalised to [-1, 1] (chosen by us: a little air)"""
HEAT_FULL = 0.05
"""squared error from which the hottest colour may appear (chosen by us: a difference of 0.22 in a
window that spans 2; a beat that is abnormal by its rhythm alone stays cool)"""
HEAT_COLOURS = ("#23243a", "#4b1d6b", "#8c2369", "#cc4248", "#f1772b", "#fcd34d")
"""from cold to hot, rising in brightness too"""
HEAT_SHADES = (" ", "░", "▒", "▓", "█")
HEAT_ASCII = (" ", ".", ":", "*", "#")


def curve(values: FloatArray, n_columns: int, n_rows: int) -> BoolArray:
    """Dots of a curve (n,) over the whole width."""
    low, high = _column_ranges(values.astype(np.float64), n_columns * DOTS_X)
    low, high = joined(low, high)
    height = n_rows * DOTS_Y - 1
    return line_dots(_down(low, height), _down(high, height), n_rows)


def heat_levels(error: FloatArray, n_columns: int, n_levels: int) -> list[int]:
    """Heat of each column, ``0..n_levels - 1``: its largest error against the beat's largest.

    The root of the squared error is shown, so that small differences are seen beside large ones.
    """
    if len(error) == 0:
        return [0] * n_columns
    _, worst = _column_ranges(error.astype(np.float64), n_columns)
    share = np.sqrt(np.clip(worst / max(float(np.max(error)), HEAT_FULL), 0.0, 1.0))
    return [min(int(value * n_levels), n_levels - 1) for value in share]


def draw_heat(beat: BeatView, n_columns: int, look: Look) -> Text:
    """Draw the heat strip: one cell a column."""
    line = Text(no_wrap=True)
    if look.colour and look.unicode:
        for level, run in groupby(heat_levels(beat.error_trace, n_columns, len(HEAT_COLOURS))):
            line.append("█" * len(list(run)), HEAT_COLOURS[level])
        return line
    signs = HEAT_SHADES if look.unicode else HEAT_ASCII
    levels = heat_levels(beat.error_trace, n_columns, len(signs))
    return line.append("".join(signs[level] for level in levels))


@lru_cache(maxsize=1)
def draw_beat(beat: BeatView, n_columns: int, n_rows: int, look: Look) -> tuple[Text, ...]:
    """Waveform over reconstruction, and the heat strip below; drawn once for many pictures."""
    n_heat = 2 if n_rows >= 10 else 1
    n_curve = n_rows - n_heat
    student = curve(beat.reconstruction, n_columns, n_curve)
    if not look.colour:
        student[:, 1::2] = False
    layers = [
        Layer(curve(beat.window, n_columns, n_curve), "beat"),
        Layer(student, "student", "."),
    ]
    strip = draw_heat(beat, n_columns, look)
    return tuple(stack([*paint(layers, look), *[strip] * n_heat], n_columns, n_rows))


def _down(values: DoubleArray, height: int) -> DoubleArray:
    """Dots from the top for values of the normalised window."""
    down: DoubleArray = (REACH - values) / (2 * REACH) * height
    return down


def _column_ranges(values: DoubleArray, n_columns: int) -> tuple[DoubleArray, DoubleArray]:
    """Lowest and highest value in each of `n_columns` equal parts; parts share their borders."""
    if len(values) == 0:
        nothing = np.full(n_columns, np.nan)
        return nothing, nothing
    edges = np.linspace(0, len(values), n_columns + 1)
    first = np.minimum(np.floor(edges[:-1]), len(values) - 1).astype(np.int64)
    last = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
    parts = [values[a:b] for a, b in zip(first, last, strict=True)]
    return np.array([part.min() for part in parts]), np.array([part.max() for part in parts])

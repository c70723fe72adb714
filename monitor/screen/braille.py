"""The trace: signal over a faint grid, gaps hatched, R-peaks marked in a row above.

Columns of dots are bound to the absolute sample index, so that a sample always falls into the same
column and the picture moves without shimmering. Each column shows the range from its lowest to its
highest sample: a QRS complex of one sample stays visible at any speed.
"""

import math

import numpy as np
from rich.text import Text

from sibeat.ecg.stream import DoubleArray
from sibeat.monitor.screen.canvas import DOTS_X, DOTS_Y, BoolArray, Layer, joined, line_dots, paint
from sibeat.monitor.screen.look import Look, Tone
from sibeat.monitor.screen.scale import DOTS_PER_MM, MAJOR_MM, Scale
from sibeat.monitor.screen.snapshot import Mark, MarkKind, TraceView

SIGNS: dict[MarkKind, tuple[str, Tone]] = {
    "normal": ("▾", "signal"),
    "ventricular-like": ("V", "abnormal"),
    "supraventricular-like": ("S", "abnormal"),
    "abnormal": ("!", "abnormal"),
    "mark": ("◆", "information"),
}
BEAT_BEFORE_S, BEAT_AFTER_S = 0.12, 0.24
"""part of the trace that is coloured around an abnormal R-peak (chosen by us: a wide QRS, without
reaching into the next beat at 160/min)"""
MISSING_SHARE = 0.5
"""share of missing samples from which a column of dots is a gap (chosen by us)"""
GRID_DOTS = MAJOR_MM * DOTS_PER_MM


def decimate(
    start: int, samples: DoubleArray, samples_per_dot: float, first_dot: int, n_dots: int
) -> tuple[DoubleArray, DoubleArray, BoolArray]:
    """Lowest and highest sample of each column of dots.

    Parameters
    ----------
    start
        Absolute index of the first sample.
    samples
        (n_samples,), NaN where missing.
    samples_per_dot
        Samples of one column of dots; column k holds the indices from k times that.
    first_dot, n_dots
        Columns wanted.

    Returns
    -------
    low, high, missing
        (n_dots,) each; `low` and `high` are NaN where there is no sample, `missing` is True where
        the stream has a gap.
    """
    values, place = _spread(start, samples, samples_per_dot)
    dot = np.floor(place / samples_per_dot).astype(np.int64) - first_dot
    inside = (dot >= 0) & (dot < n_dots)
    dot, values = dot[inside], values[inside]
    low, high = np.full(n_dots, np.nan), np.full(n_dots, np.nan)
    np.fmin.at(low, dot, values)
    np.fmax.at(high, dot, values)
    n_all = np.bincount(dot, minlength=n_dots)
    n_missing = np.bincount(dot[np.isnan(values)], minlength=n_dots)
    missing = (n_missing > 0) & (n_missing >= MISSING_SHARE * n_all)
    return low, high, missing


def _spread(
    start: int, samples: DoubleArray, samples_per_dot: float
) -> tuple[DoubleArray, DoubleArray]:
    """Values and their places; joined by straight lines where dots are finer than samples."""
    place = start + np.arange(len(samples), dtype=np.float64)
    if samples_per_dot >= 1.0 or len(samples) == 0:
        return samples, place
    finer = math.ceil(2.0 / samples_per_dot)
    fine = start + np.arange((len(samples) - 1) * finer + 1) / finer
    return np.interp(fine, place, samples), fine


class TraceWindow:
    """The columns of a trace that fit into a width: which sample is where."""

    def __init__(self, view: TraceView, fs: float, samples_per_dot: float, n_columns: int) -> None:
        self.view = view
        self.fs = fs
        self.samples_per_dot = samples_per_dot
        self.n_columns = n_columns
        self.first_column = math.floor(view.stop / (samples_per_dot * DOTS_X)) - n_columns

    def column(self, sample: float) -> int:
        """Column of a sample; outside ``range(n_columns)`` when it is not in view."""
        return math.floor(sample / (self.samples_per_dot * DOTS_X)) - self.first_column

    def ranges(self) -> tuple[DoubleArray, DoubleArray, BoolArray]:
        """Lowest and highest sample and whether it is missing, for each column of dots."""
        return decimate(
            self.view.start,
            self.view.samples.astype(np.float64),
            self.samples_per_dot,
            self.first_column * DOTS_X,
            self.n_columns * DOTS_X,
        )

    def abnormal_columns(self) -> BoolArray:
        """(n_columns,), True around abnormal R-peaks."""
        columns = np.zeros(self.n_columns, dtype=np.bool_)
        for mark in self.view.marks:
            if SIGNS[mark.kind][1] == "abnormal":
                first = max(self.column(mark.sample - BEAT_BEFORE_S * self.fs), 0)
                last = self.column(mark.sample + BEAT_AFTER_S * self.fs)
                columns[first : max(last + 1, 0)] = True
        return columns


def draw_marks(window: TraceWindow, look: Look) -> Text:
    """Row of R-peak marks; where two meet, the abnormal one stays."""
    places: dict[int, Mark] = {}
    for mark in window.view.marks:
        column = window.column(mark.sample)
        if places.get(column, mark).kind == "normal" or mark.kind != "normal":
            places[column] = mark
    line = Text(" " * window.n_columns, no_wrap=True)
    signs = list(line.plain)
    for column, mark in places.items():
        if 0 <= column < window.n_columns:
            signs[column], tone = SIGNS[mark.kind]
            line.stylize(look.tone(tone), column, column + 1)
    line.plain = look.clean("".join(signs))
    return line


def draw_trace(window: TraceWindow, scale: Scale, n_rows: int, look: Look) -> list[Text]:
    """Draw signal, gaps and grid as `n_rows` lines."""
    low, high, missing = window.ranges()
    low, high = joined(low, high)
    low_dot = scale.zero_dot - low * scale.dots_per_unit
    high_dot = scale.zero_dot - high * scale.dots_per_unit
    signal = line_dots(low_dot, high_dot, n_rows)
    x = window.first_column * DOTS_X + np.arange(window.n_columns * DOTS_X)
    y = np.arange(n_rows * DOTS_Y)[:, None]
    layers = [
        Layer(signal, "abnormal", columns=window.abnormal_columns()),
        Layer(signal, "signal"),
        Layer(missing & ((x + y) % DOTS_Y == 0), "hatch", "/"),
        Layer(_grid(x, y - scale.zero_dot, look), "grid", "+"),
    ]
    return paint(layers, look)


def _grid(x: np.ndarray, y: np.ndarray, look: Look) -> BoolArray:
    """Heavy lines every 5 mm, dotted at each millimetre; only their crossings without colour."""
    heavy_x, heavy_y = x % GRID_DOTS == 0, y % GRID_DOTS == 0
    if not look.colour or not look.unicode:
        crossings: BoolArray = heavy_x & heavy_y
        return crossings
    lines: BoolArray = (heavy_x & (y % DOTS_PER_MM == 0)) | (heavy_y & (x % DOTS_PER_MM == 0))
    return lines

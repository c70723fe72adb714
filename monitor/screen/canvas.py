"""Dots on braille cells: eight dots a cell, two across and four down, in layers of tones.

The first layer with a dot in a cell owns the cell, for a cell has one colour; cells without a dot
stay blank. Without Unicode a cell becomes the ASCII character nearest to its dots.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.text import Span, Text

from sibeat.ecg.stream import DoubleArray
from sibeat.monitor.screen.look import Look, Tone

DOTS_X = 2
DOTS_Y = 4
BRAILLE = 0x2800
"""code point of the empty braille cell; each bit above it is a dot (Unicode, Braille Patterns)"""
BITS = np.array([[1, 8], [2, 16], [4, 32], [64, 128]], dtype=np.int64)
ROW_BITS = BITS.sum(axis=1)
ASCII_ROWS = {0: " ", 1: "'", 2: "-", 4: "-", 8: ".", 3: "'", 6: "-", 12: "."}
"""ASCII cell for a set of dot rows (bit 0 is the top row): one or two neighbours show the height of
the line, anything else is a stroke"""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Dots of one meaning."""

    dots: BoolArray
    """(4 n_rows, 2 n_columns)"""
    tone: Tone
    ascii: str = ""
    """character of a cell with dots where there is no braille; empty: by the height of the dots"""
    columns: BoolArray | None = None
    """(n_columns,), the cells' columns that this layer draws; None for all"""


def line_dots(low: DoubleArray, high: DoubleArray, n_rows: int) -> BoolArray:
    """Vertical strokes, one a dot column.

    Parameters
    ----------
    low, high
        (2 n_columns,), lower and upper end in dots from the top (so ``low >= high``); NaN: nothing
    n_rows
        Rows of cells.
    """
    height = n_rows * DOTS_Y
    drawn = np.isfinite(low) & np.isfinite(high)
    top = np.clip(np.rint(np.where(drawn, high, 0.0)), 0, height - 1)
    bottom = np.clip(np.rint(np.where(drawn, low, 0.0)), 0, height - 1)
    y = np.arange(height)[:, None]
    dots: BoolArray = drawn & (y >= top) & (y <= bottom)
    return dots


def joined(low: DoubleArray, high: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Make strokes (n,) of neighbouring dot columns meet halfway, so that a steep line is one.

    `low` and `high` are in any unit that rises; NaN columns stay and join nothing.
    """
    up = (low[1:] + high[:-1]) / 2.0
    down = (high[1:] + low[:-1]) / 2.0
    rises, falls = low[1:] > high[:-1], high[1:] < low[:-1]
    new_low, new_high = low.copy(), high.copy()
    new_low[1:] = np.where(rises, up, new_low[1:])
    new_high[:-1] = np.where(rises, np.fmax(new_high[:-1], up), new_high[:-1])
    new_high[1:] = np.where(falls, np.fmax(new_high[1:], down), new_high[1:])
    new_low[:-1] = np.where(falls, np.fmin(new_low[:-1], down), new_low[:-1])
    return new_low, new_high


def paint(layers: list[Layer], look: Look) -> list[Text]:
    """Draw layers, the first one on top, as one line of text per row of cells."""
    n_rows, n_columns = (
        n // d for n, d in zip(layers[0].dots.shape, (DOTS_Y, DOTS_X), strict=True)
    )
    codes = np.zeros((n_rows, n_columns), dtype=np.int64)
    owner = np.full((n_rows, n_columns), -1)
    for place, layer in enumerate(layers):
        mine = _codes(layer.dots)
        free = (owner < 0) & (mine > 0)
        if layer.columns is not None:
            free &= layer.columns
        codes[free], owner[free] = mine[free], place
    return [_row(codes[row], owner[row], layers, look) for row in range(n_rows)]


def _codes(dots: BoolArray) -> NDArray[np.int64]:
    n_rows, n_columns = dots.shape[0] // DOTS_Y, dots.shape[1] // DOTS_X
    cells = dots.reshape(n_rows, DOTS_Y, n_columns, DOTS_X)
    codes: NDArray[np.int64] = np.einsum("rycx,yx->rc", cells, BITS)
    return codes


def _row(
    codes: NDArray[np.int64], owner: NDArray[np.int64], layers: list[Layer], look: Look
) -> Text:
    """One line; a tone reaches over blanks up to the next one, which keeps the line short."""
    owned = np.flatnonzero(owner >= 0)
    begins = owned[np.diff(owner[owned], prepend=-1) != 0]
    styles = [look.tone(layers[place].tone) for place in owner[begins].tolist()]
    ends = pairwise([*begins.tolist(), len(codes)])
    # plain cells of the terminal's own colour need no span
    spans = [Span(*cells, style) for cells, style in zip(ends, styles, strict=True) if style]
    return Text(_signs(codes, owner, layers, look), no_wrap=True, spans=spans)


def _signs(
    codes: NDArray[np.int64], owner: NDArray[np.int64], layers: list[Layer], look: Look
) -> str:
    if look.unicode:
        letters = np.where(owner >= 0, codes + BRAILLE, ord(" ")).astype("<u4")
        return letters.tobytes().decode("utf-32-le")
    cells = zip(codes.tolist(), owner.tolist(), strict=True)
    return "".join(_ascii(code, layers[mine]) if mine >= 0 else " " for code, mine in cells)


def _ascii(code: int, layer: Layer) -> str:
    rows = sum(1 << y for y, bits in enumerate(ROW_BITS) if code & int(bits))
    return layer.ascii or ASCII_ROWS.get(rows, "|")

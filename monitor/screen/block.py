"""Blocks of text lines of exact width, put beside and above each other.

A block is a list of lines, each exactly as wide as asked for in terminal cells. That is all the
layout there is; a line that is too long is cut, never wrapped. Fields are shown whole or not at
all: half a number looks like another number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sibeat.monitor.screen.look import Look, Tone

MARGIN = 1
"""blank columns at both sides of the screen"""


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a line that is whole or absent."""

    text: Text
    rank: int
    """0 is the last to give way"""
    right: bool = False
    """whether it stands at the right end"""


def say(look: Look, *parts: tuple[str, Tone]) -> Text:
    """One line of (text, tone) parts."""
    line = Text(no_wrap=True)
    for text, tone in parts:
        line.append(look.clean(text), look.tone(tone))
    return line


def fit(line: Text, width: int) -> Text:
    """`line`, cut or padded to exactly `width` cells."""
    fitted = line.copy()
    fitted.truncate(max(width, 0), overflow="crop", pad=True)
    return fitted


def spread(left: Text, right: Text, width: int) -> Text:
    """`left` and `right` at the two ends of `width` cells; the left one gives way."""
    room = width - right.cell_len - 1
    if room < 1:
        return fit(left, width)
    return Text(" ", no_wrap=True).join([fit(left, room), right])


def fitting(fields: Sequence[Field], width: int) -> list[Field]:
    """Those of the first ranks that fit into `width` cells, in the order in which they stand."""
    kept: set[int] = set()
    room = width - any(field.right for field in fields)
    for place in sorted(range(len(fields)), key=lambda place: fields[place].rank):
        room -= fields[place].text.cell_len
        if room < 0:
            break
        kept.add(place)
    return [field for place, field in enumerate(fields) if place in kept]


def line_of(fields: Sequence[Field], width: int) -> Text:
    """Fields that fit, those of the right at the right end of `width` cells."""
    kept = fitting(fields, width)
    left, right = Text(no_wrap=True), Text(no_wrap=True)
    for field in kept:
        (right if field.right else left).append_text(field.text)
    return spread(left, right, width) if right.cell_len else fit(left, width)


def cut(text: str, room: int) -> str:
    """`text`, its end left out if it does not fit into `room` cells, and a sign that it is."""
    return text if cell_len(text) <= room else f"{set_cell_size(text, max(room - 1, 0))}…"


def cut_words(text: str, room: int) -> str:
    """`text`, its last words left out if they do not fit into `room` cells."""
    if cell_len(text) <= room:
        return text
    whole, _, _ = set_cell_size(text, max(room - 1, 0)).rpartition(" ")
    return f"{whole}…"


def flush_right(line: Text, width: int) -> Text:
    """`line` at the right end of `width` cells."""
    blank = " " * (width - line.cell_len)
    return fit(Text(blank, no_wrap=True).append_text(line), width)


def stack(lines: list[Text], width: int, n_rows: int) -> list[Text]:
    """`lines`, cut or padded to `n_rows` lines of `width` cells."""
    blank = [Text("")] * (n_rows - len(lines))
    return [fit(line, width) for line in [*lines[:n_rows], *blank]]


def beside(*blocks: list[Text], gap: str = "  ") -> list[Text]:
    """Blocks of equally many rows, side by side."""
    return [Text(gap, no_wrap=True).join(row) for row in zip(*blocks, strict=True)]


def indent(block: list[Text]) -> list[Text]:
    """Move a block to the right by the margin."""
    return [Text(" " * MARGIN, no_wrap=True).append_text(line) for line in block]


def rule(look: Look, width: int, title: Text, note: Text | None = None) -> Text:
    """Draw a horizontal line with a title near its left end and a note near its right one."""
    note = note or Text("")
    if title.cell_len + note.cell_len + 8 > width:
        note = Text("")
    line = say(look, ("── ", "rule"))
    line.append_text(title)
    tail = f" {note.plain} ──" if note.plain else "─"
    n_dashes = width - line.cell_len - 1 - len(look.clean(tail))
    line.append_text(say(look, (" " + "─" * max(n_dashes, 0), "rule")))
    if note.plain:
        line.append(" ").append_text(note).append_text(say(look, (" ──", "rule")))
    else:
        line.append_text(say(look, ("─", "rule")))
    return fit(line, width)

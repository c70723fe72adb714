"""One line of text with ECG in it, as boards print and spreadsheets save it.

Files (:mod:`sibeat.ecg.record_text`) and live streams (``monitor.sources``) share this. Pure::

    layout = guess_layout(first_lines)          # None: there are no numbers in them
    if not carries_nothing(line):               # blank lines and comments are no samples
        row = parse_line(line, layout)          # None: garbage (or a header): count and skip it
        row.is_off(lead), row.values[lead]      # NaN: invalid; in mV when layout.units says so
"""

import math
from dataclasses import dataclass

from sibeat.ecg.text_field import LARGEST, LEAD_OFF, number, seconds
from sibeat.ecg.text_layout import TextLayout, carries_nothing, guess_layout

__all__ = ["TextLayout", "TextRow", "carries_nothing", "guess_layout", "parse_line"]


@dataclass(frozen=True, slots=True)
class TextRow:
    """The numbers of one line."""

    time_s: float | None
    """time of the line in s, as written (not unwrapped); None without a time column"""
    values: tuple[float, ...]
    """(n_leads,), in mV where the header names a unit of voltage, else as printed; NaN = invalid"""
    off: frozenset[int] = frozenset()
    """indices of the leads that the line marks as lead off"""

    def is_off(self, lead: int) -> bool:
        """Whether the line says that this lead's electrode is off."""
        return lead in self.off


def parse_line(line: str, layout: TextLayout) -> TextRow | None:
    """Read the numbers of one line.

    Parameters
    ----------
    line : str
        With or without its line end.
    layout : TextLayout
        How the lines of this stream look, from :func:`guess_layout`.

    Returns
    -------
    TextRow or None
        None when the line is garbage, or a header: count and skip it.
    """
    fields = layout.split(line)
    if len(fields) == layout.n_columns and "_" not in line:
        try:
            values = tuple(map(float, fields[layout.n_before : layout.n_before + layout.n_leads]))
            if all(abs(value) < LARGEST for value in values):
                return TextRow(_time(fields, layout), _scaled(values, layout))
        except ValueError:
            pass  # not plain numbers: looked at with more care below
    return _lead_off_row(line, fields, layout) or _careful_row(fields, layout)


def _time(fields: list[str], layout: TextLayout) -> float | None:
    if layout.time is None:
        return None
    return seconds(" ".join(fields[layout.n_counters : layout.n_before]), layout.time)


def _scaled(values: tuple[float, ...], layout: TextLayout) -> tuple[float, ...]:
    if not layout.scales:
        return values
    return tuple(v * scale for v, scale in zip(values, layout.scales, strict=True))


def _lead_off_row(line: str, fields: list[str], layout: TextLayout) -> TextRow | None:
    """Read a line that is a mark and nothing more, with or without the time before it."""
    nothing = (math.nan,) * layout.n_leads
    everywhere = frozenset(range(layout.n_leads))
    if LEAD_OFF.fullmatch(line.strip("\ufeff\r\n")):
        return TextRow(None, nothing, everywhere)
    marks = " ".join(field for field in fields[layout.n_before :] if field.strip())
    if not LEAD_OFF.fullmatch(marks):
        return None
    try:
        return TextRow(_time(fields, layout), nothing, everywhere)
    except ValueError:
        return None


def _careful_row(fields: list[str], layout: TextLayout) -> TextRow | None:
    """Read a line some of whose fields are blank, no number, or marks."""
    if len(fields) != layout.n_columns:
        return None
    leads = fields[layout.n_before : layout.n_before + layout.n_leads]
    off = frozenset(i for i, field in enumerate(leads) if LEAD_OFF.fullmatch(field))
    try:
        values = tuple(math.nan if i in off else number(f) for i, f in enumerate(leads))
        return TextRow(_time(fields, layout), _scaled(values, layout), off)
    except ValueError:
        return None

"""How the lines of a text look: separator, decimal sign, time column, names and units of the leads.

:func:`guess_layout` tries each separator and decimal sign on the first lines and takes the pair
that reads most of them as numbers. A first column is a time when its name says so, or when it
rises in steps that fit a sampling rate; a column that counts by one is a counter and no time.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

from sibeat.ecg.stream import Unit
from sibeat.ecg.text_column import name_columns
from sibeat.ecg.text_field import (
    LEAD_OFF,
    NO_NUMBER,
    Separator,
    TimeUnit,
    number,
    split_fields,
    written_time,
)

Decimal: TypeAlias = Literal[".", ","]

N_LINES = 1000
"""lines that a guess looks at; chosen by us: 1 to 10 s of signal, and a guess takes 0.1 s"""

CANDIDATES: tuple[tuple[Separator, Decimal], ...] = (
    ("\t", "."),
    (";", "."),
    ("\t", ","),
    (";", ","),
    (",", "."),
    (" ", "."),
    (" ", ","),
    (",", ","),
)
"""of pairs that read the same lines the first is taken: ``1, 2`` are two numbers, not 1. and 2"""


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How every line of one text looks."""

    separator: Separator
    """between the columns; a blank stands for any run of blanks"""
    decimal: Decimal
    n_columns: int
    """fields of a line, times and trailing empty ones included"""
    n_before: int
    """fields before the first lead: times or a counter"""
    time: TimeUnit | None
    """unit of the time column, None without one"""
    leads: tuple[str, ...]
    """names from the header without their unit, else ``ECG`` or ``ch1``, ``ch2``, ..."""
    units: tuple[Unit, ...]
    """(n_leads,), what :func:`sibeat.ecg.text_line.parse_line` gives"""
    scales: tuple[float, ...]
    """(n_leads,) factors to that unit; empty when all are 1"""
    n_counters: int = 0
    """fields before the time column"""

    @property
    def n_leads(self) -> int:
        """Number of leads."""
        return len(self.leads)

    def split(self, line: str) -> list[str]:
        """Split a line into its fields, with points as decimal signs."""
        return _split(line, self.separator, self.decimal)


def carries_nothing(line: str) -> bool:
    """Whether a line is blank or a comment: it is no sample and no garbage either."""
    text = line.strip("\ufeff \t\r\n")
    return not text or text[0] == "#"


def guess_layout(lines: Iterable[str]) -> TextLayout | None:
    """Guess how the lines of a text look from the first of them.

    Parameters
    ----------
    lines : iterable of str
        The first lines, header included where there is one; up to 1,000 that are no comments are
        looked at. A first line that is cut in half does no harm. Fewer than eight rows of numbers
        cannot show that an unnamed column is a time.

    Returns
    -------
    TextLayout or None
        None when there are no numbers in the lines.
    """
    seen = list(islice((line for line in lines if not carries_nothing(line)), N_LINES))
    seen = [line for line in seen if not LEAD_OFF.fullmatch(line.strip("\ufeff\r\n"))]
    readings = [_Reading.of(seen, *pair) for pair in CANDIDATES]
    best = max(readings, key=lambda reading: (len(reading.rows), reading.n_columns))
    if not best.rows:
        return None
    if best.is_one_decimal_column():
        best = _Reading.of(seen, ";", ",")
    columns = name_columns(best.rows, best.header())
    return TextLayout(
        best.separator,
        best.decimal,
        best.n_columns,
        columns.n_before,
        columns.time,
        columns.leads,
        columns.units,
        columns.scales,
        columns.n_counters,
    )


def _split(line: str, separator: Separator, decimal: Decimal) -> list[str]:
    fields = split_fields(line.strip("\ufeff\r\n"), separator)
    return fields if decimal == "." else [field.replace(",", ".") for field in fields]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The first lines, read with one separator and decimal sign."""

    separator: Separator
    decimal: Decimal
    n_columns: int
    rows: list[list[str]]
    """the lines that are numbers, as fields"""
    preamble: list[str]
    """the lines before the first of them"""

    @classmethod
    def of(cls, lines: Sequence[str], separator: Separator, decimal: Decimal) -> "_Reading":
        split = [_split(line, separator, decimal) for line in lines]
        good = [i for i, fields in enumerate(split) if _is_row(fields)]
        widths = Counter(len(split[i]) for i in good)
        n_columns = widths.most_common(1)[0][0] if widths else 0
        rows = [split[i] for i in good if len(split[i]) == n_columns]
        return cls(separator, decimal, n_columns, rows, list(lines[: good[0]]) if good else [])

    def is_one_decimal_column(self) -> bool:
        """Whether ``0,05`` is one number rather than two: no board prints ``05`` for a 5."""
        if (self.separator, self.n_columns) != (",", 2):
            return False
        return any(re.fullmatch(r"0\d+", row[1]) for row in self.rows)

    def header(self) -> list[list[str]]:
        """Give the last lines before the numbers that have as many fields as they, at most two."""
        split = [
            split_fields(_bind_units(line.strip("\ufeff\r\n"), self.separator), self.separator)
            for line in self.preamble[-2:]
        ]
        return [fields for fields in split if len(fields) == self.n_columns]


def _bind_units(line: str, separator: Separator) -> str:
    """Join ``ECG [mV]`` into one field where blanks separate the columns."""
    return re.sub(r"\s+(?=[\[(])", "", line) if separator == " " else line


def _is_row(fields: list[str]) -> bool:
    """Whether the fields after a written time are numbers, blanks or marks, not all blank."""
    _, n_time = written_time(fields)
    if not n_time and fields and fields[0].strip().isdecimal():
        _, n_time = written_time(fields[1:])  # after a counter
        n_time += n_time > 0
    rest = fields[n_time:]
    return all(map(_is_value, rest)) and any(f.strip().lower() not in NO_NUMBER for f in rest)


def _is_value(field: str) -> bool:
    try:
        number(field)
    except ValueError:
        return LEAD_OFF.fullmatch(field) is not None
    return True

"""One field of a text line: numbers, times, lead-off marks, and how a line falls into fields.

Boards print ``512``, ``-0.123``, ``1,5e-3``; spreadsheets write ``"0,123"`` with quotes; the
converters of PhysioNet write ``'0:00.003'``. Everything here is pure and knows nothing of columns.
"""

import csv
import math
import re
from datetime import UTC, datetime
from typing import Literal, TypeAlias

Separator: TypeAlias = Literal[",", ";", "\t", " "]
TimeUnit: TypeAlias = Literal["us", "ms", "s", "clock", "iso"]

SECONDS_PER_UNIT: dict[str, float] = {"us": 1e-6, "ms": 1e-3, "s": 1.0}

LEAD_OFF = re.compile(r"\s*['\"]?(!+|leads?[ _-]?off!?)['\"]?\s*", re.IGNORECASE)
"""what the SparkFun AD8232 sketch (``!``) and its kin print when an electrode is off"""

NO_NUMBER = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--", "inf", "-inf", "+inf"})
"""fields that say that nothing valid was measured"""

LARGEST = 1e30
"""from this magnitude on a sample is invalid; chosen by us: beyond any converter's count, and
float32 still holds it a million times over"""

_CLOCK = re.compile(r"\[?(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d+)?)\]?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
"""a date with points, whose day comes first wherever it is written; with slashes nothing tells"""


def split_fields(line: str, separator: Separator) -> list[str]:
    """Split a line at its separator, quotes respected; a blank stands for any run of blanks."""
    if '"' in line or "'" in line:
        return _split_quoted(line, separator)
    return line.split() if separator == " " else line.split(separator)


def _split_quoted(line: str, separator: Separator) -> list[str]:
    text = " ".join(line.split()) if separator == " " else line.strip("\r\n ")
    quote = '"' if '"' in text else "'"
    try:
        return next(csv.reader([text], delimiter=separator, quotechar=quote, skipinitialspace=True))
    except (csv.Error, StopIteration):
        return []


def number(field: str) -> float:
    """Read one number; NaN for a blank, ``nan``, or a magnitude that no converter gives.

    Raises
    ------
    ValueError
        The field is no number.
    """
    if "_" in field:  # float("1_0") is 10 in Python and nowhere else
        raise ValueError(f"no number: {field!r}")
    text = field.strip()
    if text.lower() in NO_NUMBER:
        return math.nan
    value = float(text)
    return value if abs(value) < LARGEST else math.nan


def seconds(field: str, unit: TimeUnit) -> float:
    """Read a time in s: since the board's start, since midnight (clock) or since 1970 (iso).

    Raises
    ------
    ValueError
        The field is no time of that unit.
    """
    if unit == "iso":
        return _iso_seconds(field)
    if unit == "clock":
        return _clock_seconds(field)
    value = number(field)
    if math.isnan(value):
        raise ValueError(f"no time: {field!r}")
    return value * SECONDS_PER_UNIT[unit]


def _iso_seconds(field: str) -> float:
    text = field.strip().strip("[]").replace("/", "-")
    text = _DAY_FIRST.sub(lambda date: f"{date[3]}-{date[2]:0>2}-{date[1]:0>2}", text, count=1)
    if _DATE.match(text) is None:
        raise ValueError(f"no ISO date-time: {field!r}")
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _clock_seconds(field: str) -> float:
    match = _CLOCK.fullmatch(field.strip())
    if match is None:
        raise ValueError(f"no clock time: {field!r}")
    hours, minutes, rest = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest)


def written_time(fields: list[str]) -> tuple[TimeUnit | None, int]:
    """Tell whether a row begins with a written time, and how many fields it fills.

    Date and time may be two fields; a date-time without zone counts as UTC.
    """
    if not fields or ":" not in "".join(fields[:2]):
        return None, 0
    for n_fields in (1, 2):
        text = " ".join(fields[:n_fields])
        if ":" in text and _reads_as_iso(text):
            return "iso", n_fields
    return ("clock", 1) if _CLOCK.fullmatch(fields[0].strip()) else (None, 0)


def _reads_as_iso(text: str) -> bool:
    try:
        _iso_seconds(text)
    except ValueError:
        return False
    return True

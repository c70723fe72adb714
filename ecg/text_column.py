"""What the columns of a text are: time, counter or lead, and the unit that a name states.

Names tell first (``time_ms``, ``sample #``, ``ECG [mV]``), values where names do not.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sibeat.ecg.stream import Unit
from sibeat.ecg.text_field import TimeUnit, number, written_time
from sibeat.ecg.voltage import VOLTS, scale_to_mv

_IN_BRACKETS = re.compile(rf"(?P<lead>.*?)\s*[\[(]\s*{VOLTS.pattern}\s*[\])]\s*", re.IGNORECASE)
_AS_SUFFIX = re.compile(rf"(?P<lead>.+?)[ _/]+{VOLTS.pattern}\s*", re.IGNORECASE)

_TIME_UNITS: dict[str, TimeUnit] = {
    **dict.fromkeys(("us", "µs", "μs", "usec", "micros", "microseconds"), "us"),
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
}
_TIME_WORDS = frozenset({"time", "t", "timestamp", "stamp", "date", "datetime", "clock"})
_WORDS_BESIDE_TIME = frozenset({"elapsed", "board", "utc", "unix", "epoch", "sample", "of", "day"})
_COUNTER_WORDS = frozenset(
    {"sample", "samples", "index", "idx", "i", "n", "nr", "no", "number", "counter", "count"}
    | {"frame", "id", "row", "unnamed"}
)

_BEFORE_A_LEAD = frozenset({"lead", "ecg", "ekg"})

MIN_RISING_ROWS = 8
"""rows that must rise before an unnamed column is a time; chosen by us: fewer may be a QRS"""
MIN_RISING_SHARE = 0.95
"""share of steps that must rise; chosen by us: garbled digits and one wrap are forgiven"""
STEP_RANGE_S = (1 / 5000, 1 / 20)
"""steps between lines that fit a sampling rate, s; chosen by us: wider than what the pipeline takes
(so that the message names the rate), narrow enough that s, ms and us cannot be confused"""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are, see :class:`sibeat.ecg.text_layout.TextLayout`."""

    n_before: int
    time: TimeUnit | None
    leads: tuple[str, ...]
    units: tuple[Unit, ...]
    scales: tuple[float, ...]
    n_counters: int


def name_columns(rows: Sequence[list[str]], header: Sequence[list[str]]) -> Columns:
    """Tell what the columns are.

    Parameters
    ----------
    rows : sequence of list of str
        Fields of the first rows of numbers, all (n_columns,) long, with decimal points.
    header : sequence of list of str
        Fields of the up to two lines before them: names, and below them perhaps units.
    """
    names = _names(header, len(rows[0]))
    n_before, time = _time_column(rows, names[0])
    n_counters = 0
    if (n_before, time) == (1, None) and _may_be_time(names[1:]):
        n_fields, time = _time_column([row[1:] for row in rows], names[1])
        if time is not None:
            n_counters, n_before = 1, 1 + n_fields
    names = names[n_before:]
    while len(names) > 1 and not names[-1] and all(not row[-1].strip() for row in rows):
        names.pop()  # boards print a separator after the last number, too
        rows = [row[:-1] for row in rows]
    leads, scales = zip(*(_lead_and_scale(name) for name in names), strict=True)
    return Columns(
        n_before,
        time,
        _filled_in(leads),
        tuple("a.u." if scale is None else "mV" for scale in scales),
        tuple(scale or 1.0 for scale in scales)
        if any(s not in (None, 1.0) for s in scales)
        else (),
        n_counters,
    )


def _may_be_time(names: Sequence[str]) -> bool:
    """Whether the first of some columns is named as a time or not at all, and another follows."""
    return len(names) > 1 and (not names[0] or _stated_time(names[0])[0])


def _names(header: Sequence[list[str]], n_columns: int) -> list[str]:
    """Join names and units of two header lines, or take the last line; blank without a header."""
    if not header:
        return [""] * n_columns
    names = [name.strip() for name in header[-1]]
    units = [name.strip(" []()") for name in names]
    if len(header) == 2 and _are_units(units):
        return [_with_unit(a.strip(), unit) for a, unit in zip(header[0], units, strict=True)]
    return names


def _are_units(fields: list[str]) -> bool:
    """Whether a second line of names is one of units; a V alone may be a lead's name."""
    volts = [field for field in fields if VOLTS.fullmatch(field)]
    return any(len(field) > 1 for field in volts) or len(volts) == len(fields[1:]) > 0


def _with_unit(name: str, unit: str) -> str:
    """Join the name and the unit of a column, where the unit matters here."""
    known = VOLTS.fullmatch(unit) or unit.lower() in _TIME_UNITS
    return f"{name} [{unit}]" if known else name


def _filled_in(leads: Sequence[str]) -> tuple[str, ...]:
    if len(leads) == 1:
        return (leads[0] or "ECG",)
    return tuple(lead or f"ch{i}" for i, lead in enumerate(leads, start=1))


def _lead_and_scale(name: str) -> tuple[str, float | None]:
    """Split ``ECG [uV]`` into the lead's name and the factor to mV (None: no unit)."""
    in_brackets, as_suffix = _IN_BRACKETS.fullmatch(name), _AS_SUFFIX.fullmatch(name)
    match = in_brackets or as_suffix
    if as_suffix and not in_brackets and _is_chest_lead(as_suffix):
        return name, None
    if match is not None:
        return match["lead"] or name, scale_to_mv(match["unit"])
    return name, scale_to_mv(name) if len(name) > 1 else None  # a lead may be called V


def _is_chest_lead(match: re.Match[str]) -> bool:
    """Say whether ``Lead V`` or ``ECG_V`` names the lead V: hardly anybody writes ECG in volts."""
    return match["unit"].upper() == "V" and match["lead"].lower() in _BEFORE_A_LEAD


def _time_column(rows: Sequence[list[str]], name: str) -> tuple[int, TimeUnit | None]:
    """Tell how many fields come before the leads, and the unit of the time in them."""
    written, n_fields = written_time(rows[0])
    if written is not None:
        return n_fields, written
    if len(rows[0]) < 2:
        return 0, None
    named, stated = _stated_time(name)
    if named and stated is not None:
        return 1, stated
    steps = _steps([time for row in rows if (time := _number_or_nan(row[0])) == time])
    if named:
        return 1, _unit_by_step(steps)
    return _unnamed_time(steps, is_counter=bool(name) and _COUNTER_WORDS.issuperset(_words(name)))


def _stated_time(name: str) -> tuple[bool, TimeUnit | None]:
    """Tell whether a column is named as a time, and the unit that the name states."""
    words = _words(name)
    stated = next((_TIME_UNITS[word] for word in words if word in _TIME_UNITS), None)
    named = bool(words) and all(
        word in _TIME_WORDS | _WORDS_BESIDE_TIME | set(_TIME_UNITS) for word in words
    )
    return named and (stated is not None or not _TIME_WORDS.isdisjoint(words)), stated


def _words(name: str) -> list[str]:
    return re.findall(r"[a-zµμ]+", name.lower())


def _unnamed_time(steps: list[float], is_counter: bool) -> tuple[int, TimeUnit | None]:
    rising = sum(step > 0 for step in steps)
    if is_counter and rising >= len(steps) / 2:
        return 1, None
    if len(steps) + 1 < MIN_RISING_ROWS or rising < MIN_RISING_SHARE * len(steps):
        return 0, None
    if set(steps) == {1.0}:  # a counter, or ms at exactly 1000 Hz: better asked than guessed
        return 1, None
    unit = _unit_by_step(steps)
    return (0, None) if unit is None else (1, unit)


def _number_or_nan(field: str) -> float:
    try:
        return number(field)
    except ValueError:
        return math.nan


def _steps(times: list[float]) -> list[float]:
    return [b - a for a, b in pairwise(times)]


def _unit_by_step(steps: list[float]) -> TimeUnit | None:
    """Tell the unit in which the median step fits a sampling rate."""
    rising = [step for step in steps if step > 0]
    if not rising:
        return None
    step = median(rising)
    units: tuple[tuple[TimeUnit, float], ...] = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6))
    low, high = STEP_RANGE_S
    return next((unit for unit, scale in units if low <= step * scale <= high), None)

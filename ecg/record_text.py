"""CSV, TSV and other text, read line by line; one line is parsed by :mod:`sibeat.ecg.text_line`.

The first lines show the layout, and the sampling rate when there is a time column. Lines of garbage
are counted and skipped; lines that are missing by the time column (or damaged, where there is
none), and lines that say that the lead is off, are gaps.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.lead import choose_lead
from sibeat.ecg.record import Piece, Record
from sibeat.ecg.sampling_rate import MAX_FS, check_fs
from sibeat.ecg.stream import Gap
from sibeat.ecg.text_clock import RATE_SPAN_S, LineClock, Rate, estimate_rate
from sibeat.ecg.text_damage import DamagedLines
from sibeat.ecg.text_layout import N_LINES
from sibeat.ecg.text_line import TextLayout, TextRow, carries_nothing, guess_layout, parse_line
from sibeat.ecg.text_rows import PlacedRow, RowOrder

LONGEST_LINE = 4096
"""characters after which a line is cut; chosen by us: hundreds of columns, and memory is bounded"""
UNIT_LINES = 4096
"""samples that are handed over at once; chosen by us: 10 s or so"""
HEAD_LINES = int(RATE_SPAN_S * MAX_FS) + 100
"""lines that are looked at when a file is opened: the span of the rate, and a header"""


class TextRecord(Record):
    """One lead of a text file.

    Parameters
    ----------
    path : Path
    lead, fs
        As for :func:`sibeat.ecg.record.open_record`.

    Raises
    ------
    RecordError
        There are no numbers in the first lines, or neither a time column nor `fs`.
    """

    def __init__(self, path: Path, lead: str | int | None = None, fs: float | None = None) -> None:
        self._path = path
        self._encoding = _encoding(path)
        self.name = path.stem
        with self._open() as file:
            head = list(islice(_lines(file), HEAD_LINES))
        self._layout = self._guess(head)
        self.leads = self._layout.leads
        self._index = choose_lead(self.leads, lead)
        self.lead = self.leads[self._index]
        self.unit = self._layout.units[self._index]
        times = _times(head, self._layout)
        self.rate = estimate_rate(times, self._layout.time)
        """what the time column shows, with its regularity; None without one"""
        self.stated_fs = self.rate.fs if self.rate else None
        self.fs = self._settle(self.rate, fs)
        if self._layout.time == "iso":
            self.start_time = datetime.fromtimestamp(times[0], UTC)

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, errors="replace", newline=None)

    def _guess(self, head: list[str]) -> TextLayout:
        layout = guess_layout(head)
        if layout is None:
            seen = [line for line in head if not carries_nothing(line)][:N_LINES]
            raise RecordError(
                f"{self._path} holds no samples in its first {len(seen)} lines, got "
                f"{seen[-1].strip()[:40] if seen else ''!r}, expected a number a line, or columns "
                "separated by comma, semicolon, tab or blank, with times like 12:01:03.250, "
                "2025-01-31 12:01:03.250 or 31.01.2025 12:01:03.250 if they are no numbers: check "
                "that it is an ECG"
            )
        return layout

    def _settle(self, shown: Rate | None, fs: float | None) -> float:
        """Take the rate of the option, else that of the time column."""
        if fs is not None:
            return check_fs(fs, "--fs", UsageError)
        if shown is None:
            raise RecordError(
                f"{self._path} has no time column (one without a name that counts by one is a "
                "counter), so its sampling rate is unknown, expected one in the first column "
                "or after a counter: give the rate with --fs HZ, or a line like `millis,ECG` "
                "before them if they are ms"
            )
        return check_fs(shown.fs, f"the time column of {self._path}")

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        self.n_skipped = 0
        position = 0
        with self._open() as file:
            for piece in _gathered(self._samples(file)):
                length = piece.n_samples if isinstance(piece, Gap) else len(piece)
                a, b = max(start - position, 0), length if stop is None else stop - position
                position += length
                if a < min(b, length):
                    yield _cut(piece, a, min(b, length))
                if stop is not None and position >= stop:
                    return

    def _samples(self, file: TextIO) -> Iterator[float | Gap]:
        """Yield the samples and gaps line by line."""
        unit = self._layout.time
        order = RowOrder(LineClock(self.rate, unit) if self.rate and unit else None)
        n_unread, damaged = 0, DamagedLines()
        started = False
        for line in _lines(file):
            if carries_nothing(line):
                continue
            row = parse_line(line, self._layout)
            if row is not None:
                yield from self._placed(order.take(row, damaged.take()))
                started = True
            elif started:  # what comes before the first sample is a header
                damaged.note(line)
                n_unread += 1
            self.n_skipped = n_unread + order.n_garbled
        order.end()
        self.n_skipped = n_unread + order.n_garbled

    def _placed(self, rows: list[PlacedRow]) -> Iterator[float | Gap]:
        for placed in rows:
            row = placed.row
            if placed.n_missing:
                yield Gap(0, placed.n_missing, "dropped")
            yield Gap(0, 1, "lead_off") if row.is_off(self._index) else row.values[self._index]


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    return "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _lines(file: TextIO) -> Iterator[str]:
    """Yield lines, cut where they are too long to be any."""
    return iter(lambda: file.readline(LONGEST_LINE), "")


def _times(head: list[str], layout: TextLayout) -> list[float]:
    rows: Iterator[TextRow | None] = (
        parse_line(line, layout) for line in head if not carries_nothing(line)
    )
    return [row.time_s for row in rows if row is not None and row.time_s is not None]


def _gathered(samples: Iterator[float | Gap]) -> Iterator[Piece]:
    """Gather single samples into arrays, and contiguous gaps of one reason into one."""
    values: list[float] = []
    gap: Gap | None = None
    for sample in samples:
        if isinstance(sample, Gap):
            if values:
                yield np.array(values, dtype=np.float32)
                values = []
            if gap is not None and gap.reason != sample.reason:
                yield gap
                gap = None
            gap = Gap(0, sample.n_samples + (gap.n_samples if gap else 0), sample.reason)
            continue
        if gap is not None:
            yield gap
            gap = None
        values.append(sample)
        if len(values) == UNIT_LINES:
            yield np.array(values, dtype=np.float32)
            values = []
    if gap is not None:
        yield gap
    if values:
        yield np.array(values, dtype=np.float32)


def _cut(piece: Piece, start: int, stop: int) -> Piece:
    if isinstance(piece, Gap):
        return Gap(0, stop - start, piece.reason)
    return piece[start:stop]

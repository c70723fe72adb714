"""One WFDB segment's lead, read in units of a minute with wfdb; truncated files are told apart.

A signal may have several samples a frame (MIMIC); they are read as they are, never averaged, so
the lead's sampling rate is the header's times that number.
"""

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from sibeat.ecg.errors import RecordError
from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.ecg.voltage import scale_to_mv

Header: TypeAlias = Any  # wfdb is untyped: a wfdb.Record or wfdb.MultiRecord

BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)
BROKEN_SIGNAL = (*BROKEN, RuntimeError)
"""what wfdb (and soundfile under it, for the RuntimeError) raises on files that are none"""
FETCH_AGAIN = "get the record's files again"

UNIT_FRAMES = 21_600
"""frames that are read at once; chosen by us: a minute at 360 Hz, since wfdb parses the header anew
at each read (0.3 ms)"""

BYTES_PER_SAMPLE: dict[str, float] = {
    **dict.fromkeys(("8", "80"), 1.0),
    **dict.fromkeys(("16", "61", "160"), 2.0),
    **dict.fromkeys(("310", "311"), 4 / 3),
    "212": 1.5,
    "24": 3.0,
    "32": 4.0,
}
"""WFDB's formats that are not compressed; signal(5) of the WFDB Applications Guide"""


_GAIN = re.compile(r"(?P<gain>[-+]?[\d.]+(e[-+]?\d+)?)(\([^)]*\))?(/(?P<unit>\S+))?", re.IGNORECASE)
"""third field of a signal line: steps a unit, baseline, unit; header(5) of the same guide"""


def read_header(stem: Path) -> Header:
    """Read a header, with the units as it spells them: empty where no gain is known.

    Raises
    ------
    RecordError
        There is none, or it is broken.
    """
    import wfdb

    header = stem.with_name(f"{stem.name}.hea")
    if header.is_file() and not header.stat().st_size:
        raise RecordError(f"the header {header} is empty, expected a WFDB header: get it again")
    try:
        read = wfdb.rdheader(str(stem))
        _require_whole(read, header)
        if not isinstance(read, wfdb.MultiRecord):
            read.units = _stated_units(header_lines(stem)[1:], read.units or [])
        return read
    except FileNotFoundError as error:
        raise RecordError(f"there is no header {stem}.hea, expected one: {FETCH_AGAIN}") from error
    except PermissionError as error:
        raise RecordError(
            f"the header {header} cannot be opened ({error.strerror}), expected one that may be "
            "read: check its permissions"
        ) from error
    except BROKEN as error:
        raise RecordError(
            f"the header {stem}.hea is broken ({type(error).__name__}: {error}), expected a WFDB "
            "header: get it again"
        ) from error


def _require_whole(read: Header, header: Path) -> None:
    """Refuse a header that ends before all its signals or segments are described.

    Whole lines that are missing are seen; a last one that is cut may pass for a short one.
    """
    segments = getattr(read, "seg_name", None)
    if segments is None:
        what, stated, told = "signals", read.n_sig, read.file_name
    else:
        what, stated, told = "segments", read.n_seg, segments
    if len(told or []) < (stated or 0):
        raise RecordError(
            f"the header {header} is cut short: it describes {len(told or [])} of its {stated} "
            f"{what}, expected a line for each: get the header again"
        )


def header_lines(stem: Path) -> list[list[str]]:
    """Fields of each line of a header, comments left out, for what wfdb does not tell of it."""
    text = stem.with_name(f"{stem.name}.hea").read_text(encoding="utf-8", errors="replace")
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [fields for fields in lines if fields]


def _stated_units(signal_lines: list[list[str]], units: list[str]) -> list[str]:
    """Give the units of signals; wfdb drops the first letter of a µV, and takes mV for no gain."""
    if len(signal_lines) != len(units):
        return units
    return [_stated_unit(fields, unit) for fields, unit in zip(signal_lines, units, strict=True)]


def _stated_unit(fields: list[str], unit: str) -> str:
    if len(fields) <= 2:
        return ""  # header(5): without a gain, or with one of 0, a signal is not calibrated
    match = _GAIN.fullmatch(fields[2])
    if match is None:
        return unit
    return match["unit"] or "mV" if float(match["gain"]) else ""


@dataclass(frozen=True, slots=True)
class SegmentLead:
    """One lead of a record that is a single segment."""

    stem: Path
    header: Header
    channel: int

    @property
    def per_frame(self) -> int:
        """Samples of this lead in a frame."""
        return int(self.header.samps_per_frame[self.channel] or 1)

    @property
    def scale(self) -> float | None:
        """Factor to mV; None when the header's unit is none of voltage."""
        return scale_to_mv(str(self.header.units[self.channel] or ""))

    @property
    def _file(self) -> Path:
        return self.stem.with_name(str(self.header.file_name[self.channel]))

    @property
    def _format(self) -> str:
        return str(self.header.fmt[self.channel])

    def available_frames(self) -> int | None:
        """Count the whole frames in the signal file; None for a compressed one.

        The last ones lack the samples of a skewed signal, which are not valid.

        Raises
        ------
        RecordError
            The file is not there, or may not be read.
        """
        try:
            with self._file.open("rb") as file:
                n_bytes = file.seek(0, os.SEEK_END)
        except OSError as error:
            denied = isinstance(error, PermissionError)
            raise RecordError(
                f"the header {self.stem}.hea names {self._file.name}, which cannot be opened "
                f"({error.strerror}), expected {self._file}: "
                f"{'check its permissions' if denied else FETCH_AGAIN}"
            ) from error
        if self._format not in BYTES_PER_SAMPLE:
            return None
        shared = [i for i, f in enumerate(self.header.file_name) if f == self._file.name]
        n_bytes -= self.header.byte_offset[self.channel] or 0
        n_samples = math.floor(n_bytes / BYTES_PER_SAMPLE[self._format] + 1e-9)
        return max(0, n_samples // sum(self.header.samps_per_frame[i] or 1 for i in shared))

    def n_frames(self) -> int:
        """Count the frames by the header's word, or by the file's size when it says nothing."""
        if self.header.sig_len:
            return int(self.header.sig_len)
        available = self.available_frames()
        if available is None:
            raise RecordError(
                f"the header {self.stem}.hea gives no length and {self._file.name} is compressed, "
                "expected the number of samples in its first line: write it there"
            )
        return available

    def read(self, start: int, stop: int) -> Iterator[FloatArray]:
        """Yield the lead from one of its samples to another, a minute at a time, in mV or raw.

        Raises
        ------
        RecordError
            After the last sample there is, when the file is truncated or broken.
        """
        first, last = start // self.per_frame, -(-stop // self.per_frame)
        available = self.available_frames()
        end = last if available is None else min(last, available)
        for a, samples in self._units(first, end):
            offset = a * self.per_frame
            yield samples[max(0, start - offset) : stop - offset]
        if end < last:
            raise RecordError(
                f"{self._file} is truncated: got {available} samples a lead, expected "
                f"{max(last, self.n_frames())} by the record's header; get the file again, the "
                "samples before are good"
            )

    def _units(self, first: int, end: int) -> Iterator[tuple[int, FloatArray]]:
        """Yield units with their first frame."""
        scale = self.scale or 1.0
        if not self.header.sig_len:  # wfdb cannot read a part of what has no stated length
            yield 0, (self._frames(None, None) * scale).astype(np.float32)
            return
        carried, a, n_frames = 0.0, first, UNIT_FRAMES
        if self._format == "8":  # differences: they add up from the first sample on
            a = 0
        while a < end:
            b = min(end, a + n_frames)
            try:
                samples = self._frames(a, b)
            except RecordError:
                if n_frames == 1:
                    raise
                n_frames //= 2  # what lies before the damage of a compressed file is good
                continue
            if self._format == "8":
                samples = samples + carried
                carried = float(samples[-1]) - self._initial()
            if b > first:
                yield a, (samples * scale).astype(np.float32)
            a = b

    def _initial(self) -> float:
        """Physical value that wfdb begins to add differences to."""
        header, i = self.header, self.channel
        return float((header.init_value[i] - header.baseline[i]) / header.adc_gain[i])

    def _frames(self, first: int | None, end: int | None) -> DoubleArray:
        import wfdb

        try:
            record = wfdb.rdrecord(
                str(self.stem), first or 0, end, channels=[self.channel], smooth_frames=False
            )
            signal: DoubleArray = record.e_p_signal[0]
        except BROKEN_SIGNAL as error:
            raise RecordError(
                f"{self._file} cannot be read from sample {(first or 0) * self.per_frame} on "
                f"({type(error).__name__}: {error}), expected format {self._format} as "
                f"{self.stem.name}.hea says: get the file again"
            ) from error
        return signal

"""Write one lead and its annotations as EDF+, data record by data record, for any length.

edfio wants the whole signal at once. Here a data record is written when it is full; a kill leaves a
file whose header says that it was not closed (-1 records), which readers take.

References
----------
Kemp and Olivan (2003), European data format 'plus', https://www.edfplus.info/specs/edfplus.html
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np

from .edf_layout import END_OF_SIGNAL, EQUIPMENT, INVALID
from .errors import OutputError, no_room
from .stream import FloatArray

DIGITAL = (-32768, 32767)
ANNOTATION_BYTES = 240
"""of annotations in a data record, the time among them; chosen by us: four beats a second with
their scores, the rest goes into the next record"""
LONGEST_TEXT = 100
"""characters of an annotation; chosen by us: it must fit into a data record"""
_NO_DATE = "01.01.85"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """The lead that is written."""

    fs: float
    """sampling rate, Hz"""
    lead: str
    unit: str
    """``mV``; empty when it is not known"""
    low: float
    """value of the lowest code, in the unit; itself it stands for what is not valid"""
    high: float
    """value of the highest code, in the unit"""
    start_time: datetime | None = None
    """UTC time of the first sample"""


class EdfWriter:
    """Writes an EDF+C file; a context manager.

    Parameters
    ----------
    path : the file; one that is there is replaced, a missing folder is made
    signal : the lead

    Raises
    ------
    OutputError
        The file cannot be made.
    """

    def __init__(self, path: Path, signal: EdfSignal) -> None:
        self._path, self._signal = path, signal
        self._n_record, self._record_text = record_length(signal.fs)
        low, high = float(_number(signal.low)), float(_number(signal.high))
        self._steps = (DIGITAL[1] - DIGITAL[0]) / (high - low)
        self._low = low
        self._codes = np.empty(0, "<i2")
        self._annotations: deque[bytes] = deque()
        self.n_records = 0
        """data records written so far"""
        header = self._header(-1)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
            self._file.write(header)
        except OSError as error:
            raise self._failure(error) from error

    def write(self, samples: FloatArray) -> None:
        """Add samples: (n_samples,), in the unit; NaN is written as not valid.

        Raises
        ------
        OutputError
            The disk does not take them.
        """
        steps = np.round((samples.astype(np.float64) - self._low) * self._steps) + DIGITAL[0]
        steps = np.clip(steps, INVALID + 1, DIGITAL[1])
        codes = np.where(np.isnan(samples), INVALID, steps).astype("<i2")
        self._codes = np.concatenate([self._codes, codes])
        while len(self._codes) >= self._n_record:
            self._put_record(self._codes[: self._n_record])
            self._codes = self._codes[self._n_record :]

    def annotate(self, onset_s: float, text: str, duration_s: float | None = None) -> None:
        """Add an annotation; it goes into the next data record that has room for it.

        Parameters
        ----------
        onset_s : since the first sample, s
        text : at most 100 characters
        duration_s : s; None where it has none
        """
        length = "" if duration_s is None else f"\x15{_seconds(duration_s)}"
        plain = "".join(char for char in text[:LONGEST_TEXT] if char.isprintable())
        onset = f"+{_seconds(onset_s + self._start_fraction)}"
        self._annotations.append(f"{onset}{length}\x14{plain}\x14\0".encode())

    def close(self) -> None:
        """Fill the last data record, noting where the signal ends, complete the header and close.

        Raises
        ------
        OutputError
            The disk does not take the rest; the file is closed all the same.
        """
        if self._file.closed:
            return
        try:
            if len(self._codes) or self._annotations:
                n_records = self.n_records + len(self._codes) / self._n_record
                self.annotate(n_records * float(self._record_text), END_OF_SIGNAL)
            with self._file:  # to close it is to write what it still holds, which may fail too
                while len(self._codes) or self._annotations:
                    n_missing = self._n_record - len(self._codes)
                    self._put_record(np.append(self._codes, np.full(n_missing, INVALID, "<i2")))
                    self._codes = self._codes[:0]
                self._file.seek(0)
                self._file.write(self._header(self.n_records))
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _start_fraction(self) -> float:
        """Part of a second by which the first sample is later than the header's start."""
        start = self._signal.start_time
        return 0.0 if start is None else start.microsecond / 1e6

    def _put_record(self, codes: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> None:
        begin_s = self.n_records * float(self._record_text) + self._start_fraction
        told = f"+{_seconds(begin_s)}\x14\x14\0".encode()
        while self._annotations and len(told) + len(self._annotations[0]) <= ANNOTATION_BYTES:
            told += self._annotations.popleft()
        try:
            self._file.write(codes.astype("<i2").tobytes() + told.ljust(ANNOTATION_BYTES, b"\0"))
        except OSError as error:
            raise self._failure(error) from error
        self.n_records += 1

    def _header(self, n_records: int) -> bytes:
        signal, start = self._signal, self._signal.start_time
        day = f"{start:%d}-{_MONTHS[start.month - 1]}-{start:%Y}" if start else "X"
        fixed = (
            ("0", 8),
            ("X X X X", 80),
            (f"Startdate {day} X X {EQUIPMENT}", 80),
            (f"{start:%d.%m.%y}" if start else _NO_DATE, 8),
            (f"{start:%H.%M.%S}" if start else "00.00.00", 8),
            (str(256 * 3), 8),
            ("EDF+C", 44),
            (str(n_records), 8),
            (self._record_text, 8),
            ("2", 4),
        )
        of_signals = (
            (f"ECG {signal.lead}", "EDF Annotations", 16),
            ("", "", 80),
            (signal.unit, "", 8),
            (_number(signal.low), "-1", 8),
            (_number(signal.high), "1", 8),
            (str(DIGITAL[0]), str(DIGITAL[0]), 8),
            (str(DIGITAL[1]), str(DIGITAL[1]), 8),
            ("", "", 80),
            (str(self._n_record), str(ANNOTATION_BYTES // 2), 8),
            ("", "", 32),
        )
        fields = [*fixed, *((text, size) for *both, size in of_signals for text in both)]
        return b"".join(_ascii(str(text), int(size)) for text, size in fields)

    def _failure(self, error: OSError) -> OutputError:
        return no_room(str(self._path), error)


def record_length(fs: float) -> tuple[int, str]:
    """Samples of a data record, and its length in seconds as the header holds it.

    The length has eight characters; of up to two seconds the one is taken that they hold best.
    """
    candidates = [
        (n_samples, _number(n_samples / fs)) for n_samples in range(round(fs), 2 * round(fs) + 1)
    ]
    return min(candidates, key=lambda found: abs(float(found[1]) * fs / found[0] - 1))


def _number(value: float) -> str:
    """Write a number in at most eight characters, as exactly as these allow."""
    for digits in range(8, 0, -1):
        text = np.format_float_positional(value, precision=digits, fractional=False, trim="-")
        if len(text) <= 8:
            return text
    raise OutputError(
        f"{value:g} does not fit into an EDF header, expected up to 8 characters: "
        "export as WFDB, or give --gain"
    )


def _seconds(value: float) -> str:
    return np.format_float_positional(round(value, 6), trim="-")


def _ascii(text: str, size: int) -> bytes:
    return text.encode("ascii", errors="replace")[:size].ljust(size)

"""Write one lead as a WFDB record, block by block, so that its length costs no memory.

``wfdb.wrsamp`` wants the whole signal at once. The samples go to ``NAME.dat`` in format 16; the
header ``NAME.hea`` is written at the end, when the number of samples and their sum are known.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np

from .errors import OutputError, UsageError, no_room
from .stream import FloatArray

GAIN = 2000.0
"""steps a mV; chosen by us: 0.5 uV, finer than any board, and +-16 mV fit"""
INVALID = -32768
"""format 16's mark for a sample that is not valid (WFDB, signal(5))"""
_HIGHEST = 32767


class SignalWriter:
    """Write samples of one lead; ``close`` completes the record.

    Parameters
    ----------
    path : the record, without extension; one that is there is replaced, a missing folder is made
    fs : sampling rate, Hz
    lead : name of the lead
    comments : lines for the header
    gain : steps of one unit
    baseline : step that stands for 0
    unit : ``mV``; WFDB takes no spaces and no dots
    start_time : UTC time of the first sample; None where it is not known

    Raises
    ------
    UsageError
        when the name is none that WFDB allows
    OutputError
        when the file cannot be made
    """

    def __init__(
        self,
        path: Path,
        fs: float,
        lead: str,
        comments: tuple[str, ...] = (),
        *,
        gain: float = GAIN,
        baseline: int = 0,
        unit: str = "mV",
        start_time: datetime | None = None,
    ) -> None:
        self._path = path
        self._fs = fs
        self._lead = lead
        self._comments = comments
        self._gain, self._baseline, self._unit = gain, baseline, unit
        self._start_time = start_time
        self._sum = 0
        self._first: int | None = None
        self.n_samples = 0
        """samples written so far"""
        self._header, self._dat = record_files(path, "hea", "dat")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._dat.open("wb")
        except OSError as error:
            raise self._failure(error) from error

    def write(self, samples: FloatArray) -> None:
        """Add samples: (n_samples,), in the unit; NaN is written as not valid.

        Raises
        ------
        OutputError
            when the disk does not take them
        """
        steps = np.round(samples.astype(np.float64) * self._gain) + self._baseline
        steps = np.clip(steps, INVALID + 1, _HIGHEST)
        digital = np.where(np.isnan(samples), INVALID, steps).astype("<i2")
        try:
            self._file.write(digital.tobytes())
        except OSError as error:
            raise self._failure(error) from error
        if self._first is None and len(digital):
            self._first = int(digital[0])
        self._sum += int(digital.sum(dtype=np.int64))
        self.n_samples += len(digital)

    def close(self) -> None:
        """Write the header and close the files. Closing twice is fine."""
        if self._file.closed:
            return
        try:
            self._file.close()
            self._header.write_text(self._header_text(), encoding="ascii", errors="replace")
        except OSError as error:
            raise self._failure(error) from error

    def _header_text(self) -> str:
        checksum = (self._sum + 32768) % 65536 - 32768  # 16 bits, signed (WFDB, header(5))
        scale = f"{self._gain:.12g}" + (f"({self._baseline})" if self._baseline else "")
        lines = (
            f"{self._path.name} 1 {self._fs:.12g} {self.n_samples}{_base(self._start_time)}",
            f"{self._dat.name} 16 {scale}/{self._unit} 16 0 {self._first or 0} "
            f"{checksum} 0 {self._lead}",
            *(f"# {comment}" for comment in self._comments),
        )
        return "\n".join(lines) + "\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _failure(self, error: OSError) -> OutputError:
        return no_room(f"the record {self._path}", error)


def _base(start: datetime | None) -> str:
    """Base time and base date of a record line (WFDB, header(5)), which know of no time zones.

    >>> _base(datetime(2024, 3, 1, 12, 30, 5, 250_000))
    ' 12:30:05.250000 01/03/2024'
    """
    return "" if start is None else f" {start.time().isoformat()} {start:%d/%m/%Y}"


def record_files(path: Path, *extensions: str) -> list[Path]:
    """Name the files of a record.

    Raises
    ------
    UsageError
        The name is none that WFDB allows, or that of a folder.
    """
    _check_name(path.name)
    if path.is_dir():
        raise UsageError(f"{path} is a folder, expected the name of a record: {path}/NAME")
    return [path.with_name(f"{path.name}.{extension}") for extension in extensions]


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise UsageError(
            f"{name!r} cannot name a WFDB record: expected letters, digits, hyphens and "
            "underscores, without extension; give another name"
        )

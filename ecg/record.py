"""Recordings of any kind, read in blocks: a day costs no more memory than a minute.

:func:`open_record` tells the kind by the name, then by the content, and imports what reads it only
then (wfdb takes a quarter of a second). A record is one lead of a recording; it opens its file
anew for each pass, so that several passes do not disturb each other.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item

BLOCK_SAMPLES = 21_600
"""samples of a block; chosen by us: one minute at 360 Hz, 86 kB"""

Piece: TypeAlias = FloatArray | Gap
"""what a reader hands over: samples as they come, or a gap (its start is not looked at)"""


class Record(ABC):
    """One lead of a recording."""

    name: str
    """without folder and extension"""
    fs: float
    """sampling rate of the lead, Hz"""
    stated_fs: float | None = None
    """what the recording itself says of it, Hz; None when nothing does"""
    leads: tuple[str, ...]
    """names of all leads, as the recording gives them"""
    lead: str
    """the chosen one"""
    unit: Literal["mV", "a.u."]
    n_samples: int | None = None
    """samples of the lead by the header's word; None when nothing says so"""
    start_time: datetime | None = None
    """UTC time of the first sample"""
    n_skipped: int = 0
    """lines of garbage that the latest pass has skipped so far"""

    @abstractmethod
    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        """Yield the lead from `start` to `stop`, contiguous, read as it is asked for."""

    def blocks(
        self, start: int = 0, stop: int | None = None, block_samples: int = BLOCK_SAMPLES
    ) -> Iterator[FloatArray]:
        """Read the lead in blocks.

        Parameters
        ----------
        start, stop : int
            First sample and the one after the last; None: to the end.
        block_samples : int
            Length of all blocks but the last.

        Yields
        ------
        (block_samples,), in `unit`; NaN where nothing valid was measured

        Raises
        ------
        RecordError
            While reading, after the last sample there is: the recording is truncated or broken.
        UsageError
            At once: there is no such part.
        """
        self._check_part(start, stop, block_samples)
        return _recut(self._guarded(start, stop), block_samples)

    def items(
        self, start: int = 0, stop: int | None = None, block_samples: int = BLOCK_SAMPLES
    ) -> Iterator[Item]:
        """Read the lead as :meth:`blocks` does, but tell gaps and their reasons apart from NaN.

        Chunks have up to `block_samples` samples; a line that says lead off, or lines that are
        missing by the time column of a text, are gaps.
        """
        self._check_part(start, stop, block_samples)
        return _as_items(self._guarded(start, stop), start, block_samples)

    def read(self, start: int = 0, stop: int | None = None) -> FloatArray:
        """Read the lead at once, (n_samples,); for recordings that fit into memory."""
        parts = list(self.blocks(start, stop))
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)

    def _guarded(self, start: int, stop: int | None) -> Iterator[Piece]:
        try:
            yield from self._pieces(start, stop)
        except OSError as error:
            raise RecordError(
                f"{self.name} cannot be read on ({error.strerror}), expected its file to stay "
                "where it is: check the disk and the path"
            ) from error

    def _check_part(self, start: int, stop: int | None, block_samples: int) -> None:
        end = self.n_samples if stop is None else stop
        if block_samples < 1:
            raise UsageError(f"blocks of {block_samples} samples cannot be read: give at least 1")
        if start < 0 or (end is not None and start > end):
            raise UsageError(
                f"no samples {start} to {end} in {self.name}, which has "
                f"{'an unknown number' if self.n_samples is None else self.n_samples}: "
                "start and stop count from 0 and rise"
            )


def _recut(pieces: Iterator[Piece], block_samples: int) -> Iterator[FloatArray]:
    """Cut pieces of any length into blocks of one length; what there is comes before an error."""
    block, filled = np.empty(block_samples, dtype=np.float32), 0
    try:
        for piece in pieces:
            taken, length = 0, piece.n_samples if isinstance(piece, Gap) else len(piece)
            while taken < length:
                n = min(block_samples - filled, length - taken)
                part = np.nan if isinstance(piece, Gap) else piece[taken : taken + n]
                block[filled : filled + n] = part
                taken, filled = taken + n, filled + n
                if filled == block_samples:
                    yield block
                    block, filled = np.empty(block_samples, dtype=np.float32), 0
    except RecordError:
        if filled:
            yield block[:filled]
        raise
    if filled:
        yield block[:filled]


def _as_items(pieces: Iterator[Piece], start: int, block_samples: int) -> Iterator[Item]:
    for piece in pieces:
        if isinstance(piece, Gap):
            yield Gap(start, piece.n_samples, piece.reason)
            start += piece.n_samples
            continue
        for offset in range(0, len(piece), block_samples):
            yield Chunk(start + offset, piece[offset : offset + block_samples])
        start += len(piece)


def open_record(path: str | Path, lead: str | int | None = None, fs: float | None = None) -> Record:
    """Open one lead of a recording.

    Parameters
    ----------
    path : str or Path
        A WFDB record without extension (or its .hea or .dat), an .edf or .bdf, a .csv or .tsv; or
        a name like ``mitdb/208``, fetched from PhysioNet when there is no such file.
    lead : str, int or None
        See :func:`sibeat.ecg.lead.choose_lead`.
    fs : float, optional
        Sampling rate, Hz: for a text that does not tell, or against what a header says.

    Raises
    ------
    RecordError
        The file is missing, broken or no ECG.
    UsageError
        There is no such lead, or the sampling rate cannot be.
    """
    from sibeat.ecg.record_kind import resolve

    kind, found = resolve(Path(path))
    if kind == "wfdb":
        from sibeat.ecg.record_wfdb import WfdbRecord

        return WfdbRecord(found, lead, fs)
    if kind == "edf":
        from sibeat.ecg.record_edf import EdfRecord

        return EdfRecord(found, lead, fs)
    from sibeat.ecg.record_text import TextRecord

    return TextRecord(found, lead, fs)

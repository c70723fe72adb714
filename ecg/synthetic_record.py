"""Write a synthetic ECG as a WFDB record with its reference annotations, in bounded memory.

Beats are N, V and A. A NOISE annotation (``~``) marks where the signal's quality changes: subtype
-1 while the electrode is off (the samples are not valid), 1 in noise, 0 when all is well again,
as in the MIT-BIH database. A note (``"``) in its middle names a pause, a run and the like.
"""

import heapq
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

from .annotation_file import AnnotationWriter
from .atomic_file import all_or_none
from .signal_file import SignalWriter, record_files
from .stream import FloatArray, Gap, Item
from .synthetic import IntervalLabel, Labels, SyntheticEcg

ANNOTATOR = "atr"
"""reference annotations, by WFDB's custom"""
_BLOCK_S = 10.0  # chosen by us: few writes, little memory

Mark: TypeAlias = tuple[int, str, int, str]
"""sample, WFDB symbol, subtype, note"""


def write_synthetic_record(
    path: Path,
    ecg: SyntheticEcg,
    n_samples: int,
    comments: tuple[str, ...] = (),
    overwrite: bool = False,
) -> Counter[str]:
    """Write ``path.dat``, ``path.hea`` and ``path.atr``, all of them or none.

    Parameters
    ----------
    path : the record, without extension
    ecg : not begun yet
    n_samples : length of the record
    comments : lines for the header
    overwrite : whether a record of that name may be replaced

    Returns
    -------
    symbol -> number of annotations

    Raises
    ------
    UsageError, OutputError
        as `SignalWriter` and `all_or_none` have them
    """
    written: Counter[str] = Counter()
    marks = _Marks()
    files = record_files(path, "hea", "dat", ANNOTATOR)
    with (
        all_or_none(files, overwrite) as folder,
        SignalWriter(folder / path.name, ecg.fs, "II", comments) as signal,
        AnnotationWriter(folder / files[-1].name, ecg.fs) as annotations,
    ):
        for item in ecg.blocks(max(1, round(_BLOCK_S * ecg.fs)), n_samples):
            signal.write(_samples(item))
            marks.add(ecg.take_labels())
            for sample, symbol, subtype, note in marks.take(item.stop):
                annotations.write(sample, symbol, note, subtype)
                written[symbol] += 1
    return written


def _samples(item: Item) -> FloatArray:
    return np.full(item.n_samples, np.nan, np.float32) if isinstance(item, Gap) else item.samples


class _Marks:
    """Labels, turned into annotations in order of their samples."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, str, int]] = []  # sample, what, change
        self._active: Counter[str] = Counter()

    def add(self, labels: Labels) -> None:
        for beat in labels.beats:
            heapq.heappush(self._waiting, (beat.sample, beat.symbol, 0))
        for interval in labels.intervals:
            for waiting in _borders(interval):
                heapq.heappush(self._waiting, waiting)

    def take(self, stop: int) -> Iterator[Mark]:
        """Give what lies before ``stop``."""
        while self._waiting and self._waiting[0][0] < stop:
            sample, what, change = heapq.heappop(self._waiting)
            if what not in ("lead_off", "noise") and len(what) > 1:
                yield sample, '"', 0, what
            elif change:
                self._active[what] += change
                yield sample, "~", self._quality(), ""
            else:
                yield sample, what, 0, ""

    def _quality(self) -> int:
        if self._active["lead_off"]:
            return -1
        return 1 if self._active["noise"] else 0


def _borders(interval: IntervalLabel) -> list[tuple[int, str, int]]:
    if interval.kind in ("lead_off", "noise"):
        return [(interval.start, interval.kind, 1), (interval.stop, interval.kind, -1)]
    return [((interval.start + interval.stop) // 2, interval.kind, 0)]

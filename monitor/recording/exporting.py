"""From what a source gives to files that others read: WFDB, or EDF+, each in bounded memory.

Two passes: the first finds the range of the values, which both formats want to know before the
first sample; the second writes. Gaps are samples that are not valid, and annotations.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from sibeat.ecg.annotation import annotations_in
from sibeat.ecg.annotation_file import AnnotationWriter
from sibeat.ecg.edf_writer import EdfSignal, EdfWriter
from sibeat.ecg.errors import RecordError
from sibeat.ecg.mit_format import DecodedAnnotation
from sibeat.ecg.signal_file import GAIN, SignalWriter, record_files
from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item, StreamInfo

STEPS = 65_534
"""steps of 16 bits between the highest and the lowest that is valid"""
MV_RANGE = 16.0
"""mV either way that the usual gain holds (signal_file)"""
GAP_BLOCK = 60_000
"""samples of a gap that are written at once; chosen by us: some minutes, a quarter of a MB"""
NOISE = "~"
"""symbol of an annotation whose subtype says how good the signal is from there on"""
GAP_EXTENSION = "gap"
"""of the annotation file that names the gaps of a WFDB record"""


@dataclass(slots=True)
class Span:
    """What values there are."""

    low: float = np.inf
    high: float = -np.inf
    whole: bool = True
    """whether all are whole numbers"""

    def take(self, samples: FloatArray) -> None:
        """Look at samples; NaN is none."""
        valid = samples[np.isfinite(samples)]
        if len(valid):
            self.low = min(self.low, float(valid.min()))
            self.high = max(self.high, float(valid.max()))
            self.whole = self.whole and bool(np.all(valid == np.round(valid)))

    @property
    def middle(self) -> int:
        """A whole number in the middle, 0 without any value."""
        return round((self.low + self.high) / 2) if self.low <= self.high else 0


@dataclass(frozen=True, slots=True)
class Scale:
    """How values become steps: ``step = value * gain + baseline``."""

    gain: float
    baseline: int

    @classmethod
    def of(cls, span: Span, unit: str) -> "Scale":
        """Choose the scale: that of WFDB records in mV; whole numbers as they are; else all steps.

        Parameters
        ----------
        span : the values
        unit : ``mV`` or ``a.u.``
        """
        size = span.high - span.low
        if unit == "mV" and (size < 0 or max(-span.low, span.high) < MV_RANGE):
            return cls(GAIN, 0)
        if size <= 0 or (unit != "mV" and span.whole and size <= STEPS):
            return cls(1.0, -span.middle)
        greatest = np.float32(max(-span.low, span.high))
        gain = min(STEPS / size, 1 / float(np.spacing(greatest)))  # finer steps hold no float32
        return cls(gain, -round((span.low + span.high) / 2 * gain))

    def value(self, step: int) -> float:
        """Value of a step."""
        return (step - self.baseline) / self.gain


class Output(Protocol):
    """A file that takes the stream."""

    def write(self, samples: FloatArray) -> None:
        """Add samples; NaN is what is not valid."""

    def annotate(self, annotation: DecodedAnnotation) -> None:
        """Add an annotation: a beat, or unfit signal.

        Raises
        ------
        RecordError
            The file has no room for one like it.
        """

    def gap(self, sample: int, n_samples: int, reason: str) -> None:
        """Name a gap that was written as not valid."""

    def close(self) -> None:
        """Complete the files."""


class WfdbOutput:
    """``NAME.dat``, ``.hea``, ``.gap`` and with annotations ``.sib``; replaces what is there."""

    def __init__(self, path: Path, info: StreamInfo, scale: Scale, annotated: bool) -> None:
        comments = [f"exported by sibeat from {info.source}"]
        if info.start_time:
            comments.append("base time and date are UTC")
        unit = "mV" if info.unit == "mV" else "au"
        signal = SignalWriter(
            path,
            info.fs,
            info.lead,
            tuple(comments),
            gain=scale.gain,
            baseline=scale.baseline,
            unit=unit,
            start_time=info.start_time,
        )
        _, _, gaps, *beats = self.files(path, annotated)
        with ExitStack() as opened:
            self._signal = opened.enter_context(signal)
            self._gaps = opened.enter_context(AnnotationWriter(gaps, info.fs))
            self._beats = [opened.enter_context(AnnotationWriter(file, info.fs)) for file in beats]
            self._opened = opened.pop_all()

    @staticmethod
    def files(path: Path, annotated: bool) -> list[Path]:
        """Name the files of a record; that of the beats comes last.

        Raises
        ------
        UsageError
            No record can be called so.
        """
        return record_files(path, "hea", "dat", GAP_EXTENSION, *(["sib"] if annotated else []))

    def write(self, samples: FloatArray) -> None:
        """Add samples."""
        self._signal.write(samples)

    def annotate(self, annotation: DecodedAnnotation) -> None:
        """Add an annotation as it is."""
        sample, symbol = annotation.sample, annotation.symbol
        try:
            for file in self._beats:
                file.write(sample, symbol, annotation.aux_note, annotation.subtype)
        except ValueError as error:
            raise RecordError(
                f"an annotation cannot be written again: {error}; expected annotations that "
                "`sibeat monitor --annotate` wrote, give these or leave --annotations out"
            ) from error

    def gap(self, sample: int, n_samples: int, reason: str) -> None:
        """Name a gap; one from sample 0 on stands at 1, for WFDB has no room for a note at 0."""
        begin = "" if sample else ", from sample 0 on"
        self._gaps.write(max(1, sample), '"', f"{reason} {n_samples} samples{begin}")

    def close(self) -> None:
        """Complete the files."""
        self._opened.close()


class EdfOutput:
    """One EDF+ file; replaces what is there."""

    def __init__(self, path: Path, info: StreamInfo, scale: Scale) -> None:
        self._fs = info.fs
        unit = "mV" if info.unit == "mV" else ""
        low, high = scale.value(-32_768), scale.value(32_767)
        signal = EdfSignal(info.fs, info.lead, unit, low, high, info.start_time)
        self._file = EdfWriter(path, signal)

    def write(self, samples: FloatArray) -> None:
        """Add samples."""
        self._file.write(samples)

    def annotate(self, annotation: DecodedAnnotation) -> None:
        """Add an annotation as text: symbol, then note; of unfit signal the subtype."""
        symbol = annotation.symbol
        note = f"{annotation.subtype}" if symbol == NOISE else annotation.aux_note
        self._file.annotate(annotation.sample / self._fs, f"{symbol} {note}".strip())

    def gap(self, sample: int, n_samples: int, reason: str) -> None:
        """Name a gap."""
        self._file.annotate(sample / self._fs, f"gap: {reason}", n_samples / self._fs)

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


def look(items: Iterable[Item]) -> Span:
    """Pass over a stream for its values."""
    span = Span()
    for item in items:
        if isinstance(item, Chunk):
            span.take(item.samples)
    return span


def copy(items: Iterable[Item], beats: Iterator[DecodedAnnotation], output: Output) -> int:
    """Write a stream with its annotations; gives its number of samples."""
    waiting = next(beats, None)
    position = 0
    for item in merged_gaps(items):
        while waiting is not None and waiting.sample < item.stop:
            output.annotate(waiting)
            waiting = next(beats, None)
        if isinstance(item, Chunk):
            output.write(item.samples)
        else:
            output.gap(item.start, item.n_samples, item.reason)
            for part in _blocks(item.n_samples):
                output.write(part)
        position = item.stop
    return position


def merged_gaps(items: Iterable[Item]) -> Iterator[Item]:
    """Join contiguous gaps of one reason."""
    held: Item | None = None
    for item in items:
        if isinstance(held, Gap) and isinstance(item, Gap) and held.reason == item.reason:
            held = Gap(held.start, held.n_samples + item.n_samples, held.reason)
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held


def _blocks(n_samples: int) -> Iterator[FloatArray]:
    for start in range(0, n_samples, GAP_BLOCK):
        yield np.full(min(GAP_BLOCK, n_samples - start), np.nan, dtype=np.float32)


def beats_in(file: Path | None) -> Iterator[DecodedAnnotation]:
    """Read the annotations that go along; none without a file."""
    return iter(()) if file is None else annotations_in(file)

"""One lead of a record with its annotated beats, on the lead's own index."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.errors import ConfigError, RecordError, UsageError
from sibeat.ecg.record import Record, open_record
from sibeat.ecg.stream import DoubleArray
from sibeat.train.beats_file import IntArray, TextArray


@dataclass(frozen=True, slots=True, eq=False)
class AnnotatedRecord:
    """What beats are cut from."""

    fs: float
    """sampling rate of the lead, Hz"""
    lead: str
    """as the header names it"""
    samples: DoubleArray
    """(n_samples,), in mV; NaN where the record has no value"""
    positions: IntArray
    """(n_beats,), annotated beats as indices of `samples`, in order"""
    symbols: TextArray
    """(n_beats,), WFDB symbols"""


def read_annotated(path: Path, lead: str, annotator: str) -> AnnotatedRecord:
    """Read a record, given without extension.

    Parameters
    ----------
    path : the record
    lead : name of the lead
    annotator : extension of the annotation file

    Raises
    ------
    RecordError
        When a file is missing or broken, or the annotations are of another record.
    ConfigError
        When the record lacks the lead.
    """
    record = _open(path, lead)
    samples = record.read().astype(np.float64)
    annotations = read_annotations(path, annotator)
    beats = annotations.beat_mask
    positions = _on_index(annotations.samples[beats], annotations.fs or record.fs, record.fs)
    if len(positions) and not 0 <= positions[0] <= positions[-1] < len(samples):
        raise RecordError(
            f"record {path} has {len(samples)} samples, its annotated beats reach from "
            f"{positions[0]} to {positions[-1]}: expected annotations of this record; it may be "
            "cut short, copy its files again"
        )
    symbols = np.array(annotations.symbols, dtype=np.str_)[beats]
    return AnnotatedRecord(record.fs, record.lead, samples, positions, symbols)


def _open(path: Path, lead: str) -> Record:
    try:
        return open_record(path, lead)
    except UsageError as error:
        leads = ", ".join(open_record(path).leads)
        raise ConfigError(
            f"record {path} has the leads {leads}: expected {lead!r}, as prepare.lead in the "
            "configuration says; name another there, or leave the record out"
        ) from error


def _on_index(positions: IntArray, counted_fs: float, fs: float) -> IntArray:
    """Annotations may count in frames, or at a rate of their own; give the lead's indices."""
    if counted_fs == fs:
        return positions
    return np.asarray(np.rint(positions * (fs / counted_fs)), dtype=np.int64)

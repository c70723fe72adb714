"""One record judged end to end: the live pipeline's word against the reference.

`evaluate_record` runs the pipeline and judges it, `judge_record` judges what was heard. Figures of
a record or of a group of records are made of these by `evaluation.figures`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import Annotations, IntArray, read_annotations
from sibeat.ecg.ec57 import RecordReport, compare, qrs_statistics
from sibeat.ecg.record import Record, open_record
from sibeat.ecg.record_altered import AlteredRecord
from sibeat.ecg.stream import DoubleArray
from sibeat.model.artefact import Student
from sibeat.monitor.evaluation.alarms import JudgedAlert, judge_alerts
from sibeat.monitor.evaluation.hearing import Heard, hear
from sibeat.monitor.evaluation.match import Match, match_beats
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.annotations import SYMBOLS
from sibeat.monitor.sources.pacing import PACED_CHUNK_S
from sibeat.monitor.summary import QualityOrLost


@dataclass(frozen=True, slots=True)
class Conditions:
    """How records are presented to the monitor."""

    chunk_s: float = PACED_CHUNK_S
    """length of a chunk, s"""
    resample_hz: float | None = None
    """None: each record's own rate"""
    invert: bool = False
    duration_s: float | None = None
    """how much of each record; None: all"""
    lead: str | int | None = None
    """None: II or MLII, else the first"""


@dataclass(frozen=True, slots=True, eq=False)
class RecordEvaluation:
    """All that figures are made of, of one record."""

    record: str
    lead: str
    duration_s: float
    report: RecordReport
    """EC57, from minute 5"""
    offsets_ms: DoubleArray
    """(n_found,), detected minus annotated R-peak, from minute 5"""
    expected: NDArray[np.str_]
    """(n_reference,), class of each reference beat, whole record"""
    found: NDArray[np.bool_]
    """(n_reference,), whether it was detected"""
    scores: DoubleArray
    """(n_matched,), final score of each detected beat that is one of the reference"""
    classes: NDArray[np.str_]
    """(n_matched,), its class there"""
    alerts: tuple[JudgedAlert, ...]
    quality_s: Mapping[QualityOrLost, float]
    rhythm_events: Mapping[str, int]
    cpu_s: float


def evaluate_record(
    path: Path, student: Student, settings: PipelineSettings, conditions: Conditions
) -> RecordEvaluation:
    """Run the pipeline over a record and judge what it says by the ``.atr`` file beside it.

    Parameters
    ----------
    path : the record, without extension
    student, settings : of the pipeline
    conditions : how the record is presented

    Raises
    ------
    RecordError
        When the record or its annotations are missing or cannot be read.
    """
    reference = read_annotations(path, "atr")
    record: Record = open_record(path, conditions.lead)
    if conditions.resample_hz is not None or conditions.invert:
        record = AlteredRecord(record, conditions.resample_hz, invert=conditions.invert)
    heard = hear(
        record,
        student,
        settings,
        chunk_s=conditions.chunk_s,
        duration_s=conditions.duration_s,
    )
    return judge_record(path.name, record.lead, reference, heard)


def judge_record(name: str, lead: str, reference: Annotations, heard: Heard) -> RecordEvaluation:
    """Judge what the monitor said of a record.

    Parameters
    ----------
    name, lead : of the record
    reference : the truth; what lies after the end of what was heard is not counted
    heard : at the reference's sampling rate or another
    """
    fs = reference.fs or heard.fs
    reference = _first_seconds(reference, heard.duration_s, fs)
    samples = _on_index([beat.sample for beat in heard.beats], heard.fs, fs)
    match = match_beats(reference, samples, fs)
    scores, classes = _matched(match, heard)
    return RecordEvaluation(
        record=name,
        lead=lead,
        duration_s=heard.duration_s,
        report=compare(reference, as_annotations(heard, fs)),
        offsets_ms=_offsets_ms(reference, samples, fs),
        expected=match.expected,
        found=match.found,
        scores=scores,
        classes=classes,
        alerts=judge_alerts(heard, match.truths),
        quality_s=heard.quality_s,
        rhythm_events=heard.rhythm_events,
        cpu_s=heard.cpu_s,
    )


def _first_seconds(annotations: Annotations, seconds: float, fs: float) -> Annotations:
    n = int(np.searchsorted(annotations.samples, seconds * fs))
    return Annotations(
        samples=annotations.samples[:n],
        symbols=annotations.symbols[:n],
        subtypes=annotations.subtypes[:n],
        aux_notes=annotations.aux_notes[:n],
        fs=fs,
    )


def as_annotations(heard: Heard, fs: float) -> Annotations:
    """What was heard as the monitor annotates it, beats and NOISE, on an index of `fs` Hz."""
    beats, noise = heard.beats, heard.noise
    said = [*(beat.sample for beat in beats), *(mark.sample for mark in noise)]
    return Annotations.of(
        _on_index(said, heard.fs, fs),
        [*(SYMBOLS[beat.kind] for beat in beats), *("~" for _ in noise)],
        subtypes=[*(0 for _ in beats), *(mark.subtype for mark in noise)],
        fs=fs,
    ).in_order()


def _on_index(samples: Sequence[int], heard_fs: float, fs: float) -> IntArray:
    """(n,), samples of a stream of `heard_fs` Hz on an index of `fs` Hz."""
    counted = np.array(samples, dtype=np.int64)
    if fs == heard_fs:
        return counted
    return np.asarray(np.rint(counted * (fs / heard_fs)), dtype=np.int64)


def _offsets_ms(reference: Annotations, samples: IntArray, fs: float) -> DoubleArray:
    offsets = qrs_statistics(reference, samples).offsets
    return np.asarray(offsets * (1000 / fs), dtype=np.float64)


def _matched(match: Match, heard: Heard) -> tuple[DoubleArray, NDArray[np.str_]]:
    """Final scores and classes of the detected beats that are beats of the reference."""
    truths = np.array(match.truths, dtype="U7")
    scores = np.array([beat.score for beat in heard.beats], dtype=np.float64)
    real = ~np.isin(truths, ("none", "flutter"))
    return scores[real], truths[real]

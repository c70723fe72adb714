"""Cut the beats of the database once, into the one file that training needs.

Two fronts. ``monitor`` cuts with the functions that the monitor runs: each annotated beat is
re-centred, cut and normalised; only one beside a missing sample is dropped.
``beatgan`` cuts as published, for comparison: see `sibeat.train.beatgan_front`.
"""

from math import ceil
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.beats import (
    GRID_FS,
    N_WINDOW,
    WINDOW_AFTER,
    WINDOW_BEFORE,
    cut_window,
    normalise,
    samples_after,
    samples_before,
)
from sibeat.ecg.centring import SEARCH_MS, polarity_of, refine
from sibeat.ecg.errors import RecordError
from sibeat.ecg.filters import BAND_HZ, DELAY_S, filter_record
from sibeat.ecg.record_folder import require_records
from sibeat.ecg.stream import DoubleArray
from sibeat.train import beatgan_front
from sibeat.train.annotated_record import AnnotatedRecord, read_annotated
from sibeat.train.beats_file import Beats, BeatsOrigin, IntArray, join_beats, quantise
from sibeat.train.config import PrepareConfig
from sibeat.train.folds import assign_fold
from sibeat.train.progress import Progress
from sibeat.train.split import MITDB, split_of

EXPECTED = "the folder of the MIT-BIH Arrhythmia Database, or prepared beats (.npz)"
EXPECTED_OF_ONES_OWN = (
    "WFDB records, which prepare.train, validation and test name without extension"
)
DATA = "MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark, PhysioNet, ODC-By 1.0)"
DATA_OF_ONES_OWN = "{n} records of the folder {name}"


def prepare(data: Path, config: PrepareConfig, progress: Progress) -> Beats:
    """Cut the beats of all records: the 44 of DS1 and DS2, or those that the configuration names.

    Parameters
    ----------
    data : folder of the records
    config : which front, which records
    progress : hears of each record

    Returns
    -------
    beats in order of record and sample; their parts are the patient-independent ones, or with the
    front ``beatgan`` those of the configured fold

    Raises
    ------
    RecordError
        When a record is missing or broken, or of another rate or lead than the first.
    ConfigError
        When a record lacks the lead.
    """
    records, own = split_of(config).records, bool(config.train)
    require_records(data, records, "--data", EXPECTED_OF_ONES_OWN if own else EXPECTED)
    progress.start_epoch(0, 1, len(records))
    parts: list[Beats] = []
    for record in records:
        parts.append(prepare_record(data, record, config))
        _require_alike(parts, records)
        progress.step({"beats": sum(map(len, parts))})
    beats = join_beats(parts)
    return assign_fold(beats, config.fold) if config.front == "beatgan" else beats


def prepare_record(data: Path, name: str, config: PrepareConfig) -> Beats:
    """Cut the beats of the record `name`, without extension, in the folder `data`."""
    record = read_annotated(data / name, config.lead, config.annotator)
    cut = _cut_as_published if config.front == "beatgan" else _cut_as_monitor
    r_peaks, windows, kept = cut(record, config)
    normalised = [normalise(window) for window in windows]
    return Beats(
        origin=_origin(data, config, record),
        windows=quantise(np.array([window for window, _ in normalised]).reshape(-1, N_WINDOW)),
        amplitude=np.array([amplitude for _, amplitude in normalised], dtype=np.float32),
        record=np.full(len(windows), name),
        symbol=record.symbols[kept],
        sample=record.positions[kept],
        r_peak=r_peaks,
        rr_pre=_intervals(record.positions, before=True)[kept],
        rr_post=_intervals(record.positions, before=False)[kept],
        part=np.full(len(windows), split_of(config).part_of(name), dtype="<U10"),
    )


def _require_alike(parts: list[Beats], records: list[str]) -> None:
    """Refuse a record of another rate or lead than the first: a student has one of each."""
    first, last = parts[0].origin, parts[-1].origin
    for what, one, other in (
        ("sampling rate", f"{first.fs:g} Hz", f"{last.fs:g} Hz"),
        ("lead", first.lead, last.lead),
    ):
        if one != other:
            raise RecordError(
                f"record {records[len(parts) - 1]} has {other}, {records[0]} has {one}: expected "
                f"one {what} in all records of a training; leave one of them out"
            )


Cut: TypeAlias = tuple[DoubleArray, NDArray[np.float32], NDArray[np.bool_]]
"""R-peaks and windows of the kept beats, and which of the annotated ones these are"""


def _cut_as_monitor(record: AnnotatedRecord, config: PrepareConfig) -> Cut:
    there = np.isfinite(record.samples)
    filtered = filter_record(np.where(there, record.samples, 0.0), record.fs, config.mains_hz)
    kept = _whole(there, record.fs, record.positions)
    r_peaks = _recentre(filtered, record.fs, record.positions[kept])
    windows = np.empty((len(r_peaks), N_WINDOW), dtype=np.float32)
    for place, r_peak in enumerate(r_peaks):
        windows[place] = cut_window(filtered, record.fs, float(r_peak))
    return r_peaks, windows, kept


def _whole(there: NDArray[np.bool_], fs: float, positions: IntArray) -> NDArray[np.bool_]:
    """Say which beats see no missing sample: in the window, the filter's reach or the search's."""
    margin = (DELAY_S + SEARCH_MS / 1000.0) * fs
    before, after = ceil(samples_before(fs) + margin), ceil(samples_after(fs) + margin)
    n_missing = np.concatenate(([0], np.cumsum(~there)))
    low, high = np.maximum(positions - before, 0), np.minimum(positions + after, len(there))
    return np.asarray(n_missing[low] == n_missing[high])


def _cut_as_published(record: AnnotatedRecord, _: PrepareConfig) -> Cut:
    filtered = beatgan_front.filter_both_ways(record.samples, record.fs)
    kept = beatgan_front.kept_beats(record.positions, record.symbols, filtered, record.fs)
    windows = beatgan_front.cut_at(filtered, record.positions[kept])
    return record.positions[kept].astype(np.float64), windows, kept


def _recentre(filtered: DoubleArray, fs: float, samples: IntArray) -> DoubleArray:
    """Re-centre annotated beats; the record's median QRS says where its R-peaks point.

    The detector follows that direction with a running mean of the same measure.
    """
    reach = round(SEARCH_MS * fs / 1000.0)
    beats = [filtered[max(0, sample - reach) : sample + reach + 1] for sample in samples]
    directions = [polarity_of(beat) for beat in beats]
    sign = 1 if not directions or np.median(directions) >= 0.0 else -1
    return np.array([refine(filtered, fs, int(sample), polarity=sign) for sample in samples])


def _intervals(samples: IntArray, *, before: bool) -> IntArray:
    """Distances between annotated beats, -1 at the end that has none."""
    steps = np.diff(samples)
    return np.concatenate(([-1], steps) if before else (steps, [-1])).astype(np.int64)


def filter_in_words(config: PrepareConfig) -> str:
    """What the beats of a configuration are filtered by, as their file states it."""
    if config.front == "beatgan":
        return beatgan_front.FILTER_IN_WORDS
    notch = "no notch" if config.mains_hz is None else f"a zero at {config.mains_hz:g} Hz"
    return f"linear-phase FIR of 0.3 s, {notch}"


def _origin(data: Path, config: PrepareConfig, record: AnnotatedRecord) -> BeatsOrigin:
    published = config.front == "beatgan"
    split = split_of(config)
    own = DATA_OF_ONES_OWN.format(n=len(split.records), name=data.resolve().name)
    return BeatsOrigin(
        front=config.front,
        data=DATA if split is MITDB else own,
        fs=record.fs,
        grid_fs=GRID_FS,
        n_before=WINDOW_BEFORE,
        n_after=WINDOW_AFTER,
        band_hz=beatgan_front.BAND_HZ if published else BAND_HZ,
        filter=filter_in_words(config),
        lead=record.lead,
    )

"""Cut the beats of the database once, into the one file that training needs.

Two fronts. ``monitor`` cuts with the functions that the monitor runs: each annotated beat is
re-centred, cut and normalised, none is dropped. ``beatgan`` cuts as published, for comparison: see
`sibeat.train.beatgan_front`.
"""

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.beats import GRID_FS, N_WINDOW, WINDOW_AFTER, WINDOW_BEFORE, cut_window, normalise
from sibeat.ecg.centring import SEARCH_MS, polarity_of, refine
from sibeat.ecg.filters import BAND_HZ, filter_record
from sibeat.ecg.record import open_record
from sibeat.ecg.record_folder import require_records
from sibeat.ecg.stream import DoubleArray
from sibeat.train import beatgan_front
from sibeat.train.beats_file import Beats, BeatsOrigin, IntArray, TextArray, join_beats, quantise
from sibeat.train.config import PrepareConfig
from sibeat.train.folds import assign_fold
from sibeat.train.progress import Progress
from sibeat.train.split import DS1, DS2, part_of

LEAD = "MLII"
"""lead of the published BeatGAN; 102 and 104, which lack it, are in neither half"""
ANNOTATOR = "atr"
EXPECTED = "the folder of the MIT-BIH Arrhythmia Database, or prepared beats (.npz)"
DATA = "MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark, PhysioNet, ODC-By 1.0)"


def prepare(data: Path, config: PrepareConfig, progress: Progress) -> Beats:
    """Cut the beats of all 44 records.

    Parameters
    ----------
    data : folder of the database
    config : which front
    progress : hears of each record

    Returns
    -------
    beats in order of record and sample; their parts are the patient-independent ones, or with the
    front ``beatgan`` those of the configured fold

    Raises
    ------
    RecordError
        When a record is missing or broken.
    """
    records = sorted((*DS1, *DS2))
    require_records(data, records, "--data", EXPECTED)
    progress.start_epoch(0, 1, len(records))
    parts = []
    for record in records:
        parts.append(prepare_record(data / record, config))
        progress.step({"beats": sum(map(len, parts))})
    beats = join_beats(parts)
    return assign_fold(beats, config.fold) if config.front == "beatgan" else beats


def prepare_record(path: Path, config: PrepareConfig) -> Beats:
    """Cut the beats of one record, given without extension."""
    record = open_record(path, LEAD)
    samples = record.read().astype(np.float64)
    annotations = read_annotations(path, ANNOTATOR)
    positions = annotations.samples[annotations.beat_mask]
    symbols = np.array(annotations.symbols)[annotations.beat_mask]
    cut = _cut_as_published if config.front == "beatgan" else _cut_as_monitor
    r_peaks, windows, kept = cut(samples, record.fs, positions, symbols, config)
    normalised = [normalise(window) for window in windows]
    return Beats(
        origin=_origin(config, record.fs),
        windows=quantise(np.array([window for window, _ in normalised]).reshape(-1, N_WINDOW)),
        amplitude=np.array([amplitude for _, amplitude in normalised], dtype=np.float32),
        record=np.full(len(windows), path.name),
        symbol=symbols[kept],
        sample=positions[kept],
        r_peak=r_peaks,
        rr_pre=_intervals(positions, before=True)[kept],
        rr_post=_intervals(positions, before=False)[kept],
        part=np.full(len(windows), part_of(path.name), dtype="<U10"),
    )


Cut: TypeAlias = tuple[DoubleArray, NDArray[np.float32], NDArray[np.bool_]]
"""R-peaks and windows of the kept beats, and which of the annotated ones these are"""


def _cut_as_monitor(
    samples: DoubleArray, fs: float, positions: IntArray, _: TextArray, config: PrepareConfig
) -> Cut:
    filtered = filter_record(samples, fs, config.mains_hz)
    r_peaks = _recentre(filtered, fs, positions)
    windows = np.empty((len(r_peaks), N_WINDOW), dtype=np.float32)
    for place, r_peak in enumerate(r_peaks):
        windows[place] = cut_window(filtered, fs, float(r_peak))
    return r_peaks, windows, np.ones(len(r_peaks), dtype=np.bool_)


def _cut_as_published(
    samples: DoubleArray, fs: float, positions: IntArray, symbols: TextArray, _: PrepareConfig
) -> Cut:
    filtered = beatgan_front.filter_both_ways(samples, fs)
    kept = beatgan_front.kept_beats(positions, symbols, filtered, fs)
    windows = beatgan_front.cut_at(filtered, positions[kept])
    return positions[kept].astype(np.float64), windows, kept


def _recentre(filtered: DoubleArray, fs: float, samples: IntArray) -> DoubleArray:
    """Re-centre annotated beats; the record's median QRS says where its R-peaks point.

    The detector follows that direction with a running mean of the same measure.
    """
    reach = round(SEARCH_MS * fs / 1000.0)
    beats = [filtered[max(0, sample - reach) : sample + reach + 1] for sample in samples]
    sign = 1 if np.median([polarity_of(beat) for beat in beats]) >= 0.0 else -1
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


def _origin(config: PrepareConfig, fs: float) -> BeatsOrigin:
    published = config.front == "beatgan"
    return BeatsOrigin(
        front=config.front,
        data=DATA,
        fs=fs,
        grid_fs=GRID_FS,
        n_before=WINDOW_BEFORE,
        n_after=WINDOW_AFTER,
        band_hz=beatgan_front.BAND_HZ if published else BAND_HZ,
        filter=filter_in_words(config),
        lead=LEAD,
    )

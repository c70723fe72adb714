"""Cut the beats of the database once, with the functions that the monitor runs.

Each annotated beat is re-centred, cut and normalised; none is dropped. What comes out is one
file that training needs, and nothing else.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.beats import GRID_FS, N_WINDOW, WINDOW_AFTER, WINDOW_BEFORE, cut_window, normalise
from sibeat.ecg.centring import SEARCH_MS, polarity_of, refine
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.filters import BAND_HZ, filter_record
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import DoubleArray
from sibeat.train.beats_file import Beats, BeatsOrigin, IntArray, join_beats, quantise
from sibeat.train.config import PrepareConfig
from sibeat.train.progress import Progress
from sibeat.train.split import DS1, DS2, part_of

LEAD = "MLII"
"""lead of the published BeatGAN; 102 and 104, which lack it, are in neither half"""
ANNOTATOR = "atr"
DATA = "MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark, PhysioNet, ODC-By 1.0)"


def prepare(data: Path, config: PrepareConfig, progress: Progress) -> Beats:
    """Cut the beats of all 44 records.

    Parameters
    ----------
    data : folder of the database
    config : which front
    progress : hears of each record

    Raises
    ------
    RecordError
        When a record is missing or broken.
    ConfigError
        When the front does not exist yet.
    """
    if config.front == "beatgan":
        raise ConfigError(
            "prepare.front is 'beatgan', which this version cannot make yet: expected 'monitor'"
        )
    records = sorted((*DS1, *DS2))
    progress.start_epoch(0, 1, len(records))
    parts = []
    for record in records:
        parts.append(prepare_record(data / record, config))
        progress.step({"beats": sum(map(len, parts))})
    return join_beats(parts)


def prepare_record(path: Path, config: PrepareConfig) -> Beats:
    """Cut the beats of one record, given without extension."""
    record = open_record(path, LEAD)
    fs = record.fs
    filtered = filter_record(record.read().astype(np.float64), fs, config.mains_hz)
    annotations = read_annotations(path, ANNOTATOR)
    beat_samples = annotations.samples[annotations.beat_mask]
    symbols = np.array(annotations.symbols)[annotations.beat_mask]
    r_peaks = _recentre(filtered, fs, beat_samples)
    windows, amplitudes = _cut(filtered, fs, r_peaks)
    n_beats = len(beat_samples)
    return Beats(
        origin=_origin(config, fs),
        windows=quantise(windows),
        amplitude=amplitudes,
        record=np.full(n_beats, path.name),
        symbol=symbols,
        sample=beat_samples,
        r_peak=r_peaks,
        rr_pre=_intervals(beat_samples, before=True),
        rr_post=_intervals(beat_samples, before=False),
        part=np.full(n_beats, part_of(path.name), dtype="<U10"),
    )


def _recentre(filtered: DoubleArray, fs: float, samples: IntArray) -> DoubleArray:
    """Re-centre annotated beats; the record's median QRS says where its R-peaks point.

    The detector follows that direction with a running mean of the same measure.
    """
    reach = round(SEARCH_MS * fs / 1000.0)
    beats = [filtered[max(0, sample - reach) : sample + reach + 1] for sample in samples]
    sign = 1 if np.median([polarity_of(beat) for beat in beats]) >= 0.0 else -1
    return np.array([refine(filtered, fs, int(sample), polarity=sign) for sample in samples])


def _cut(
    filtered: DoubleArray, fs: float, r_peaks: DoubleArray
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    windows = np.empty((len(r_peaks), N_WINDOW), dtype=np.float32)
    amplitudes = np.empty(len(r_peaks), dtype=np.float32)
    for place, r_peak in enumerate(r_peaks):
        windows[place], amplitudes[place] = normalise(cut_window(filtered, fs, float(r_peak)))
    return windows, amplitudes


def _intervals(samples: IntArray, *, before: bool) -> IntArray:
    """Distances between annotated beats, -1 at the end that has none."""
    steps = np.diff(samples)
    return np.concatenate(([-1], steps) if before else (steps, [-1])).astype(np.int64)


def _origin(config: PrepareConfig, fs: float) -> BeatsOrigin:
    notch = "no notch" if config.mains_hz is None else f"a zero at {config.mains_hz:g} Hz"
    return BeatsOrigin(
        front=config.front,
        data=DATA,
        fs=fs,
        grid_fs=GRID_FS,
        n_before=WINDOW_BEFORE,
        n_after=WINDOW_AFTER,
        band_hz=BAND_HZ,
        filter=f"linear-phase FIR of 0.3 s, {notch}",
        lead=LEAD,
    )

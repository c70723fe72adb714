"""Synthetic records: what wfdb reads is the signal and the labels."""

from pathlib import Path

import numpy as np
import wfdb

from sibeat.ecg.signal_file import GAIN
from sibeat.ecg.stream import Chunk
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

WANTED = SyntheticSettings(
    RhythmSettings(ventricular_rate=6, supraventricular_rate=5, pause_rate=3, onset_s=2),
    NoiseSettings(motion_rate=3),
    lead_off_rate=3,
)
N_SAMPLES = 360 * 60


def test_wfdb_round_trip(tmp_path: Path) -> None:
    written = write_synthetic_record(tmp_path / "syn", SyntheticEcg(WANTED, 360, 5), N_SAMPLES)
    record = wfdb.rdrecord(str(tmp_path / "syn"))
    annotations = wfdb.rdann(str(tmp_path / "syn"), "atr")
    ecg = SyntheticEcg(WANTED, 360, 5)
    signal = np.full(N_SAMPLES, np.nan, np.float32)
    for item in ecg.blocks(N_SAMPLES, N_SAMPLES):
        if isinstance(item, Chunk):
            signal[item.start : item.stop] = item.samples
    labels = ecg.take_labels()
    assert np.array_equal(np.isnan(record.p_signal[:, 0]), np.isnan(signal))
    assert np.nanmax(np.abs(record.p_signal[:, 0] - signal)) <= 0.5 / GAIN + 1e-6
    marked = list(zip(annotations.sample.tolist(), annotations.symbol, strict=True))
    assert [m for m in marked if m[1] in "NVA"] == [(b.sample, b.symbol) for b in labels.beats]
    assert written.total() == len(marked)
    assert sorted(annotations.sample) == list(annotations.sample)


def test_quality_marks_follow_lead_off_and_noise(tmp_path: Path) -> None:
    write_synthetic_record(tmp_path / "syn", SyntheticEcg(WANTED, 360, 5), N_SAMPLES)
    annotations = wfdb.rdann(str(tmp_path / "syn"), "atr")
    invalid = np.isnan(wfdb.rdrecord(str(tmp_path / "syn")).p_signal[:, 0])
    quality = np.zeros(N_SAMPLES, int)
    for sample, symbol, subtype in zip(
        annotations.sample, annotations.symbol, annotations.subtype, strict=True
    ):
        if symbol == "~":
            quality[sample:] = subtype
    assert np.array_equal(quality == -1, invalid)
    assert 1 in quality


def test_pauses_are_noted(tmp_path: Path) -> None:
    write_synthetic_record(tmp_path / "syn", SyntheticEcg(WANTED, 360, 5), N_SAMPLES)
    annotations = wfdb.rdann(str(tmp_path / "syn"), "atr")
    notes = [
        note.rstrip("\0")
        for note, symbol in zip(annotations.aux_note, annotations.symbol, strict=True)
        if symbol == '"'
    ]
    assert notes == ["pause"] * len(notes)
    assert notes

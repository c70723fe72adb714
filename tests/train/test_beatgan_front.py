"""The published front: its counts on the real database, its filter and what it drops."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.record import open_record
from sibeat.train.beatgan_front import detect_peaks, distance_to_nearest, filter_both_ways
from sibeat.train.config import PrepareConfig
from sibeat.train.metrics import classes_of
from sibeat.train.prepare import prepare, prepare_record
from sibeat.train.progress import Progress

FS = 360.0
CONFIG = PrepareConfig(front="beatgan")


@pytest.mark.no_cover
@pytest.mark.slow
def test_counts_are_those_of_the_published_protocol(mitdb: Path) -> None:
    beats = prepare(mitdb, CONFIG, Progress())
    counts = Counter(classes_of(beats.symbol, "beatgan").tolist())
    assert counts.pop("N") == pytest.approx(86_950, rel=0.01)
    assert counts == {"S": 3026, "V": 7008, "F": 802, "Q": 15}
    assert set(beats.part) == {"train", "validation", "test"}


def test_windows_are_cut_at_the_annotation(mitdb: Path) -> None:
    beats = prepare_record(mitdb, "100", CONFIG)
    assert np.array_equal(beats.r_peak, beats.sample)
    assert np.allclose(np.abs(beats.windows_float()).max(axis=1), 1)
    assert beats.origin.band_hz == (3.0, 45.0)
    assert beats.origin.front == "beatgan"


def test_intervals_span_dropped_beats(mitdb: Path) -> None:
    beats = prepare_record(mitdb, "108", CONFIG)
    steps = np.diff(beats.sample)
    assert len(beats) < 1763  # PhysioNet's directory: beats of the record
    assert (beats.rr_pre[1:] <= steps).all()
    assert (beats.rr_pre[1:] < steps).any()


def test_the_lead_is_taken_by_name(mitdb: Path) -> None:
    assert open_record(mitdb / "114").leads.index("MLII") == 1  # the other records have it first
    beats = prepare_record(mitdb, "114", CONFIG)
    filtered = filter_both_ways(open_record(mitdb / "114", "MLII").read().astype(float), FS)
    first = filtered[beats.sample[0] - 140 : beats.sample[0] + 180]
    assert beats.amplitude[0] == pytest.approx(np.ptp(first), rel=1e-5)


def test_the_filter_has_no_delay_and_stops_what_lies_outside() -> None:
    time = np.arange(3600) / FS
    for hz, gain in ((0.5, 0.0), (15.0, 1.0), (80.0, 0.0)):
        wave = np.sin(2 * np.pi * hz * time)
        middle = slice(720, -720)
        assert np.allclose(filter_both_ways(wave, FS)[middle], gain * wave[middle], atol=0.05)


def test_detected_peaks_are_the_greatest_values_near_by() -> None:
    time = np.arange(int(20 * FS))
    at = np.arange(200, len(time) - 200, 300)
    record = np.exp(-0.5 * ((time[:, None] - at) / 5.0) ** 2).sum(axis=1)
    assert set(at[2:-2]) <= set(detect_peaks(filter_both_ways(record, FS), FS))


def test_distances_by_hand() -> None:
    samples = np.array([0, 9, 50, 1000])
    assert distance_to_nearest(samples, np.array([10, 60])).tolist() == [10, 1, 10, 940]
    assert np.isinf(distance_to_nearest(samples, np.array([], dtype=np.int64))).all()

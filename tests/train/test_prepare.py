"""Beats of the real database, cut as the monitor cuts them."""

from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import RecordError
from sibeat.train.beats_file import Beats
from sibeat.train.config import PrepareConfig
from sibeat.train.prepare import prepare, prepare_record
from sibeat.train.progress import Progress


@pytest.fixture(scope="module")
def beats(mitdb: Path) -> Beats:
    return prepare_record(mitdb, "119", PrepareConfig())


def test_every_annotated_beat_is_there(beats: Beats) -> None:
    # PhysioNet's directory: record 119 has 1,543 normal beats and 444 PVCs
    assert (beats.symbol == "N").sum() == 1543
    assert (beats.symbol == "V").sum() == 444
    assert len(beats) == 1987


def test_windows_are_normalised_and_centred(beats: Beats) -> None:
    windows = beats.windows_float()
    assert np.allclose(windows.max(axis=1), 1)
    assert np.allclose(windows.min(axis=1), -1)
    normal = windows[beats.symbol == "N"]
    assert abs(int(np.median(normal, axis=0).argmax()) - 140) <= 1


def test_re_centring_stays_near_the_annotation(beats: Beats) -> None:
    offset_ms = (beats.r_peak - beats.sample) / beats.origin.fs * 1000
    assert np.abs(offset_ms).max() <= 62


def test_intervals_are_those_of_the_annotations(beats: Beats) -> None:
    assert beats.rr_pre[0] == beats.rr_post[-1] == -1
    assert np.array_equal(beats.rr_pre[1:], np.diff(beats.sample))
    assert np.array_equal(beats.rr_post[:-1], beats.rr_pre[1:])


def test_origin_and_part_are_stated(beats: Beats) -> None:
    assert set(beats.part) == {"train"}
    assert beats.origin.front == "monitor"
    assert beats.origin.band_hz == (3.0, 40.0)
    assert "50 Hz" in beats.origin.filter


def test_a_folder_without_records_is_a_record_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"44 of 44 records are not in .*: 100, 101"):
        prepare(tmp_path, PrepareConfig(), Progress())

"""The detector on the MIT-BIH Arrhythmia Database, judged as EC57 does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.ec57 import qrs_statistics
from sibeat.ecg.record import open_record
from sibeat.ecg.rpeaks import RPeak

MINUTES = 10
LEAST = {
    "100": (0.998, 0.998),
    "105": (0.995, 0.990),  # noise
    "108": (0.990, 0.985),  # tall P waves, noise
    "119": (0.998, 0.998),  # ventricular beats
    "203": (0.980, 0.985),  # fibrillation, noise
    "208": (0.990, 0.995),  # ventricular beats of several shapes
}
"""sensitivity and positive predictivity, a little below what was measured"""


def first_minutes(reference: Annotations, stop: int) -> Annotations:
    """Give the annotations of the part that is read."""
    n = int(np.searchsorted(reference.samples, stop))
    return Annotations.of(reference.samples[:n], reference.symbols[:n], fs=reference.fs)


@pytest.mark.parametrize("name", LEAST)
def test_beats_are_found_and_little_else(
    name: str, mitdb: Path, detect: Callable[..., list[RPeak]]
) -> None:
    record = open_record(mitdb / name)
    n = round(MINUTES * 60 * record.fs)
    signal = record.read(0, n).astype(np.float64)
    found = np.array([round(peak.position) for peak in detect([signal], record.fs)])
    reference = first_minutes(read_annotations(mitdb / name, "atr"), n)
    statistics = qrs_statistics(reference, found, start_s=60)
    sensitivity, predictivity = LEAST[name]
    assert statistics.sensitivity >= sensitivity
    assert statistics.positive_predictivity >= predictivity
    assert abs(np.median(statistics.offsets)) <= 0.03 * record.fs

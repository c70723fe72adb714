"""What is asked of real ECG: the shipped student on MIT-BIH, judged by EC57's matching.

Mapping of beat classes: ec57. A beat is flagged when it got an alert or its final score is
abnormal. Run as a program, with a folder and records, it prints their QRS counts as JSON: the test
over the whole database runs it twice, for two processors.
"""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.signal import resample_poly

from sibeat.ecg.annotation import Annotations, aami_class, read_annotations
from sibeat.ecg.ec57 import QrsStatistics, qrs_statistics
from sibeat.ecg.ec57_match import align
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, FloatArray, StreamInfo
from sibeat.model.artefact import load_student
from sibeat.monitor.events import Alert, BeatFinal, Event
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings

pytestmark = pytest.mark.no_cover

MATCH_S = 0.150
RATES = (125, 180, 250, 500, 1000)


class Flagged(NamedTuple):
    """Share of the annotated beats of a class that were flagged, percent."""

    ventricular: float
    normal: float


def monitor(samples: FloatArray, fs: float, unit: str) -> list[Event]:
    """Run the shipped student over a signal, a minute at a time."""
    info = StreamInfo("judged", "a test", fs, "MLII", unit=unit)  # type: ignore[arg-type]
    pipeline = Pipeline(info, load_student(), PipelineSettings())
    size = round(60 * fs)
    events: list[Event] = []
    for start in range(0, len(samples), size):
        events += pipeline.feed(Chunk(start, samples[start : start + size])).events
    return events + pipeline.flush().events


def flagged(events: list[Event], truth: Annotations, fs: float) -> Flagged:
    """Count flagged beats; a beat that was not found is not flagged."""
    classes = np.array([aami_class(symbol) or "-" for symbol in truth.symbols])
    expected = np.rint(truth.samples * (fs / 360.0)).astype(np.int64)[classes != "-"]
    classes = classes[classes != "-"]
    abnormal = {event.sample for event in events if isinstance(event, Alert)}
    finals = [event for event in events if isinstance(event, BeatFinal)]
    abnormal |= {final.sample for final in finals if final.kind != "normal"}
    found = np.array([final.sample for final in finals])
    left, right = align(expected, found, int(MATCH_S * fs + 0.5)).pairs
    hit = np.zeros(len(expected), dtype=bool)
    hit[left] = np.isin(found[right], sorted(abnormal))
    return Flagged(*(100.0 * float(hit[classes == name].mean()) for name in "VN"))


def resampled(samples: FloatArray, fs: int) -> FloatArray:
    """What a 10-bit converter of 10 mV, whose gain nobody knows, gives at another rate."""
    ratio = Fraction(fs, 360)
    signal = resample_poly(samples.astype(np.float64), ratio.numerator, ratio.denominator)
    return np.clip(np.rint((signal + 5.0) / 10.0 * 1023.0), 0, 1023).astype(np.float32)


def judge(folder: Path, name: str, fs: int | None = None) -> Flagged:
    """Judge a record as it is, or resampled and quantised."""
    record, truth = open_record(folder / name), read_annotations(folder / name, "atr")
    samples = record.read()
    if fs is None:
        return flagged(monitor(samples, record.fs, record.unit), truth, record.fs)
    return flagged(monitor(resampled(samples, fs), float(fs), "a.u."), truth, float(fs))


@pytest.fixture(scope="module")
def at_360_hz(mitdb: Path) -> dict[str, Flagged]:
    return {name: judge(mitdb, name) for name in ("100", "119", "208")}


@pytest.mark.parametrize(
    ("name", "least_ventricular", "most_normal"), [("119", 95.0, 3.0), ("208", 85.0, 10.0)]
)
def test_ventricular_beats_are_flagged_and_normal_ones_are_not(
    name: str, least_ventricular: float, most_normal: float, at_360_hz: dict[str, Flagged]
) -> None:
    assert at_360_hz[name].ventricular >= least_ventricular
    assert at_360_hz[name].normal <= most_normal


def test_a_regular_record_stays_quiet(at_360_hz: dict[str, Flagged]) -> None:
    assert at_360_hz["100"].normal <= 1.0


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("name", ["119", "208"])
def test_rate_resolution_and_unit_change_little(
    name: str, fs: int, mitdb: Path, at_360_hz: dict[str, Flagged]
) -> None:
    here = judge(mitdb, name, fs)
    assert here.ventricular >= at_360_hz[name].ventricular - 2.0
    assert here.normal <= at_360_hz[name].normal + 2.0


def count_qrs(folder: Path, name: str) -> QrsStatistics:
    """Run a record and count its QRS complexes by EC57: the first five minutes are learning."""
    record = open_record(folder / name)
    events = monitor(record.read(), record.fs, record.unit)
    found = np.array([event.sample for event in events if isinstance(event, BeatFinal)])
    return qrs_statistics(read_annotations(folder / name, "atr"), found)


@pytest.mark.slow
def test_qrs_complexes_of_the_whole_database_are_found(mitdb: Path) -> None:
    """Gross sensitivity and positive predictivity of 48 records, at least 99.5 % each."""
    names = sorted(header.stem for header in mitdb.glob("[12][0-9][0-9].hea"))
    assert len(names) == 48
    halves = [
        subprocess.Popen(
            [sys.executable, __file__, str(mitdb), *names[half::2]], stdout=subprocess.PIPE
        )
        for half in (0, 1)
    ]
    counts = [row for half in halves for row in json.loads(half.communicate()[0])]
    assert [half.returncode for half in halves] == [0, 0]
    assert len(counts) == 48
    tp, fn, fp = np.sum(counts, axis=0)
    assert tp + fn == 91_285  # beats of EC57, flutter of 207 and the first five minutes left out
    assert tp / (tp + fn) >= 0.995
    assert tp / (tp + fp) >= 0.995


if __name__ == "__main__":
    rows = [count_qrs(Path(sys.argv[1]), name) for name in sys.argv[2:]]
    print(json.dumps([(row.tp, row.fn, row.fp) for row in rows]))

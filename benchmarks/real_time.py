"""Real-time factor of the pipeline and of its peers: seconds of signal over seconds of work.

``python -m benchmarks.real_time --data DIR [--record NNN ...] [--all]`` prints JSON. The pipeline
reads its record from the disk and makes filters, R-peaks, scores and events; its peers get
the samples in memory and find R-peaks (gqrs_detect) or R-peaks, delineation and signal quality
(ecg_process). Imports, the student's loading and one short run of each are left out. All run in
turns, `repeats` times.
"""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import neurokit2
import numpy as np
import wfdb
from wfdb.processing import gqrs_detect

from sibeat.cli.errors import guarded
from sibeat.ecg.record import open_record
from sibeat.model.artefact import Student, load_student

from .clocks import Timing, timed
from .figures import spread
from .replaying import events_of, record_names
from .worker import put

Work = Callable[[], object]

CLOCKS = ("wall", "cpu")
WARM_UP_S = 30.0
"""signal that each peer sees before it is timed, for what it imports or makes at first use"""


def pipeline_work(path: Path, student: Student) -> Work:
    """Everything from the file to the last event."""

    def run() -> None:
        for _ in events_of(path, student):
            pass

    return run


def peer_works(path: Path, seconds: float | None = None) -> dict[str, Work]:
    """Peers by name, over the first `seconds` of the record's lead or all of it."""
    record = open_record(path)
    channel = record.leads.index(record.lead)
    stop = None if seconds is None else round(seconds * record.fs)
    raw = wfdb.rdrecord(str(path), channels=[channel], sampto=stop, physical=False)
    counts, gain, zero = raw.d_signal[:, 0], raw.adc_gain[0], raw.adc_zero[0]
    millivolts = np.asarray((counts - raw.baseline[0]) / gain, dtype=np.float64)
    return {
        "neurokit2.ecg_process": lambda: quiet_ecg_process(millivolts, record.fs),
        "wfdb.processing.gqrs_detect": lambda: gqrs_detect(
            d_sig=counts, fs=record.fs, adc_gain=gain, adc_zero=zero
        ),
    }


def quiet_ecg_process(millivolts: Any, fs: float) -> None:
    """neurokit2's whole ECG pipeline; it warns of beats that it cannot delineate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        neurokit2.ecg_process(millivolts, sampling_rate=round(fs))


def length_s(path: Path) -> float:
    """Length of a record, s."""
    record = open_record(path)
    return (record.n_samples or 0) / record.fs


def factors(timings: list[Timing], signal_s: float) -> dict[str, Any]:
    """Real-time factor by both clocks: median and repeats."""
    return {
        "wall": spread([signal_s / timing.wall_s for timing in timings], 1),
        "cpu": spread([signal_s / timing.cpu_s for timing in timings], 1),
    }


def measure_record(path: Path, student: Student, repeats: int, with_peers: bool) -> dict[str, Any]:
    """Factors of one record, all in turns."""
    works = {"sibeat": pipeline_work(path, student)}
    works |= peer_works(path) if with_peers else {}
    timings: dict[str, list[Timing]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            timings[name].append(timed(work)[0])
    signal_s = length_s(path)
    result: dict[str, Any] = {name: factors(all_, signal_s) for name, all_ in timings.items()}
    if with_peers:
        result["sibeat_over_peer"] = ratios(result)
    return {"signal_s": round(signal_s, 1), **result}


def ratios(result: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times faster than each peer, by both clocks."""
    peers = [name for name in result if name != "sibeat"]
    return {name: {clock: ratio(result, name, clock) for clock in CLOCKS} for name in peers}


def ratio(result: dict[str, Any], peer: str, clock: str) -> float:
    """Our factor over the peer's."""
    ours, theirs = result["sibeat"][clock]["median"], result[peer][clock]["median"]
    return round(float(ours / theirs), 2)


def summary(records: dict[str, Any]) -> dict[str, Any]:
    """Median and slowest record, by both clocks."""
    result: dict[str, Any] = {"n_records": len(records)}
    for clock in CLOCKS:
        by_record = {name: figures["sibeat"][clock]["median"] for name, figures in records.items()}
        slowest = min(by_record, key=lambda name: by_record[name])
        result[clock] = {
            "median": round(median(by_record.values()), 1),
            "slowest": by_record[slowest],
            "slowest_record": slowest,
        }
    return result


def warm_up(path: Path, student: Student) -> None:
    """Let everybody import and make what the first use needs."""
    pipeline_work(path, student)()
    for work in peer_works(path, WARM_UP_S).values():
        work()


def measure(data: Path, names: list[str], every: bool, repeats: int) -> dict[str, Any]:
    """The named records with peers, and with `every` all others without."""
    student = load_student()
    warm_up(data / names[0], student)
    others = [name for name in record_names(data) if name not in names] if every else []
    records = {
        name: measure_record(data / name, student, repeats, name in names)
        for name in (*names, *others)
    }
    return {"sibeat": summary(records), "records": records}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--record", action="append", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    put(measure(given.data, given.record, given.all, given.repeats))


if __name__ == "__main__":
    guarded(main)

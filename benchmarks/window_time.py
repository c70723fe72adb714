"""How long a step of the pipeline takes on signals made to be hard, and over a day of real ones.

``python -m benchmarks.window_time [--data DIR] [--hours H] [--json FILE]``. Each signal is fed to
the whole pipeline in live chunks of 40 ms. A step is one ``Pipeline.feed``: filters, every R-peak
candidate that it decides, each with its window of 8 s, the beats cut and scored. Time is the
processor's, so what else the machine does is left out. With ``--data``, the records follow, one
after the other as one stream of H hours. Prints a table in Markdown; the last line says whether the
bound held.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import process_time
from typing import TypeAlias

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.cli.monitoring import spare_what_is_loaded
from sibeat.ecg.stream import Chunk, FloatArray, Item, StreamInfo
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.model.artefact import Student, load_student

from .figures import percentiles
from .peak_memory import endless
from .publishing import keep
from .replaying import pipeline_for, record_names, replay

BOUND_MS = 40.0
"""stated bound of a step's processor time: the length of the chunk, so that no queue can grow"""
CHUNK_S = 0.04
SECONDS = 60.0
"""length of a made signal; chosen by us: seven times the window of 8 s"""
RATES_HZ = (100.0, 360.0, 2000.0)
"""least, MIT-BIH's and greatest rate that the monitor takes"""
HUGE_MV = 1e6

Signal: TypeAlias = Callable[[FloatArray, FloatArray, np.random.Generator], FloatArray]
Summary: TypeAlias = dict[str, float | int]


def _with(ecg: FloatArray, where: FloatArray, value: float) -> FloatArray:
    return np.where(where, value, ecg)


SIGNALS: dict[str, Signal] = {
    "an ECG": lambda t, ecg, rng: ecg,
    "flat": lambda t, ecg, rng: np.zeros_like(t),
    "NaN": lambda t, ecg, rng: np.full_like(t, np.nan),
    "ECG, every other sample NaN": lambda t, ecg, rng: _with(
        ecg, np.arange(len(t)) % 2 == 0, np.nan
    ),
    "ECG, NaN of 60 ms twice a second": lambda t, ecg, rng: _with(ecg, t % 0.5 < 0.06, np.nan),
    "rails": lambda t, ecg, rng: np.clip(50.0 * ecg, -1.0, 1.0),
    "one rail after the other": lambda t, ecg, rng: np.sign(np.sin(2.0 * np.pi * t / 5.0)),
    "white noise": lambda t, ecg, rng: rng.normal(size=len(t)),
    "white noise of 1e6 mV": lambda t, ecg, rng: HUGE_MV * rng.normal(size=len(t)),
    "square waves, 1 Hz": lambda t, ecg, rng: np.sign(np.sin(2.0 * np.pi * t + 0.1)),
    "square waves, 9 Hz": lambda t, ecg, rng: np.sign(np.sin(18.0 * np.pi * t + 0.1)),
    "a pulse each 170 ms": lambda t, ecg, rng: (t % 0.17 < 0.01).astype(np.float64),
    "pulses of rising height": lambda t, ecg, rng: (t % 0.2 < 0.01) * np.exp(t / 4.0),
    "ECG, zeros in the middle": lambda t, ecg, rng: _with(ecg, abs(t - SECONDS / 2) < 10.0, 0.0),
    "ECG of 1e6 mV": lambda t, ecg, rng: HUGE_MV * ecg,
    "ECG, steps of 1e6 mV": lambda t, ecg, rng: ecg + HUGE_MV * (t // 3.0 % 2),
}
"""from time in s, a synthetic ECG in mV and a generator"""


def made(name: str, fs: float) -> Iterator[Item]:
    """A made signal in live chunks."""
    n = round(SECONDS * fs)
    ecg = SyntheticEcg(SyntheticSettings(), fs, 0)
    drawn = [item.samples for item in ecg.blocks(n, n) if isinstance(item, Chunk)]
    times = np.arange(n) / fs
    signal = SIGNALS[name](
        times, np.concatenate(drawn).astype(np.float64), np.random.default_rng(0)
    )
    size = round(CHUNK_S * fs)
    for at in range(0, n, size):
        yield Chunk(at, signal[at : at + size].astype(np.float32))


def real(data: Path, hours: float) -> Iterator[Item]:
    """The records of a folder, one after the other, in live chunks."""
    paths = [data / name for name in record_names(data)]
    last = round(hours * 3600.0 * replay(paths[0]).info.fs)
    for item in endless(paths, CHUNK_S):
        yield item
        if item.stop >= last:
            break


def steps_ms(items: Iterable[Item], fs: float, student: Student) -> list[float]:
    """Processor time of each step, ms."""
    pipeline = pipeline_for(StreamInfo("made", "a benchmark", fs, "II"), student)
    took = []
    for item in items:
        begin = process_time()
        pipeline.feed(item)
        took.append(1000.0 * (process_time() - begin))
    return took


def measure(data: Path | None, hours: float) -> dict[str, Summary]:
    """Times of all signals."""
    student = load_student()
    steps_ms(made("an ECG", RATES_HZ[0]), RATES_HZ[0], student)  # what it imports is no step's cost
    spare_what_is_loaded()  # as the monitor does before its first step
    streams: dict[str, tuple[Iterable[Item], float]] = {
        f"{name}, {fs:g} Hz": (made(name, fs), fs) for name in SIGNALS for fs in RATES_HZ
    }
    if data is not None:
        fs = replay(data / record_names(data)[0]).info.fs
        streams[f"{hours:g} h of records, {fs:g} Hz"] = (real(data, hours), fs)
    return {
        name: percentiles(steps_ms(items, fs, student)) for name, (items, fs) in streams.items()
    }


def table(times: dict[str, Summary]) -> Iterator[str]:
    """Lines of the table in Markdown."""
    yield "| signal | steps | median, ms | p99, ms | worst, ms |"
    yield "|---|---|---|---|---|"
    for name, row in times.items():
        yield f"| {name} | {row['n']} | {row['p50']:.2f} | {row['p99']:.2f} | {row['max']:.2f} |"


def main() -> None:
    """Print the table; the exit code says whether the bound held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of WFDB records, for the long stream")
    parser.add_argument("--hours", type=float, default=24.0, help="length of the long stream")
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args()
    times = measure(given.data, given.hours)
    worst = max(row["max"] for row in times.values())
    held = worst <= BOUND_MS
    print("\n".join(table(times)))
    print(f"\nworst {worst:.2f} ms, bound {BOUND_MS:g} ms: {'held' if held else 'BROKEN'}")
    keep({"bound_ms": BOUND_MS, "steps": times}, given.json)
    sys.exit(not held)


if __name__ == "__main__":
    guarded(main)

"""What tests share: ways to cut a stream, the detector over chunks, made hearts and records."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import wfdb

from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.rpeaks import RPeak, RPeakDetector
from sibeat.ecg.stream import Chunk, DoubleArray, FloatArray
from sibeat.ecg.synthetic import Labels, SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.ecg.votes import Voters

Cut: TypeAlias = Callable[[DoubleArray], list[DoubleArray]]


def cut_evenly(samples: DoubleArray, size: int) -> list[DoubleArray]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def cut_at_random(samples: DoubleArray) -> list[DoubleArray]:
    """Cut into 0 to 60 samples at a time: a chunk may be empty."""
    lengths = np.random.default_rng(5).integers(0, 60, len(samples) // 20 + 1)
    return np.split(samples, np.cumsum(lengths))


CUTS: dict[str, Cut] = {
    "1": lambda samples: cut_evenly(samples, 1),
    "7": lambda samples: cut_evenly(samples, 7),
    "a prime": lambda samples: cut_evenly(samples, 997),
    "random": cut_at_random,
    "whole": lambda samples: [samples],
}


@pytest.fixture(params=CUTS)
def cut(request: pytest.FixtureRequest) -> Cut:
    """Return a way to cut a stream; the test runs with each."""
    return CUTS[request.param]


def find_r_peaks(
    chunks: Iterable[DoubleArray],
    fs: float,
    *,
    start: int = 0,
    ended: bool = True,
    methods: tuple[str, ...] = ("neurokit",),
) -> list[RPeak]:
    """Run the detector as the monitor does, letting go of what it no longer needs."""
    bands = Bands(BandSettings(fs, 50.0), start)
    detector = RPeakDetector(bands, Voters(methods, fs))
    peaks = []
    for chunk in chunks:
        bands.feed(chunk)
        peaks += detector.advance()
        bands.forget_before(detector.needed_from)
    if ended:
        bands.end()
        peaks += detector.advance()
    return peaks


@pytest.fixture(scope="session")
def detect() -> Callable[..., list[RPeak]]:
    """Return the detector as one function of chunks."""
    return find_r_peaks


QUIET = NoiseSettings(level=0)


def render(
    wanted: SyntheticSettings, fs: float, duration_s: float, seed: int = 1, n_block: int = 1000
) -> tuple[FloatArray, Labels]:
    ecg = SyntheticEcg(wanted, fs, seed)
    n_samples = round(duration_s * fs)
    signal = np.full(n_samples, np.nan, np.float32)
    labels = Labels([], [])
    at = 0
    for item in ecg.blocks(n_block, n_samples):
        assert item.start == at
        assert item.stop - item.start <= n_block
        at = item.stop
        if isinstance(item, Chunk):
            assert item.samples.dtype == np.float32
            signal[item.start : item.stop] = item.samples
        taken = ecg.take_labels()
        labels.beats.extend(taken.beats)
        labels.intervals.extend(taken.intervals)
    assert at == n_samples
    return signal, labels


def heart(**wanted: float) -> SyntheticSettings:
    return SyntheticSettings(RhythmSettings(**wanted), QUIET)  # type: ignore[arg-type]


N_WRITTEN = 1000


def write_wfdb(folder: Path, name: str = "rec", fmt: str = "16", **fields: Any) -> np.ndarray:
    """Write a record of two leads as wfdb does; gives what wfdb reads back, (n_samples, 2)."""
    rng = np.random.default_rng(1)
    signal = np.round(np.cumsum(rng.normal(size=(N_WRITTEN, 2)), axis=0)) / 10
    units = fields.pop("units", ["mV", "mV"])
    wfdb.wrsamp(
        name,
        fs=fields.pop("fs", 250),
        units=units,
        sig_name=fields.pop("sig_name", ["I", "II"]),
        p_signal=signal,
        fmt=[fmt, fmt],
        adc_gain=[2.0, 2.0] if fmt == "80" else [10.0, 10.0],
        baseline=[0, 0],
        write_dir=str(folder),
        **fields,
    )
    read: np.ndarray = wfdb.rdrecord(str(folder / name)).p_signal
    return read

"""Where the crest of a trusted QRS begins: read off white noise, its price shown on DS1.

``python -m benchmarks.trusted_crest --data DIR``. The crest is the natural log of a QRS's envelope
over its background of 4 s. The limit is the crest that 95 % of what the detector finds in an hour
of white noise stays below, rounded up to one decimal; no record has a say in it. Beside it the
share of DS1's detected true beats that are below, record 201 left out (its patient is in DS2 too),
and how much of the noise repeats what was before it, which is trusted whatever its crest.
"""

import argparse
import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.ec57_beats import flutter
from sibeat.ecg.learning import RELEARN_CREST
from sibeat.ecg.quality import TRUSTED_CREST
from sibeat.ecg.record import open_record
from sibeat.ecg.rpeaks import RPeak, RPeakDetector
from sibeat.ecg.stream import DoubleArray
from sibeat.ecg.votes import Voters
from sibeat.monitor.settings import PipelineSettings

from .fit_detector import MATCH_S, RECORDS

NOISE_PERCENT = 95.0
"""share of what is found in noise that must not be trusted; chosen by us"""
NOISE_S = 3600
NOISE_FS = 360.0
BLOCK = 3600


def r_peaks(blocks: Iterable[DoubleArray], fs: float) -> Iterator[RPeak]:
    """Run the detector as the monitor does."""
    settings = PipelineSettings()
    bands = Bands(BandSettings(fs, settings.mains_hz), 0)
    detector = RPeakDetector(bands, Voters(settings.detectors, fs))
    for block in blocks:
        bands.feed(block)
        yield from detector.advance()
        bands.forget_before(detector.needed_from)
    bands.end()
    yield from detector.advance()


def true_crests(path: Path) -> DoubleArray:
    """(n,), crests of the detected peaks that are beats, outside flutter."""
    record, reference = open_record(path), read_annotations(path, "atr")
    found = list(r_peaks((block.astype(np.float64) for block in record.blocks()), record.fs))
    places = np.array([round(peak.position) for peak in found])
    beats = reference.samples[reference.beat_mask]
    near = np.abs(beats[:, None] - places).min(axis=0) <= MATCH_S * record.fs
    return np.array([peak.crest for peak in found])[near & ~flutter(reference).hold(places)]


def noise_peaks() -> list[RPeak]:
    """What is found in white noise."""
    noise = np.random.default_rng(0).normal(size=round(NOISE_S * NOISE_FS))
    blocks = (noise[at : at + BLOCK] for at in range(0, len(noise), BLOCK))
    return list(r_peaks(blocks, NOISE_FS))


def below_percent(crests: DoubleArray, limit: float) -> float:
    """Share of crests under the limit."""
    return round(100 * float(np.mean(crests < limit)), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the MIT-BIH database")
    data = parser.parse_args().data
    true, found = np.concatenate([true_crests(data / name) for name in RECORDS]), noise_peaks()
    noise = np.array([peak.crest for peak in found])
    exactly = float(np.percentile(noise, NOISE_PERCENT))
    limit = math.ceil(10 * exactly) / 10
    answer = {
        "found_in_noise": len(noise),
        "noise_that_repeats": sum(peak.repeats for peak in found),
        "exactly": round(exactly, 3),
        "limit": limit,
        "in_use": TRUSTED_CREST,
        "noise_below_percent": below_percent(noise, limit),
        "records": RECORDS,
        "true_beats": len(true),
        "true_beats_below_percent": below_percent(true, limit),
        "relearn_limit_in_use": RELEARN_CREST,
        "greatest_in_noise": round(float(noise.max()), 3),
        "true_beats_below_relearn_limit_percent": below_percent(true, RELEARN_CREST),
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    guarded(main)

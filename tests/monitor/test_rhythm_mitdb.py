"""Rhythm events on pieces of real records, against what their annotations hold by definition."""

from pathlib import Path

import pytest

from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.episode_match import TOLERANCE_S, match_episodes
from sibeat.ecg.record import open_record
from sibeat.ecg.reference_rhythm import Extent, reference_episodes
from sibeat.ecg.stream import Chunk
from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.watches.episode import is_end

pytestmark = pytest.mark.no_cover

PIECES = [  # record, from s, to s, event, how many of those there must at least be found
    ("119", 300, 480, "bigeminy", 1.0),
    ("119", 300, 600, "trigeminy", 0.5),
    ("233", 300, 600, "couplet", 0.7),
    ("233", 0, 600, "run", 0.8),
    ("205", 1380, 1620, "vt-like", 0.6),
    ("232", 300, 600, "pause", 0.9),
    ("231", 0, 1200, "extreme-brady", 1.0),
    ("209", 300, 1200, "extreme-tachy", 0.8),
    ("232", 0, 1800, "asystole-like", 0.8),
]


@pytest.mark.parametrize(("name", "start_s", "stop_s", "event", "share"), PIECES)
def test_real_episodes_are_found(name, start_s, stop_s, event, share, mitdb: Path, watch):
    record, reference = open_record(mitdb / name), read_annotations(mitdb / name, "atr")
    fs = record.fs
    start, stop = round(start_s * fs), round(stop_s * fs)
    told = [
        said
        for said, _ in watch([Chunk(start, record.read(start, stop).copy())], fs)
        if isinstance(said, RhythmEvent) and said.name == event and not is_end(said.name)
    ]
    inside = (reference.samples >= start + 5 * fs) & (reference.samples < stop - 2 * fs)
    kept = [symbol for symbol, keep in zip(reference.symbols, inside, strict=True) if keep]
    there = reference_episodes(Annotations.of(reference.samples[inside], kept, fs=fs))[event]
    extents = [Extent(said.onset_sample or said.sample, said.sample) for said in told]
    rung = [said.announced for said in told]
    counts = match_episodes(there, extents, rung, round(TOLERANCE_S * fs))
    assert counts.n_there > 0
    assert counts.sensitivity >= share

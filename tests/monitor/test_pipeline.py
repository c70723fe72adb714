"""The whole monitor: any split gives the same events, each at the very prefix it claims."""

from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.events import Alert, BeatEvent, BeatFinal

AT_FLUSH = -1
SIZES = ("7", "97", "random", "whole")
UNRULY = SyntheticSettings(
    RhythmSettings(
        heart_rate_bpm=80,
        ventricular_rate=10,
        ventricular_run=3,
        supraventricular_rate=8,
        pause_rate=4,
        pause_s=5.5,
        onset_s=4,
    ),
    NoiseSettings(level=2, motion_rate=4),
    lead_off_rate=5,
    lead_off_s=2,
)
EVERY_FAULT = (  # places, as shares of a chunk; lengths in s; 40 ms is the longest bridge
    (0.10, 0.02, "dropped"),
    (0.25, 0.04, "invalid"),
    (0.40, 0.052, "dropped"),
    (0.55, 0.3, "invalid"),
    (0.65, 0.1, "lead_off"),
    (0.80, 2.6, "rail"),
)


def sizes(name: str) -> Iterator[int]:
    if name == "random":
        random = np.random.default_rng(5)
        return iter(lambda: int(random.integers(1, 700)), 0)
    return repeat(1 << 40 if name == "whole" else int(name))


def break_up(chunk: Chunk, fs: float) -> Iterator[Item]:
    """Give a long chunk every fault there is."""
    samples, at = chunk.samples.copy(), 0
    for share, length_s, fault in EVERY_FAULT:
        start = int(share * len(samples))
        stop = start + max(1, round(length_s * fs))
        if fault == "invalid":
            samples[start:stop] = np.nan
        elif fault == "rail":
            samples[start:stop] = np.nanmax(samples) + 1
        else:
            yield Chunk(chunk.start + at, samples[at:start])
            yield Gap(chunk.start + start, stop - start, fault)  # type: ignore[arg-type]
            at = stop
    yield Chunk(chunk.start + at, samples[at:])


def unruly_stream(fs: float, seed: int, duration_s: float = 60) -> list[Item]:
    items: list[Item] = []
    for item in SyntheticEcg(UNRULY, fs, seed).blocks(1 << 40, round(duration_s * fs)):
        long = isinstance(item, Chunk) and len(item.samples) > 8 * fs
        items += break_up(item, fs) if long else [item]
    return items


def record_piece(folder: Path, name: str, start_s: float, n_s: float = 30) -> list[Item]:
    record = open_record(folder / name)
    start = round(start_s * record.fs)
    samples = record.read(start, start + round(n_s * record.fs))
    return [Chunk(start, samples.copy())]


@pytest.fixture(scope="module", params=["made at 125 Hz", "made at 360 Hz", "208", "119", "203"])
def stream(request: pytest.FixtureRequest) -> tuple[list[Item], float]:
    """Faulty synthetic streams and pieces of real records, the last one made faulty too."""
    if request.param.startswith("made"):
        fs = float(request.param.split()[2])
        return unruly_stream(fs, seed=int(fs)), fs
    items = record_piece(request.getfixturevalue("mitdb"), request.param, start_s=300)
    broken = items if request.param != "203" else [*break_up(items[0], 360.0)]
    return broken, 360.0


@pytest.fixture(scope="module")
def by_sample(stream, watch, recut):
    """What comes when samples come one by one, and when."""
    return watch(recut(stream[0], repeat(1)), stream[1])


@pytest.mark.no_cover
@pytest.mark.parametrize("size", SIZES)
def test_any_split_gives_the_same_events_to_the_bit(size, stream, by_sample, watch, recut, as_bits):
    again = watch(recut(stream[0], sizes(size)), stream[1])
    assert [as_bits(event) for event, _ in again] == [as_bits(event) for event, _ in by_sample]


def test_each_event_comes_with_the_prefix_it_claims(stream, by_sample):
    """One sample at a time: the length at which an event comes is its shortest prefix."""
    end = stream[0][-1].stop
    for event, came_at in by_sample:
        assert event.decided_at_sample == (end if came_at == AT_FLUSH else came_at), event
    assert len(by_sample) > 50


def prefix(items: list[Item], stop: int) -> Iterator[Item]:
    """What has come by the time the stream is `stop` samples long."""
    for item in items:
        n_left = stop - item.start
        if n_left > 0 and isinstance(item, Chunk):
            yield Chunk(item.start, item.samples[:n_left])
        elif n_left > 0:
            yield Gap(item.start, min(item.n_samples, n_left), item.reason)


def test_a_prefix_fed_at_once_gives_an_event_and_one_sample_less_does_not(
    stream, by_sample, watch, as_bits
):
    claimed = [event for event, came_at in by_sample if came_at != AT_FLUSH]
    for event in claimed[:: max(1, len(claimed) // 5)]:
        for stop in (event.decided_at_sample, event.decided_at_sample - 1):
            said = watch(prefix(stream[0], stop), stream[1], flush=False)
            there = as_bits(event) in [as_bits(other) for other, _ in said]
            assert there is (stop == event.decided_at_sample)


def test_events_lie_in_the_stream_in_the_order_of_their_decisions(stream, by_sample):
    first, end = stream[0][0].start, stream[0][-1].stop
    events = [event for event, _ in by_sample]
    assert all(first <= event.sample < event.decided_at_sample <= end for event in events)
    decided = [event.decided_at_sample for event in events]
    assert decided == sorted(decided)


def test_every_beat_has_one_event_one_final_and_the_alerts_that_follow_from_them(by_sample):
    events = [event for event, _ in by_sample]
    beats = {e.sample: e for e in events if isinstance(e, BeatEvent)}
    finals = {e.sample: e for e in events if isinstance(e, BeatFinal)}
    of_type = Counter(type(event).__name__ for event in events)
    assert len(beats) == of_type["BeatEvent"] > 20
    assert len(finals) == of_type["BeatFinal"]
    assert beats.keys() == finals.keys()
    alerts = Counter(e.sample for e in events if isinstance(e, Alert))
    withdrawn = {e.sample for e in events if type(e).__name__ == "Revision"}
    for sample, beat in beats.items():
        final = finals[sample]
        assert beat.decided_at_sample <= final.decided_at_sample
        assert beat.abnormal == (beat.kind != "normal") == (beat.score >= 0.5)
        assert alerts[sample] == (beat.abnormal or final.kind != "normal")
        assert (sample in withdrawn) == (beat.abnormal and final.kind == "normal")


def test_the_rr_intervals_of_beats_and_finals_are_the_same_ones(by_sample):
    beats = [event for event, _ in by_sample if isinstance(event, BeatEvent)]
    finals = [event for event, _ in by_sample if isinstance(event, BeatFinal)]
    following = [final.rr_post_s for final in finals]
    for beat, post in zip(beats[1:], following[:-1], strict=True):
        assert post == beat.rr_pre_s or post is None  # None where it came too late
    assert following[-1] is None


def test_provisional_alerts_come_within_the_stated_latency(stream, by_sample, make_pipeline):
    latency = make_pipeline(stream[1]).latency_samples
    assert latency / stream[1] < 0.75
    delays = [
        event.decided_at_sample - event.sample
        for event, _ in by_sample
        if isinstance(event, Alert) and event.stage == "provisional"
    ]
    assert delays
    assert max(delays) <= latency + 1

"""The whole monitor where there is little, odd or endless signal."""

from collections.abc import Callable
from itertools import pairwise, repeat

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.filters import filter_record
from sibeat.ecg.stream import Chunk, FloatArray, Gap, StreamInfo
from sibeat.model.artefact import Student
from sibeat.monitor.events import (
    Alert,
    BeatEvent,
    BeatFinal,
    Event,
    GapEvent,
    QualityEvent,
    RhythmEvent,
)
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings

AT_FLUSH = -1


def test_flush_gives_the_last_beats(watch, heart):
    samples = heart(250.0, 10.3, [(k, "N") for k in range(1, 11)])
    said = watch([Chunk(0, samples)], 250.0)
    last = [event.sample for event, at in said if isinstance(event, BeatEvent) and at == AT_FLUSH]
    assert last == [2500]
    assert sum(isinstance(event, BeatFinal) for event, _ in said) == 10


def test_flush_of_a_short_stream_gives_its_beats(watch, heart):
    """Shorter than the learning period, so that nothing was decided before."""
    said = watch([Chunk(0, heart(250.0, 2.5, [(0.5, "N"), (1.3, "N"), (2.1, "N")]))], 250.0)
    assert {at for _, at in said} == {AT_FLUSH}
    assert [e.sample for e, _ in said if isinstance(e, BeatEvent)] == [125, 325, 525]


@pytest.mark.parametrize("n_samples", [0, 1, 2, 30])
def test_almost_nothing_gives_nothing(n_samples, watch):
    assert watch([Chunk(0, np.ones(n_samples, dtype=np.float32))], 250.0) == []


def test_no_item_at_all_gives_nothing(watch):
    assert watch([], 360.0) == []


@pytest.mark.parametrize("value", [0.0, 1023.0, -5e4])
def test_a_constant_signal_is_flat_and_silent_and_has_no_beat(value, watch):
    events = [e for e, _ in watch([Chunk(0, np.full(5000, value, np.float32))], 250.0)]
    assert [getattr(e, "quality", getattr(e, "name", "")) for e in events] == [
        "flat",
        "asystole-like",
        "asystole-like-end",
    ]


def test_a_stream_of_nothing_but_gaps_says_so_once(watch):
    gaps = [Gap(100, 30, "silence"), Gap(130, 70, "silence"), Gap(200, 100, "reconnect")]
    assert [e for e, _ in watch(gaps, 250.0)] == [
        GapEvent(100, 300, 100, "silence", bridged=False, goes_on=True),
        GapEvent(200, 300, 100, "reconnect", bridged=False),
    ]


@pytest.mark.parametrize(("factor", "tolerance"), [(1000.0, 1e-6), (1 / 1024, 1e-12)])
def test_no_gate_needs_millivolts(factor, tolerance, watch, heart):
    """Converter counts and their multiples are judged alike, but for the float32 of a window."""
    beats = [(0.5 + 0.8 * k, "V" if k % 5 == 4 else "N") for k in range(24)]
    counts = np.round(heart(250.0, 20.0, beats) * 200)
    one, other = (watch([Chunk(0, (counts * f).astype(np.float32))], 250.0) for f in (1.0, factor))
    assert len(one) == len(other) > 40
    for (event, _), (scaled, _) in zip(one, other, strict=True):
        what, same = ((type(e), e.sample, e.decided_at_sample) for e in (event, scaled))
        assert what == same
        if isinstance(event, BeatEvent | BeatFinal | Alert):
            assert event.kind == scaled.kind
            assert event.score == pytest.approx(scaled.score, abs=tolerance)


def test_the_trace_is_the_filtered_record_bit_for_bit(make_pipeline, recut, heart):
    samples = heart(250.0, 12.0, [(k, "N") for k in range(1, 12)])
    pipeline = make_pipeline(250.0)
    steps = [pipeline.feed(item) for item in recut([Chunk(0, samples)], repeat(31))]
    trace = [chunk for step in [*steps, pipeline.flush()] for chunk in step.trace]
    assert all(before.stop == after.start for before, after in pairwise(trace))
    whole = filter_record(samples.astype(np.float64), 250.0, 50.0).astype(np.float32)
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in trace]), whole)


@pytest.mark.parametrize("size", [1, 31, 5000])
def test_what_bridges_a_gap_is_not_drawn(size, make_pipeline, recut, heart):
    samples = heart(250.0, 12.0, [(k, "N") for k in range(1, 12)])
    samples[1001:1011] = np.nan
    lost = [*range(500, 503), *range(1001, 1011), *range(2995, 2998)]
    items = [Chunk(0, samples[:500]), Gap(500, 3, "dropped"), Chunk(503, samples[503:2995])]
    items += [Gap(2995, 3, "dropped"), Chunk(2998, samples[2998:])]
    pipeline = make_pipeline(250.0)
    steps = [pipeline.feed(item) for item in recut(items, repeat(size))]
    trace = [chunk for step in [*steps, pipeline.flush()] for chunk in step.trace]
    drawn = np.concatenate([chunk.samples for chunk in trace])
    assert len(drawn) == len(samples)
    assert np.flatnonzero(np.isnan(drawn)).tolist() == lost


def test_the_index_is_the_records_own(watch, heart, as_bits):
    samples = heart(250.0, 12.0, [(k, "N") for k in range(1, 12)])
    from_zero = watch([Chunk(0, samples)], 250.0)
    later = watch([Chunk(90_000, samples)], 250.0)
    assert [e.sample + 90_000 for e, _ in from_zero] == [e.sample for e, _ in later]


@pytest.mark.parametrize(("fs", "detector"), [(99.0, "neurokit"), (250.0, "oracle")])
def test_what_cannot_be_run_is_refused_at_once(fs, detector, student: Student):
    info = StreamInfo("made", "a test", fs, "II")
    with pytest.raises(ConfigError):
        Pipeline(info, student, PipelineSettings(detectors=(detector,)))


def held_bytes(thing: object, seen: set[int]) -> int:
    """Bytes of all arrays, and lengths of all containers, that hang on an object of ours."""
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return int((thing if thing.base is None else thing.base).nbytes)
    if isinstance(thing, dict):
        return sum(held_bytes(value, seen) for value in thing.values())
    if isinstance(thing, list | tuple) or type(thing).__name__ == "deque":
        return 8 * len(thing) + sum(held_bytes(value, seen) for value in thing)
    if not type(thing).__module__.startswith("sibeat") or isinstance(thing, Student):
        return 0
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    names = {*slots, *getattr(thing, "__dict__", {})}
    return sum(held_bytes(getattr(thing, name, None), seen) for name in names)


@pytest.mark.parametrize("signal", ["beats", "flat", "gaps"])
def test_memory_does_not_grow_with_the_stream(
    signal: str, make_pipeline: Callable[..., Pipeline], heart: Callable[..., FloatArray]
) -> None:
    fs = 250.0
    minute = heart(fs, 60.0, [(0.5 + 0.8 * k, "V" if k % 9 == 5 else "N") for k in range(74)])
    if signal == "flat":
        minute = np.zeros_like(minute)
    pipeline, held = make_pipeline(fs), []
    for k in range(9):
        at = k * len(minute)
        for start in range(0, len(minute), 500):
            part = slice(
                start, start + 500 - (100 if signal == "gaps" and start % 5000 == 0 else 0)
            )
            chunk = Chunk(at + start, minute[part])
            pipeline.feed(chunk)
            if len(chunk.samples) < 500:
                pipeline.feed(Gap(chunk.stop, 100, "dropped"))
        held.append(held_bytes(pipeline, set()))
    assert max(held[5:]) <= max(held[1:5])
    assert max(held) < 2_000_000


def test_events_are_told_in_the_steps_that_decide_them_only(make_pipeline, heart) -> None:
    pipeline = make_pipeline(250.0)
    samples = heart(250.0, 10.0, [(k, "N") for k in range(1, 10)])
    first: list[Event] = pipeline.feed(Chunk(0, samples[:1250])).events
    second = pipeline.feed(Chunk(1250, samples[1250:])).events
    assert all(event.decided_at_sample <= 1250 for event in first)
    assert all(event.decided_at_sample > 1250 for event in second)
    assert not [event for event in first + second if isinstance(event, RhythmEvent)]


def test_a_lead_upside_down_is_judged_alike(watch, heart):
    """Apart from the first beats, in which the way round that the lead is becomes known."""
    beats = [(0.5 + 0.8 * k, "V" if k % 7 == 6 else "N") for k in range(40)]
    samples = heart(250.0, 34.0, beats)
    upright, inverted = (
        [
            event
            for event, _ in watch([Chunk(0, sign * samples)], 250.0)
            if isinstance(event, BeatFinal)
        ]
        for sign in (1, -1)
    )
    assert len(upright) == len(inverted) == 40
    for one, other in list(zip(upright, inverted, strict=True))[25:]:
        assert (one.sample, one.kind) == (other.sample, other.kind)
        assert other.score == pytest.approx(one.score, abs=0.02)


@pytest.mark.parametrize("fs", [125.0, 360.0])
def test_a_beat_whose_window_is_cut_short_rings_no_bell(fs, watch, heart):
    beats = [*((0.5 + 0.8 * k, "N") for k in range(29)), (23.4, "V")]
    samples, lost_at = heart(fs, 24.0, beats), round(23.5 * fs)
    lost = [Chunk(0, samples[:lost_at]), Gap(lost_at, round(0.1 * fs), "lead_off")]
    for items, rings in ((lost, False), ([Chunk(0, samples)], True)):
        said = [event for event, _ in watch(items, fs)]
        alerts = [e for e in said if isinstance(e, Alert) and abs(e.sample - 23.4 * fs) < 0.1 * fs]
        assert [alert.announced for alert in alerts] == [rings]
        (kind,) = [
            e.kind for e in said if isinstance(e, BeatFinal) and e.sample == alerts[0].sample
        ]
        assert (kind == "ventricular-like") == rings


@pytest.mark.parametrize("fs", [125.0, 360.0])
def test_a_beat_whose_window_begins_in_a_gap_rings_no_bell(fs, watch, heart):
    beats = [(0.5 + 0.8 * k, "V" if k == 29 else "N") for k in range(38)]  # V at 23.7 s
    samples, low, high = heart(fs, 30.0, beats), round(23.2 * fs), round(23.3 * fs)
    lost = [Chunk(0, samples[:low]), Gap(low, high - low, "dropped"), Chunk(high, samples[high:])]
    for items, rings in ((lost, False), ([Chunk(0, samples)], True)):
        said = [event for event, _ in watch(items, fs)]
        alerts = [e for e in said if isinstance(e, Alert) and abs(e.sample - 23.7 * fs) < 0.1 * fs]
        assert [alert.announced for alert in alerts] == [rings]


@pytest.mark.parametrize("lost_s", [0.0, 0.03, 0.1, 6.0])
def test_a_lead_at_a_rail_is_no_silence_of_the_heart_whatever_is_lost_in_it(lost_s, watch, heart):
    fs, rail = 250.0, np.full(1000, 5.0, np.float32)
    beats = heart(fs, 12.0, [(k, "N") for k in range(1, 12)])
    items: list[Chunk | Gap] = []
    for piece in (beats, rail, round(lost_s * fs), rail, beats):
        at = items[-1].stop if items else 0
        if isinstance(piece, int):
            items.append(Gap(at, piece, "dropped"))
        else:
            items.append(Chunk(at, piece))
    said = [event for event, _ in watch(items, fs)]
    assert not [event for event in said if isinstance(event, RhythmEvent)]
    assert {e.quality for e in said if isinstance(e, QualityEvent)} == {"rail", "good"}

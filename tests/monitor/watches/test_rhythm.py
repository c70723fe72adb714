"""Which rhythm events are announced, how urgent they are, and which beats they silence."""

from itertools import pairwise

import pytest

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.watches.episode import WatchedBeat, is_end
from sibeat.monitor.watches.rhythm import PRIORITY, RhythmWatch

FS = 100


def make(**settings):
    return RhythmWatch(PipelineSettings(**settings), refractory=30 * FS)


def beats(watch, kinds, rr_s=0.6, start=0, calm=True):
    """Watch beats at a steady rate; all events."""
    events = []
    for place, kind in enumerate(kinds):
        sample = start + round(place * rr_s * FS)
        rr = rr_s if place else None
        events += watch.beat(WatchedBeat(sample, kind == "V", rr), sample + 70, calm=calm)
    return events


def rung(events):
    return [event.name for event in events if event.announced]


def test_an_event_says_when_it_was_decided_where_it_began_and_how_urgent_it_is():
    (run,) = [event for event in beats(make(), "NVVV", 0.9) if event.name == "run"]
    assert run == RhythmEvent(
        "run", 270, 340, "medium", True, "3 ventricular-like beats in a row at 67 bpm", 90
    )


def test_lethal_events_are_high_and_no_others():
    high = {name for name, priority in PRIORITY.items() if priority == "high"}
    assert high == {"vt-like", "extreme-brady", "extreme-tachy"}


def test_an_end_is_information_and_makes_no_sound():
    ends = [event for event in beats(make(), "NVVVNN") if is_end(event.name)]
    assert [(end.name, end.priority, end.announced) for end in ends] == [
        ("run-end", "information", False)
    ]


def test_a_name_is_announced_once_in_the_refractory_time_but_always_told():
    events = beats(make(), "NVVN" * 20)
    couplets = [event for event in events if event.name == "couplet"]
    assert len(couplets) == 20
    rung_at = [event.sample for event in couplets if event.announced]
    assert [b - a >= 30 * FS for a, b in pairwise(rung_at)] == [True]


def test_a_lethal_event_rings_each_time():
    watch = make()
    events = beats(watch, "NVVVVVVNNNVVVVVVNNN", 0.5)
    assert rung(events).count("vt-like") == 2


def test_lesser_events_are_quiet_while_a_lethal_one_lasts():
    events = beats(make(), "N" * 12, rr_s=2.2)
    assert rung(events) == ["pause", "extreme-brady"]
    assert sum(event.name == "pause" for event in events) == 11


def test_nothing_but_the_lethal_rings_in_noise():
    assert rung(beats(make(), "NVVVVVV", 0.5, calm=False)) == ["vt-like"]
    assert rung(beats(make(), "NVVN" + "NVNVNV", calm=False)) == []


def test_an_announced_run_silences_its_beats_until_it_is_over():
    watch = make()
    beats(watch, "NVV", 0.9)
    assert not watch.silences_beats
    beats(watch, "NVVV", 0.9, start=1000)
    assert watch.silences_beats
    beats(watch, "N", start=3000)
    assert not watch.silences_beats


def test_a_run_that_was_not_announced_silences_nothing_until_it_is_vt():
    watch = make()
    beats(watch, "NVVVN", 0.5)
    beats(watch, "NVVVV", 0.5, start=500)
    assert not watch.silences_beats
    beats(watch, "NVVVVV", 0.5, start=1000)
    assert watch.silences_beats


def test_all_that_lasts_ends_with_the_signal():
    watch = make()
    events = beats(watch, "NVVVVVV", 0.5)
    ends = watch.interrupt(9999)
    assert {end.name for end in ends} == {f"{event.name}-end" for event in events}
    assert {end.decided_at_sample for end in ends} == {9999}
    assert watch.interrupt(99999) == []


@pytest.mark.parametrize("kinds", ["VV", "VVV", "NVNV"])
def test_a_beat_in_doubt_is_between(kinds):
    watch = make()
    beats(watch, kinds)
    watch.doubt(500)
    assert [e.name for e in beats(watch, "VN", start=600) if not is_end(e.name)] == []

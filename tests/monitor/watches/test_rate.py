"""Pauses and extreme rates from RR intervals that are written out."""

import pytest

from sibeat.monitor.watches.episode import WatchedBeat
from sibeat.monitor.watches.rate import PauseWatch, brady_watch, tachy_watch


def pauses(rr_s, usual_rr_s=None, pause_s=2.0, **more):
    watch = PauseWatch(pause_s)
    watch.beat(WatchedBeat(100, False, 0.8))
    return watch.beat(WatchedBeat(700, False, rr_s, usual_rr_s, **more))


@pytest.mark.parametrize(("rr_s", "n"), [(None, 0), (1.99, 0), (2.0, 1), (9.0, 1)])
def test_a_pause_is_an_rr_from_two_seconds_on(rr_s, n):
    found = pauses(rr_s)
    assert [(p.name, p.sample, p.onset) for p in found] == [("pause", 700, 100)] * n


@pytest.mark.parametrize(
    ("rr_s", "usual_rr_s", "n"),
    [
        (1.62, 0.9, 1),
        (1.60, 0.9, 0),
        (1.49, 0.5, 0),  # the floor: 1.8 times 0.5 s is no pause
        (1.50, 0.5, 1),
        (1.99, 1.4, 0),
        (2.00, 1.4, 1),  # slow as the rhythm is, two seconds are a pause
    ],
)
def test_or_one_of_nearly_twice_the_usual(rr_s, usual_rr_s, n):
    assert len(pauses(rr_s, usual_rr_s)) == n


def test_the_setting_moves_both_limits():
    assert pauses(1.5, pause_s=1.5)
    assert pauses(1.2, 0.6, pause_s=1.5)
    assert not pauses(2.9, pause_s=3.0)
    assert not pauses(2.2, 0.6, pause_s=3.0)
    assert pauses(2.25, 0.6, pause_s=3.0)


def test_what_was_told_as_asystole_is_no_pause_as_well():
    assert pauses(6.0, after_silence=True) == []


def test_details_say_why():
    assert pauses(2.5)[0].detail == "RR 2.50 s"
    assert pauses(1.8, 0.9)[0].detail == "RR 1.80 s, 2.0 times the usual"


def test_a_hole_says_nothing_of_pauses():
    watch = PauseWatch(2.0)
    assert watch.doubt() == watch.interrupt() == []


def rated(watch, rr_s, hole=None):
    """Show beats at these intervals, the first of which has none; the names at which place."""
    places = []
    for place, rr in enumerate([None, *rr_s]):
        if place == hole:
            watch.interrupt()
        beat = WatchedBeat(place, False, None if place == hole else rr)
        places += [(place, what.name) for what in watch.beat(beat)]
    return places


@pytest.mark.parametrize(
    ("rr_s", "expected"),
    [
        ([1.6] * 3, []),
        ([1.6] * 4, [(4, "extreme-brady")]),
        ([1.6] * 30, [(4, "extreme-brady")]),
        ([1.5] * 30, []),
        ([0.8, 6.0, 0.8, 0.8, 0.8], []),  # a pause is no bradycardia
        ([1.6] * 10 + [0.8] + [1.6] * 10, [(4, "extreme-brady")]),
        ([1.6] * 4 + [0.8] * 5, [(4, "extreme-brady"), (9, "extreme-brady-end")]),
    ],
)
def test_extreme_brady_is_five_beats_below_forty(rr_s, expected):
    assert rated(brady_watch(40.0), rr_s) == expected


@pytest.mark.parametrize(
    ("rr_s", "expected"),
    [
        ([0.4] * 15, []),
        ([0.4] * 16, [(16, "extreme-tachy")]),
        ([0.4] * 90, [(16, "extreme-tachy")]),
        ([0.43] * 90, []),
        ([0.4] * 8 + [0.8] + [0.4] * 8, [(16, "extreme-tachy")]),  # a missed beat
        ([0.4] * 16 + [0.8] * 30, [(16, "extreme-tachy"), (34, "extreme-tachy-end")]),
    ],
)
def test_extreme_tachy_is_seventeen_beats_above_140(rr_s, expected):
    assert rated(tachy_watch(140.0), rr_s) == expected


def test_no_rate_goes_over_a_hole():
    assert rated(brady_watch(40.0), [1.6] * 6, hole=3) == []
    assert rated(tachy_watch(140.0), [0.4] * 30, hole=15) == []


def test_a_beat_in_doubt_begins_to_count_anew():
    watch = brady_watch(40.0)
    rated(watch, [1.6] * 3)
    assert watch.doubt() == []
    assert rated(watch, [1.6] * 3) == []


@pytest.mark.parametrize(
    ("watch", "rr_s", "name"),
    [(brady_watch(40.0), 1.6, "extreme-brady"), (tachy_watch(140.0), 0.4, "extreme-tachy")],
)
@pytest.mark.parametrize("n_doubts", [1, 3])
def test_a_beat_in_doubt_makes_no_two_episodes_of_one(n_doubts, watch, rr_s, name):
    assert [told for _, told in rated(watch, [rr_s] * 30)] == [name]
    assert [told for _ in range(n_doubts) for told in watch.doubt()] == []
    assert rated(watch, [rr_s] * 30) == []
    watch.doubt()
    assert [told for _, told in rated(watch, [0.8] * 40)] == [f"{name}-end"]


def test_a_rate_that_nobody_sees_any_more_ends():
    watch = tachy_watch(140.0)
    rated(watch, [0.4] * 16)
    assert [told.name for _ in range(17) for told in watch.doubt()] == ["extreme-tachy-end"]


def test_a_rate_that_is_over_ends_though_a_beat_in_fifteen_is_in_doubt():
    watch = tachy_watch(140.0)
    rated(watch, [0.4] * 16)
    ends = []
    for n_beats in range(1, 100):
        ends += watch.doubt() if n_beats % 15 == 0 else watch.beat(WatchedBeat(0, False, 1.0))
        if ends:
            break
    assert n_beats == 17


def test_limits_can_be_set():
    assert rated(brady_watch(30.0), [1.9] * 9) == []
    assert rated(tachy_watch(180.0), [0.4] * 40) == []


def test_intervals_count_on_over_a_few_beats_without_one_and_no_further():
    watch = tachy_watch(140.0)
    assert rated(watch, [0.4] * 10) == []
    unknown = WatchedBeat(50, False, None)
    assert [watch.beat(unknown) for _ in range(3)] == [[]] * 3
    assert [told for _, told in rated(watch, [0.4] * 6)] == ["extreme-tachy"]
    told = [each.name for _ in range(17) for each in watch.beat(unknown)]
    assert told == ["extreme-tachy-end"]
    assert rated(watch, [0.4] * 15) == []

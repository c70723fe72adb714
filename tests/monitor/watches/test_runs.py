"""Couplets, runs and VT from kinds of beats that are written out."""

import pytest

from sibeat.monitor.watches.episode import Told, WatchedBeat
from sibeat.monitor.watches.runs import RunWatch


def told(kinds, rr_s=0.5, watch=None, last_stands=True):
    """Let beats be watched, V or N, ? not trusted, | lost signal: what is told at which place."""
    watch, places, known = watch or RunWatch(100.0), [], False
    for place, kind in enumerate(kinds):
        if kind == "?":
            found, known = watch.doubt(), False
        elif kind == "|":
            found, known = watch.interrupt(), False
        else:
            rr = rr_s if known else None
            beat = WatchedBeat(place, kind == "V", rr, last_stands=last_stands)
            found, known = watch.beat(beat), True
        places += [(place, what.name) for what in found]
    return places


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("NVN", []),
        ("NVVN", [(3, "couplet")]),
        ("NVVNVVN", [(3, "couplet"), (6, "couplet")]),
        ("NVVVN", [(3, "run"), (4, "run-end")]),
        ("NVVVVN", [(3, "run"), (5, "run-end")]),
        ("NVVVNVVVN", [(3, "run"), (4, "run-end"), (7, "run"), (8, "run-end")]),
        ("NVV", []),  # what follows is not known yet
        ("VVN", []),  # what was before is not known
    ],
)
def test_a_couplet_is_told_by_what_follows_and_a_run_at_its_third_beat(kinds, expected):
    assert told(kinds, rr_s=0.7) == expected


@pytest.mark.parametrize("hole", "?|")
def test_neither_goes_on_over_a_hole(hole):
    assert told(f"NV{hole}VN") == told(f"NVV{hole}VN") == told(f"N{hole}VVN") == []
    assert told(f"NVVV{hole}") == [(3, "run"), (4, "run-end")]


def test_a_beat_whose_alert_was_withdrawn_makes_no_couplet_but_a_run_stays():
    assert told("NVVN", last_stands=False) == []
    assert told("NVVVN", last_stands=False) == [(3, "run"), (4, "run-end")]


@pytest.mark.parametrize(("rr_s", "is_vt"), [(0.3, True), (0.6, True), (0.61, False), (0.9, False)])
def test_five_at_a_hundred_are_vt_like(rr_s, is_vt):
    assert ((5, "vt-like") in told("NVVVVVVN", rr_s)) is is_vt
    assert ("vt-like" in dict(map(reversed, told("NVVVVN", rr_s)))) is False


def test_vt_is_told_once_although_one_beat_is_judged_otherwise():
    names = [name for _, name in told("NVVVVVVNVVVVVVNNN", 0.4)]
    assert names.count("vt-like") == names.count("vt-like-end") == 1
    assert names.count("run") == 2
    names = [name for _, name in told("NVVVVVVNNNVVVVVV|", 0.4)]
    assert names.count("vt-like") == names.count("vt-like-end") == 2


def test_the_end_of_a_run_tells_its_length_and_rate():
    watch = RunWatch(100.0)
    told("NVVVVVV", 0.75, watch)
    assert watch.beat(WatchedBeat(7, False, 1.2)) == [
        Told("run-end", 6, 1, "6 ventricular-like beats in a row at 80 bpm")
    ]


def test_a_run_that_quickens_becomes_vt():
    watch = RunWatch(100.0)
    told("NVVVV", 0.9, watch)
    for k in range(5):
        found = watch.beat(WatchedBeat(10 + k, True, 0.4))
    assert [what.name for what in found] == []
    assert watch.vt.lasts


def test_vt_tells_the_rate_of_the_five_beats_that_make_it():
    watch = RunWatch(100.0)
    told("NVVV", 2.0, watch)
    found = [each for k in range(4) for each in watch.beat(WatchedBeat(10 + k, True, 0.4))]
    assert [(each.name, each.detail) for each in found if each.name == "vt-like"] == [
        ("vt-like", "last 5 of 7 ventricular-like beats in a row at 150 bpm")
    ]

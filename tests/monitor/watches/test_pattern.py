"""Bigeminy and trigeminy from kinds of beats that are written out."""

import pytest

from sibeat.monitor.watches.episode import WatchedBeat
from sibeat.monitor.watches.pattern import PatternWatch

BIGEMINY, TRIGEMINY = ("bigeminy", 2), ("trigeminy", 3)


def told(watch, kinds):
    """Let beats be watched, V or N, ? not trusted, | lost signal: what is told at which place."""
    places, known = [], False
    for place, kind in enumerate(kinds):
        if kind == "?":
            found, known = watch.doubt(), False
        elif kind == "|":
            found, known = watch.interrupt(), False
        else:
            found = watch.beat(WatchedBeat(place, kind == "V", 0.8 if known else None))
            known = True
        places += [(place, what.name, what.onset) for what in found]
    return places


@pytest.mark.parametrize(
    ("which", "kinds", "expected"),
    [
        (BIGEMINY, "NNVNVN", []),
        (BIGEMINY, "NNVNVNV", [(6, "bigeminy", 2)]),
        (BIGEMINY, "VNVNVN", []),  # what was before the first is not known
        (BIGEMINY, "NNVNVVNVNV", [(9, "bigeminy", 5)] * 0),
        (BIGEMINY, "NVNNVNV", []),
        (BIGEMINY, "NNVNNVNNV", []),
        (TRIGEMINY, "NNVNNVNNV", [(8, "trigeminy", 2)]),
        (TRIGEMINY, "NNNNNVNNVNNV", [(11, "trigeminy", 5)]),
        (TRIGEMINY, "NNVNNVNNNV", []),
        (TRIGEMINY, "NNVNVNVNV", []),
    ],
)
def test_three_cycles_make_a_pattern(which, kinds, expected):
    assert told(PatternWatch(*which), kinds) == expected


@pytest.mark.parametrize("hole", "?|")
def test_no_cycle_goes_over_a_hole(hole):
    assert told(PatternWatch(*BIGEMINY), f"NVNV{hole}NVNV") == []


def test_a_long_pattern_is_told_once_and_its_end_once():
    kinds = "N" + "VN" * 40 + "N" * 20
    names = [name for _, name, _ in told(PatternWatch(*BIGEMINY), kinds)]
    assert names == ["bigeminy", "bigeminy-end"]


def test_one_beat_that_is_judged_otherwise_makes_no_second_episode():
    kinds = "NVNVNVNV" + "NN" + "NVNVNVNV"
    assert [name for _, name, _ in told(PatternWatch(*BIGEMINY), kinds)] == ["bigeminy"]


def test_lost_signal_ends_an_episode_at_once():
    assert told(PatternWatch(*BIGEMINY), "NVNVNV|") == [
        (5, "bigeminy", 1),
        (6, "bigeminy-end", 1),
    ]

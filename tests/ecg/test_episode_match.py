"""What was told against what is there."""

from math import isnan

from sibeat.ecg.episode_match import EpisodeCounts, match_episodes, outside
from sibeat.ecg.reference_rhythm import Extent

THERE = [Extent(100, 200), Extent(500, 600)]


def test_an_overlap_finds_and_is_true() -> None:
    told = [Extent(150, 160), Extent(300, 350)]
    assert match_episodes(THERE, told, [True, True], 0) == EpisodeCounts(2, 1, 2, 1, 1)


def test_a_long_episode_told_in_parts_is_found_once_and_neither_part_is_false() -> None:
    told = [Extent(110, 120), Extent(180, 190)]
    assert match_episodes(THERE[:1], told, [True, True], 0) == EpisodeCounts(1, 1, 2, 0, 0)


def test_the_tolerance_is_the_distance_that_still_counts() -> None:
    assert match_episodes(THERE, [Extent(210, 220)], [True], 10).n_found == 1
    assert match_episodes(THERE, [Extent(211, 220)], [True], 10).n_false == 1


def test_what_is_allowed_is_not_false_and_need_not_be_found() -> None:
    counts = match_episodes(THERE, [Extent(300, 310)], [True], 0, allowed=[Extent(305, 400)])
    assert counts == EpisodeCounts(2, 0, 1, 0, 0)


def test_a_false_one_that_was_not_announced_did_not_ring() -> None:
    assert match_episodes([], [Extent(1, 2)], [False], 0) == EpisodeCounts(0, 0, 1, 1, 0)


def test_shares() -> None:
    counts = EpisodeCounts(4, 3, 10, 5, 1) + EpisodeCounts(0, 0, 0, 0, 0)
    assert (counts.sensitivity, counts.predictivity) == (0.75, 0.5)
    assert isnan(EpisodeCounts().sensitivity)
    assert isnan(EpisodeCounts().predictivity)


def test_outside_says_what_touches_nothing() -> None:
    assert outside([Extent(1, 50), Extent(190, 300)], THERE) == [True, False]

"""Hysteresis: told once, over only after a while."""

from sibeat.monitor.watches.episode import Episode, Told


def test_an_episode_is_told_once_however_long_it_lasts():
    episode = Episode("x", patience=3)
    assert episode.present(10, 30, "why") == [Told("x", 30, 10, "why")]
    assert episode.present(10, 40, "more") == []
    assert episode.lasts


def test_it_is_over_after_its_patience_and_the_end_names_its_last_beat():
    episode = Episode("x", patience=3)
    episode.present(10, 30, "")
    assert episode.absent() == episode.absent() == []
    assert episode.present(10, 60, "") == []  # back in time: the same episode
    assert episode.absent() == episode.absent() == []
    assert episode.absent() == [Told("x-end", 60, 10)]
    assert not episode.lasts


def test_what_was_never_told_has_no_end():
    episode = Episode("x", patience=1)
    assert episode.absent() == episode.end() == []


def test_it_can_end_at_once_and_begin_anew():
    episode = Episode("x", patience=9)
    episode.present(10, 30, "")
    assert episode.end("gone") == [Told("x-end", 30, 10, "gone")]
    assert episode.present(50, 70, "") == [Told("x", 70, 50, "")]

"""Courses of a synthetic heart, computed by hand."""

import pytest

from sibeat.ecg.synthetic_episode import (
    Episode,
    RhythmBeat,
    asystole,
    pattern,
    steady,
    ventricular_episodes,
)


def row(*times_s: float) -> list[RhythmBeat]:
    return [RhythmBeat(time_s, "V", 0.8) for time_s in times_s]


def test_ventricular_beats_in_a_row_are_named_by_their_number_and_rate() -> None:
    assert ventricular_episodes(row(1.0)) == ()
    assert ventricular_episodes(row(1.0, 1.5)) == (Episode(1.0, 1.5, "couplet"),)
    slow, quick = row(1, 2, 3, 4, 5), row(1, 1.5, 2, 2.5, 3)
    assert [episode.kind for episode in ventricular_episodes(slow)] == ["run"]
    assert [episode.kind for episode in ventricular_episodes(quick)] == ["run", "vt"]
    assert [episode.kind for episode in ventricular_episodes(quick[:4])] == ["run"]


@pytest.mark.parametrize(("period", "shape"), [(2, "VNV"), (3, "NVNNV")])
def test_a_pattern_ends_before_the_next_sinus_beat(period: int, shape: str) -> None:
    course = pattern(10.0, 0.8, period, [0.5, 0.5])
    assert "".join(beat.symbol for beat in course.beats) == shape
    assert course.next_tick_s == pytest.approx(10.0 + 2 * period * 0.8)
    assert course.beats[-1].time_s < course.next_tick_s


def test_another_rate_begins_with_the_beat_that_was_there() -> None:
    course = steady(10.0, 1.5, 3, 0.8, "brady")
    assert [beat.time_s for beat in course.beats] == [11.5, 13.0]
    assert course.episodes == (Episode(10.0, 13.0, "brady"),)
    assert course.next_tick_s == pytest.approx(13.8)


def test_a_heart_that_stands_still_has_no_beat() -> None:
    assert asystole(10.0, 6.0).beats == ()
    assert asystole(10.0, 6.0).next_tick_s == 16.0

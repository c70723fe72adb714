"""The memory of the last beats, and what a candidate is compared with."""

import math
from statistics import median as exact_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.evidence import (
    DECISION,
    FLOOR,
    HISTORY_BEATS,
    RISE_LIMIT,
    USUAL_RR_S,
    WEIGHTS,
    BeatMemory,
    Evidence,
    Level,
    decide,
    level_of,
    log_odds,
    median,
)

FS = 250.0
LEVELS = st.builds(Level, *[st.floats(-28.0, 28.0)] * 4)


def flat(value: float) -> Level:
    return Level(value, value, value, value)


def memory_with(rr_s: list[float], value: float = 0.0) -> tuple[BeatMemory, int]:
    """Give a memory of beats that far apart, and the index of the last."""
    memory, index = BeatMemory(), 1000
    memory.learn([flat(value)])
    memory.accept(index, flat(value), FS)
    for rr in rr_s:
        index += round(rr * FS)
        memory.accept(index, flat(value), FS)
    return memory, index


def weigh(memory: BeatMemory, index: int, level: Level) -> Evidence:
    return memory.weigh(index, level, FS, successor=0.0, crest=1.0)._replace(vote=1.0)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=33))
def test_median(values: list[float]) -> None:
    assert median(values) == pytest.approx(exact_median(values))


@given(st.tuples(*[st.floats(0.0, 1e9)] * 4))
def test_levels_are_finite_logs(values: tuple[float, float, float, float]) -> None:
    for value, level in zip(values, level_of(values), strict=True):
        assert level == math.log(max(value, FLOOR))


def test_learning_takes_the_mean_of_the_three_greatest_of_each_level() -> None:
    memory = BeatMemory()
    memory.learn([Level(x, -x, 0.0, x * x) for x in (1.0, 5.0, 2.0, 3.0, -9.0)])
    assert memory.usual == pytest.approx(Level(10 / 3, (9 - 1 - 2) / 3, 0.0, (81 + 25 + 9) / 3))
    memory.learn([flat(4.0)])
    assert memory.usual == flat(4.0)


def test_the_usual_rr_is_assumed_until_three_are_known() -> None:
    assert memory_with([0.5, 0.6])[0].usual_rr_s == USUAL_RR_S
    assert memory_with([0.5, 0.6, 1.0])[0].usual_rr_s == pytest.approx(0.6)


def test_pauses_are_not_learnt_and_old_intervals_are_forgotten() -> None:
    assert memory_with([0.6, 0.6, 0.6, 5.0, 5.0, 5.0, 5.0])[0].usual_rr_s == pytest.approx(0.6)
    assert memory_with([0.6] * 20 + [1.0] * HISTORY_BEATS)[0].usual_rr_s == pytest.approx(1.0)


def test_one_artefact_does_not_move_the_usual_level() -> None:
    memory, index = memory_with([0.8] * 10)
    memory.accept(index + 200, flat(20.0), FS)
    assert memory.usual == flat(0.0)


def test_beats_that_stay_greater_become_usual() -> None:
    memory, index = memory_with([0.8] * 10)
    for _ in range(60):
        index += 200
        before = memory.usual
        memory.accept(index, flat(math.log(1000)), FS)
        assert memory.usual.middle <= before.middle + RISE_LIMIT
    assert memory.usual == flat(math.log(1000))


def test_evidence_of_a_usual_beat() -> None:
    memory, index = memory_with([0.8] * 10)
    evidence = weigh(memory, index + 200, flat(0.0))
    assert evidence.rr == 1.0
    assert evidence.prematurity == 0.0
    assert evidence.middle == evidence.narrow == evidence.wide == evidence.amplitude == 0.0
    assert evidence.weak_narrow == evidence.weak_amplitude == 0.0
    assert log_odds(evidence) > 0.0


def test_evidence_of_a_small_wave_right_after_a_beat() -> None:
    memory, index = memory_with([0.8] * 10)
    wave = weigh(memory, index + round(0.3 * FS), flat(-1.5))
    assert 0.4 < wave.closeness < 0.7
    assert wave.close_narrow == pytest.approx(wave.closeness * -1.5)
    assert wave.prematurity == pytest.approx(0.8 - 0.3 / 0.8)
    assert wave.weak_narrow == wave.weak_amplitude == pytest.approx(2.25)
    assert log_odds(wave) < 0.0


@pytest.mark.parametrize(("since_s", "expected"), [(0.05, 1.0), (0.2, 1.0), (1.0, 0.0)])
def test_closeness_is_one_at_the_beat_and_none_later(since_s: float, expected: float) -> None:
    memory, index = memory_with([0.8] * 10)
    assert weigh(memory, index + round(since_s * FS), flat(0.0)).closeness == expected


def test_before_any_beat_a_candidate_is_late_and_alone() -> None:
    memory = BeatMemory()
    memory.learn([flat(0.0)])
    first = weigh(memory, 10, flat(0.0))
    assert (first.rr, first.closeness, first.prematurity) == (3.0, 0.0, 0.0)


@given(LEVELS, st.lists(st.tuples(LEVELS, st.integers(1, 5000)), max_size=12), LEVELS)
def test_evidence_is_always_finite(
    learnt: Level, beats: list[tuple[Level, int]], candidate: Level
) -> None:
    memory, index = BeatMemory(), 0
    memory.learn([learnt])
    for level, step in beats:
        index += step
        memory.accept(index, level, FS)
    assert all(map(math.isfinite, weigh(memory, index + 1, candidate)))
    assert all(map(math.isfinite, weigh(memory, index + 10**9, candidate)))


@given(st.builds(Evidence, *[st.floats(-5.0, 5.0)] * len(Evidence._fields)))
def test_the_log_odds_are_the_weighted_sum(evidence: Evidence) -> None:
    expected = sum(getattr(evidence, name) * getattr(WEIGHTS, name) for name in Evidence._fields)
    assert log_odds(evidence) == pytest.approx(expected, abs=1e-9)


MEASURES = st.builds(Evidence, *[st.floats(-2.0, 2.0)] * len(Evidence._fields))


@given(MEASURES, st.floats(0.0, 1.0), st.floats(-4.0, 4.0))
def test_the_decision_is_that_of_a_vote_that_was_asked_for(
    evidence: Evidence, vote: float, weight: float
) -> None:
    weights = WEIGHTS._replace(vote=weight)
    expected = log_odds(evidence._replace(vote=vote), weights) > DECISION
    assert decide(evidence, lambda: vote, weights) == expected


@given(MEASURES)
def test_the_vote_is_asked_for_where_it_can_turn_the_decision_and_nowhere_else(
    evidence: Evidence,
) -> None:
    asked: list[None] = []

    def ask() -> float:
        asked.append(None)
        return 1.0

    decide(evidence, ask)
    ends = {log_odds(evidence._replace(vote=vote)) > DECISION for vote in (0.0, 1.0)}
    assert bool(asked) == (len(ends) == 2)

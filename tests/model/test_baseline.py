"""What is learnt of a patient, and what never is."""

from itertools import chain, cycle, islice, repeat
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.model.baseline import (
    LEARNING_BEATS,
    REGULAR,
    RELEARN_BEATS,
    BaselineChange,
    SeenBeat,
)

from .conftest import NARROW, OTHER, RR_S, WIDE, Heart, made_beat


def premature(window=WIDE):
    return [(window, 0.5 * RR_S), (NARROW, 1.5 * RR_S)]


def test_the_first_beats_are_learnt_and_that_is_told():
    heart = Heart()
    for k in range(1, LEARNING_BEATS):
        assert heart.beat() == BaselineChange("learning", f"{k}/{LEARNING_BEATS}")
    assert heart.baseline.state == "learning"
    assert heart.beat() == BaselineChange("following", f"learnt from {LEARNING_BEATS} beats")
    assert heart.knows(NARROW)
    assert not heart.knows(WIDE)


@settings(deadline=None)
@given(st.permutations([True] * 9 + [False] * 11))
def test_the_learning_stands_nine_ectopics_in_twenty_wherever_they_come(ectopic):
    heart = Heart()
    for each in ectopic:
        heart.beat(WIDE if each else NARROW)
    assert heart.baseline.state == "following"
    assert heart.knows(NARROW)
    assert not heart.knows(WIDE)


def test_after_that_ordinary_beats_alone_are_learnt(heart):
    n_seen = heart.baseline.usual.n_seen
    for window, rr_s in chain(premature(), premature(NARROW), [(WIDE, RR_S)]):
        heart.beat(window, rr_s)
    assert heart.baseline.usual.n_seen == n_seen
    heart.beat()
    assert heart.baseline.usual.n_seen == n_seen + 1


def test_a_beat_out_of_rhythm_is_not_learnt_even_if_nothing_else_is_odd(heart):
    baseline = heart.baseline
    seen = SeenBeat(NARROW, 1.0, RR_S)
    for log_rr, learnt in ((-REGULAR, 1), (REGULAR, 1), (-REGULAR - 0.01, 0), (REGULAR + 0.01, 0)):
        before = baseline.usual.n_seen
        baseline.observe(seen, abnormal=False, log_rr=log_rr, usual_rr_s=RR_S)
        assert baseline.usual.n_seen == before + learnt


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from("VFNNN"), min_size=150, max_size=300))
def test_no_ectopic_minority_becomes_usual_whatever_its_order(kinds):
    heart = Heart().beats(40)
    ectopic = {"V": premature(WIDE), "F": premature(OTHER), "N": [(NARROW, RR_S)]}
    for window, rr_s in chain.from_iterable(ectopic[kind] for kind in kinds):
        heart.beat(window, rr_s)
    assert heart.knows(NARROW)
    assert not heart.knows(WIDE)
    assert heart.said == [("following", "learnt")]


@pytest.mark.parametrize(
    "pattern",
    [
        premature(),
        premature() * 10 + [(WIDE, 0.4), (WIDE, 0.4), (NARROW, 1.2)],
        [(WIDE, 0.5), (WIDE, 0.5), (NARROW, 1.0)],
        [*premature(), (NARROW, RR_S)],
        [*premature(OTHER), *premature()],
    ],
    ids=["bigeminy", "bigeminy with couplets", "couplets", "trigeminy", "two foci"],
)
def test_neither_bigeminy_nor_its_kin_is_learnt_however_long_it_lasts(pattern, heart):
    for window, rr_s in islice(cycle(pattern), 1500):
        heart.beat(window, rr_s)
    assert heart.knows(NARROW)
    assert not heart.knows(WIDE)
    assert not heart.knows(OTHER)
    assert heart.said == [("following", "learnt")]


@pytest.mark.parametrize("rr_s", [0.3, 0.45, 0.6, 0.65])
def test_a_run_at_a_higher_rate_is_never_learnt(rr_s, heart):
    heart.beats(1000, WIDE, rr_s)
    assert not heart.knows(WIDE)
    heart.beats(50)
    assert heart.knows(NARROW)
    assert heart.said == [("following", "learnt")]


@pytest.mark.parametrize("gap", [False, True])
def test_a_run_is_not_learnt_after_a_gap_either(gap, heart):
    heart.baseline.interrupt()
    heart.beats(500, WIDE, 0.4)
    assert not heart.knows(WIDE)
    assert heart.baseline.state == "held"


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_beats_that_do_not_agree_are_not_learnt(share, heart):
    shapes = [made_beat(8.0 + 3 * k, (-1.0) ** k, shift=4.0 * (k % 5) - 8) for k in range(10)]
    for k in range(600):
        own = int(k * share) == int((k + 1) * share)
        heart.beat(shapes[k % 10] if own else OTHER)
    assert heart.said == [("following", "learnt")]
    assert heart.knows(NARROW)


def test_the_same_beats_give_the_same_baseline_to_the_bit():
    usual = [(made_beat(6.0 + 0.1 * k), RR_S) for k in range(7)]
    beats = islice(cycle([*usual, (WIDE, 0.4)]), 300)
    hearts = [Heart(), Heart()]
    for window, rr_s in beats:
        one, other = (heart.beat(window, rr_s) for heart in hearts)
        assert one == other
    one, other = (heart.baseline for heart in hearts)
    assert one.stored() == other.stored()
    assert one.distances(WIDE, 1.1) == other.distances(WIDE, 1.1)


def test_memory_is_bounded(heart):
    for window in islice(chain.from_iterable(repeat((WIDE, OTHER, NARROW))), 3000):
        heart.beat(window, 0.5)
    assert len(heart.baseline._unlearnt) <= RELEARN_BEATS
    assert abs(log(0.5 / RR_S)) > REGULAR

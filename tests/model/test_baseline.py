"""What is learnt of a patient, and what never is."""

import json
from itertools import chain, cycle, islice, repeat
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.rhythm import Rhythm
from sibeat.model.baseline import (
    LEARNING_BEATS,
    PROBATION_BEATS,
    REGULAR,
    RELEARN_AFTER_GAP,
    RELEARN_BEATS,
    RETURN_BEATS,
    BaselineChange,
    PatientBaseline,
    SeenBeat,
)

from .conftest import made_beat

RR_S = 0.8
NARROW, WIDE, OTHER = made_beat(), made_beat(22.0, -1.0), made_beat(14.0, t_wave=-0.3)
ODD = -3.0
"""log distance from the usual window from which this heart's beats are abnormal"""


class Heart:
    """Lets a baseline see beats as the monitor does: scored by distance, with their rhythm."""

    def __init__(self, baseline=None):
        self.baseline = baseline or PatientBaseline()
        self.rhythm = Rhythm()
        self.changes: list[BaselineChange] = []

    def beat(self, window=NARROW, rr_s=RR_S, amplitude=1.0):
        log_rr = self.rhythm.log_ratio(rr_s)
        _, distance = self.baseline.distances(window, amplitude)
        abnormal = distance > ODD or log_rr < -0.35
        self.rhythm.add(rr_s)
        change = self.baseline.observe(
            SeenBeat(window, amplitude, rr_s),
            abnormal=abnormal,
            log_rr=log_rr,
            usual_rr_s=self.rhythm.usual_rr_s,
        )
        if change is not None and change.state != "learning":
            self.changes.append(change)
        return change

    def beats(self, n, window=NARROW, rr_s=RR_S):
        for _ in range(n):
            self.beat(window, rr_s)
        return self

    def knows(self, window):
        return self.baseline.distances(window, 1.0)[1] < ODD

    @property
    def said(self):
        return [(change.state, change.detail.split()[0]) for change in self.changes]


@pytest.fixture
def heart():
    return Heart().beats(100)


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


def test_a_lasting_change_is_learnt_anew_after_a_minute_and_told(heart):
    heart.beats(RELEARN_BEATS - 1, OTHER)
    assert not heart.knows(OTHER)
    change = heart.beat(OTHER)
    assert change == BaselineChange(
        "following", f"learnt anew from {RELEARN_BEATS} beats of another shape"
    )
    assert heart.knows(OTHER)
    assert not heart.knows(NARROW)
    heart.beats(300, OTHER)
    assert len(heart.changes) == 2


def test_one_ordinary_beat_says_that_the_old_shape_lasts(heart):
    for _ in range(5):
        heart.beats(RELEARN_BEATS - 1, OTHER)
        heart.beat()
    assert not heart.knows(OTHER)


def test_a_new_shape_with_some_ectopics_is_learnt(heart):
    pattern = [(OTHER, RR_S)] * 8 + [(WIDE, 0.4), (OTHER, 1.2)]
    for window, rr_s in islice(cycle(pattern), 90):
        heart.beat(window, rr_s)
    assert heart.knows(OTHER)
    assert not heart.knows(WIDE)


def test_it_is_taken_back_when_the_old_shape_returns(heart):
    stored = heart.baseline.stored()
    heart.beats(RELEARN_BEATS + 20, OTHER).beats(PROBATION_BEATS // 2)
    assert heart.knows(OTHER)
    assert heart.beat() == BaselineChange("following", "rolled back: the earlier shape returned")
    assert heart.baseline.stored() == stored
    heart.beats(200)
    assert len(heart.changes) == 3


def test_after_its_probation_it_stays(heart):
    heart.beats(RELEARN_BEATS + PROBATION_BEATS, OTHER).beats(RELEARN_BEATS - 1)
    assert heart.knows(OTHER)
    heart.beat()  # the old shape is a lasting change now, learnt like any other
    assert heart.said == [("following", "learnt")] * 3


def test_after_a_gap_nothing_is_learnt_until_ten_ordinary_beats_are_back(heart):
    n_seen = heart.baseline.usual.n_seen
    assert heart.baseline.interrupt() == BaselineChange("held", "signal was lost")
    assert heart.baseline.interrupt() is None
    heart.beats(RETURN_BEATS - 1)
    assert heart.baseline.usual.n_seen == n_seen
    assert heart.beat().state == "following"
    heart.beat()
    assert heart.baseline.usual.n_seen == n_seen + 1


def test_every_gap_begins_the_count_anew(heart):
    for _ in range(5):
        heart.baseline.interrupt()
        heart.beats(RETURN_BEATS - 1)
    assert heart.baseline.state == "held"


def test_after_a_gap_a_moved_electrode_is_learnt_sooner(heart):
    heart.baseline.interrupt()
    heart.beats(RELEARN_AFTER_GAP - 1, OTHER)
    assert heart.baseline.state == "held"
    heart.beat(OTHER)
    assert heart.baseline.state == "following"
    assert heart.knows(OTHER)


def test_what_was_put_aside_before_a_gap_does_not_count_after_it(heart):
    heart.beats(RELEARN_BEATS - 1, OTHER)
    heart.baseline.interrupt()
    heart.beats(RELEARN_AFTER_GAP - 1, OTHER)
    assert not heart.knows(OTHER)


def test_a_gap_in_the_learning_is_no_news():
    heart = Heart().beats(10)
    assert heart.baseline.interrupt() is None
    heart.beats(10)
    assert heart.said == [("following", "learnt")]


def through_a_file(heart, where="a file"):
    return Heart(PatientBaseline.of(json.loads(json.dumps(heart.baseline.stored())), where))


def test_another_session_starts_with_what_was_learnt_held_until_it_is_seen_to_fit(heart):
    later = through_a_file(heart)
    assert later.baseline.state == "held"
    assert later.knows(NARROW)
    assert not later.knows(WIDE)
    later.beats(RETURN_BEATS)
    assert later.said == [("following", f"{RETURN_BEATS}")]
    assert later.baseline.stored() == heart.baseline.stored()


def test_a_file_that_does_not_fit_gives_way(heart):
    later = through_a_file(heart).beats(RELEARN_AFTER_GAP, OTHER)
    assert later.knows(OTHER)


def test_a_tachycardia_at_the_start_does_not_replace_a_file(heart):
    later = through_a_file(heart).beats(300, WIDE, 0.4)
    assert later.baseline.state == "held"
    assert later.knows(NARROW)


def test_nothing_is_stored_of_a_learning_that_did_not_end():
    heart = Heart().beats(LEARNING_BEATS - 1)
    assert heart.baseline.stored() is None
    assert heart.beats(1).baseline.stored() is not None


def test_what_is_on_probation_is_not_stored(heart):
    stored = heart.baseline.stored()
    heart.beats(RELEARN_BEATS + PROBATION_BEATS - 1, OTHER)
    assert heart.knows(OTHER)
    assert heart.baseline.stored() == stored
    heart.beat(OTHER)
    assert heart.baseline.stored() != stored


@pytest.mark.parametrize("stored", [{}, {"window": [0.0] * 10, "amplitude": 1.0, "n_seen": 9}])
def test_a_bad_file_is_a_config_error_that_names_it(stored):
    with pytest.raises(ConfigError, match=r"patient\.json"):
        PatientBaseline.of(stored, "patient.json")


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

"""A lasting change is learnt anew and taken back; what a gap does to learning."""

from itertools import cycle, islice

from sibeat.model.baseline import (
    PROBATION_BEATS,
    RELEARN_AFTER_GAP,
    RELEARN_BEATS,
    RETURN_BEATS,
    BaselineChange,
)

from .conftest import NARROW, OTHER, RR_S, WIDE, Heart


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

"""What outlives the session of a patient, and how another session takes it up."""

import json

import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.model.baseline import (
    LEARNING_BEATS,
    PROBATION_BEATS,
    RELEARN_AFTER_GAP,
    RELEARN_BEATS,
    RETURN_BEATS,
    PatientBaseline,
)

from .conftest import NARROW, OTHER, WIDE, Heart


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

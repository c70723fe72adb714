"""A trial: who learns, who judges, by which mapping."""

from dataclasses import replace

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.train.metrics import Protocol
from sibeat.train.trial import Trial

from .conftest import make_beats


@pytest.fixture(params=["interpatient", "beatgan"])
def trial(request: pytest.FixtureRequest) -> Trial:
    protocol: Protocol = request.param
    beats = make_beats(n_per_record=60)
    front = "beatgan" if protocol == "beatgan" else "monitor"
    return Trial.of(protocol, replace(beats, origin=replace(beats.origin, front=front)), 0)


def test_no_beat_both_learns_and_judges(trial: Trial) -> None:
    assert trial.learn.any()
    assert trial.judge.any()
    assert not (trial.learn & trial.judge).any()


def test_only_normal_beats_are_learnt(trial: Trial) -> None:
    assert set(trial.beats.symbol[trial.learn]) <= {"N", "L", "R", "B", "e", "j", "n"}


def test_between_patients_no_record_does_both(trial: Trial) -> None:
    learn, judge = (set(trial.beats.record[part]) for part in (trial.learn, trial.judge))
    assert bool(learn & judge) == (trial.protocol == "beatgan")


def test_the_published_protocol_has_its_own_mapping_and_counts_q(trial: Trial) -> None:
    published = trial.protocol == "beatgan"
    assert trial.front == ("beatgan" if published else "monitor")
    assert trial.mapping == ("beatgan" if published else "learning")
    assert ("Q" in trial.abnormal) == published


@pytest.mark.parametrize(
    ("protocol", "front"), [("interpatient", "beatgan"), ("beatgan", "monitor")]
)
def test_beats_of_the_other_front_are_refused(protocol: Protocol, front: str) -> None:
    beats = make_beats(n_per_record=1)
    with pytest.raises(ConfigError, match=f"of the front '{front}'"):
        Trial.of(protocol, replace(beats, origin=replace(beats.origin, front=front)), 0)


def test_a_fold_parts_the_beats_anew() -> None:
    beats = make_beats(n_per_record=60)
    beats = replace(beats, origin=replace(beats.origin, front="beatgan"))
    judged = [Trial.of("beatgan", beats, fold).judge for fold in (0, 1)]
    assert not np.array_equal(*judged)

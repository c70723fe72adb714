"""Reports of both protocols on made-up beats: keys, what judges, and what is stated."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.model.artefact import load_student
from sibeat.train.beats_file import Beats
from sibeat.train.folds import beats_identity
from sibeat.train.intervals import Bootstrap
from sibeat.train.protocol_report import evaluate_trial
from sibeat.train.provenance import FOLDS_SEED_KEY
from sibeat.train.student_scores import Recalled, ask, scores_between_patients
from sibeat.train.trial import Trial

from .conftest import make_beats

KEYS = {"auc", "ap", "per_class", "without_232", "per_record", "mean_record_auc"}


def trial_of(protocol: Any, beats: Beats, **settings: Any) -> Trial:
    return Trial.of(protocol, beats, 0, bootstrap=Bootstrap(20), **settings)


def published(beats: Beats) -> Beats:
    return replace(beats, origin=replace(beats.origin, front="beatgan"))


class OfFoldZero:
    """The shipped student with the provenance of a fold's model."""

    def __init__(self, beats: Beats) -> None:
        student = load_student()
        self.sha256, self._student = student.sha256, student
        provenance = replace(
            student.contract.provenance,
            config={"prepare": {"front": "beatgan", "fold": 0}},
            seeds={FOLDS_SEED_KEY: 0},
            beats_identity=beats_identity(beats),
        )
        self.contract = replace(
            student.contract,
            provenance=provenance,
            input=replace(student.contract.input, front="beatgan"),
        )

    def reconstruct(self, window: Any) -> Any:
        return self._student.reconstruct(window)


@pytest.fixture(scope="module")
def between() -> dict[str, Any]:
    beats = make_beats(n_per_record=60)
    return evaluate_trial(trial_of("interpatient", beats), load_student())


def test_the_contract_of_the_figures_is_kept(between: dict[str, Any]) -> None:
    assert set(between) >= KEYS
    assert set(between) >= {"mapping", "front", "model", "bootstrap", "inference"}
    assert between["mapping"] == "learning"
    assert between["front"] == "monitor"
    assert between["model"] == load_student().sha256
    assert json.loads(json.dumps(between, allow_nan=False)) == between


def test_the_top_row_is_named_and_is_one_of_the_rows(between: dict[str, Any]) -> None:
    row = between["rows"][between["score"]]
    assert between["score"] == "scorer"
    assert all(between[key] == row[key] for key in KEYS)
    assert set(between["says"]) == set(between["rows"])


def test_only_unseen_patients_judge(between: dict[str, Any]) -> None:
    assert between["beats"]["records"] == ["100", "232"]
    assert between["beats"]["learnt"] == 4 * 45
    assert between["beats"]["judged"] == {"N": 90, "S": 0, "V": 30, "F": 0, "Q": 0}


def test_escape_beats_change_sides_under_the_other_mapping() -> None:
    beats = make_beats(n_per_record=20)
    beats.symbol[beats.symbol == "V"] = "j"
    report = evaluate_trial(trial_of("interpatient", beats, references=False), load_student())
    assert report["auc"] is None
    other = report["other_mapping"]
    assert other["mapping"] == "ec57"
    assert other["rows"]["scorer"]["per_class"]["S"]["n"] == 10


def test_the_published_protocol_judges_a_fold() -> None:
    beats = published(make_beats(n_per_record=60))
    report = evaluate_trial(trial_of("beatgan", beats, densities=True), OfFoldZero(beats))
    assert report["score"] == "student"
    assert {"density", "density + RR", "kNN", "kNN + RR"} < set(report["rows"])
    assert report["fold"] == {"number": 0, "of": 5, "seed": 0}
    assert report["mapping"] == "beatgan"
    assert report["beats"]["judged"]["V"] == 81  # 90 % of 90


def test_a_model_of_a_fold_of_other_beats_is_refused() -> None:
    beats = published(make_beats(n_per_record=60))
    with pytest.raises(ModelError, match="drawn from other beats"):
        evaluate_trial(trial_of("beatgan", published(make_beats(59))), OfFoldZero(beats))


def test_beats_of_which_none_judge_or_none_are_to_learn_from_are_refused() -> None:
    for part, says in (("train", "0 of the beats judge"), ("test", "0 of the beats are to learn")):
        beats = make_beats(60)
        beats = beats.select(beats.part == "test")  # of patients whom the student never saw
        beats.part[:] = part
        with pytest.raises(ConfigError, match=says):
            evaluate_trial(trial_of("interpatient", beats), load_student())
    evaluate_trial(trial_of("interpatient", beats, references=False), load_student())


def test_a_model_that_saw_them_is_refused_and_none_will_do() -> None:
    beats = published(make_beats(n_per_record=60))
    with pytest.raises(ModelError, match="fold 0"):
        evaluate_trial(trial_of("beatgan", beats), load_student())
    report = evaluate_trial(trial_of("beatgan", beats), None)
    assert report["model"] is None
    assert report["score"] == "kNN"


def test_without_references_densities_alone_are_judged() -> None:
    beats = published(make_beats(n_per_record=60))
    trial = trial_of("beatgan", beats, references=False, densities=True)
    report = evaluate_trial(trial, None)
    assert set(report["rows"]) == {"density", "density + RR"}
    assert report["score"] == "density"
    assert report["against_best_reference"] is None


def test_recalled_answers_are_the_students() -> None:
    beats, student = make_beats(n_per_record=5), load_student()
    answers = ask(student, beats)
    recalled = Recalled(student, *answers)
    for window in beats.windows_float():
        got, expected = recalled.reconstruct(window), student.reconstruct(window)
        assert np.array_equal(got[0], expected[0])
        assert got[1] == expected[1]


def test_a_record_is_scored_whatever_else_is_there() -> None:
    beats = make_beats(n_per_record=30)
    alone = beats.select(beats.record == "100")
    both = scores_between_patients(load_student(), beats)
    for name, row in scores_between_patients(load_student(), alone).items():
        assert np.array_equal(row, both[name][beats.record == "100"])

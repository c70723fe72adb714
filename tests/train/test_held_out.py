"""A model that may have seen the beats that judge is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import ModelError
from sibeat.model.artefact import load_student
from sibeat.model.contract import Contract
from sibeat.train.folds import SEED, assign_fold, beats_identity
from sibeat.train.held_out import require_unseen
from sibeat.train.provenance import FOLDS_SEED_KEY

from .conftest import make_beats


def stating(front: str = "monitor", **provenance: Any) -> Contract:
    """The shipped student's contract with another origin."""
    contract = load_student().contract
    return replace(
        contract,
        input=replace(contract.input, front=front),
        provenance=replace(contract.provenance, **provenance),
    )


BEATS = make_beats()


def of_fold(fold: int, seed: int = SEED, identity: str | None = None) -> Contract:
    prepared = {"front": "beatgan", "fold": fold}
    return stating(
        "beatgan",
        config={"prepare": prepared},
        seeds={FOLDS_SEED_KEY: seed},
        train_records=("100", "101"),
        beats_identity=beats_identity(BEATS) if identity is None else identity,
    )


def test_the_shipped_student_may_be_judged_on_other_patients() -> None:
    require_unseen(load_student().contract, "interpatient", 0)


@pytest.mark.parametrize("part", ["train_records", "validation_records"])
def test_a_record_of_ds2_on_either_side_is_refused(part: str) -> None:
    for judging in ("232", "201"):  # 201 is the patient of 202
        with pytest.raises(ModelError, match=f"records of DS2's patients .{judging}"):
            require_unseen(stating(**{part: ("101", judging)}), "interpatient", 0)


def test_a_record_of_another_database_that_judges_is_refused_too() -> None:
    own = replace(BEATS, record=np.char.add("p", BEATS.record))
    held_out = stating(train_records=("p101", "p106"), validation_records=("p118",))
    require_unseen(held_out, "interpatient", 0, own)
    for part in ("train_records", "validation_records"):
        with pytest.raises(ModelError, match=r"has seen 1 of the 2 records that judge \(p232\)"):
            require_unseen(stating(**{part: ("p101", "p232")}), "interpatient", 0, own)


def test_a_model_that_does_not_say_is_refused() -> None:
    with pytest.raises(ModelError, match="does not say"):
        require_unseen(stating(train_records=()), "interpatient", 0)


def test_only_the_fold_that_it_left_out_judges_a_model() -> None:
    require_unseen(of_fold(3), "beatgan", 3)
    with pytest.raises(ModelError, match="test beats of fold 2"):
        require_unseen(of_fold(3), "beatgan", 2)
    with pytest.raises(ModelError, match="test beats of fold 3"):
        require_unseen(of_fold(3, seed=SEED + 1), "beatgan", 3)
    with pytest.raises(ModelError, match="--model none"):
        require_unseen(load_student().contract, "beatgan", 0)


def test_a_fold_is_the_same_only_if_drawn_from_the_same_beats() -> None:
    require_unseen(of_fold(3), "beatgan", 3, assign_fold(BEATS, 3))
    one_fewer = BEATS.select(np.arange(len(BEATS)) != 10)
    with pytest.raises(ModelError, match=r"drawn from other beats.* give --data the beats\.npz"):
        require_unseen(of_fold(3), "beatgan", 3, one_fewer)


def test_a_model_made_before_its_beats_were_stated_is_refused_before_they_are_cut() -> None:
    with pytest.raises(ModelError, match=r"does not say which beats .* --stage export"):
        require_unseen(of_fold(3, identity=""), "beatgan", 3)


def test_a_model_of_another_front_is_refused() -> None:
    with pytest.raises(ModelError, match="front 'beatgan'"):
        require_unseen(stating("beatgan"), "interpatient", 0)

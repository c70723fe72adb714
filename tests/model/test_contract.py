import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.errors import ModelError
from sibeat.model.artefact import load_student
from sibeat.model.contract import SCHEMA, Calibration, contract_from_json, contract_to_json

CONTRACT = load_student().contract


def test_round_trip() -> None:
    text = contract_to_json(CONTRACT)
    assert contract_from_json(text, "x") == CONTRACT
    assert contract_to_json(contract_from_json(text, "x")) == text


def test_window_is_320_samples_at_360_hz() -> None:
    assert CONTRACT.input.n_window == 320
    assert CONTRACT.input.fs == 360.0


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)))
def test_scorer_weights_survive(weights: dict[str, float]) -> None:
    calibration = Calibration(((0.5, -4.0), (0.99, -2.5)), -2.5, weights)
    contract = replace(CONTRACT, calibration=calibration)
    assert contract_from_json(contract_to_json(contract), "x").calibration == calibration


def test_whole_numbers_pass_for_numbers() -> None:
    raw = json.loads(contract_to_json(CONTRACT))
    raw["input"]["fs"] = 360
    assert contract_from_json(json.dumps(raw), "x") == CONTRACT


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(raw: Any) -> None:
        for key in path[:-1]:
            raw = raw[key]
        raw[path[-1]] = to

    return change


def _remove(part: str, key: str) -> Callable[[Any], None]:
    return lambda raw: raw[part].pop(key)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_set("schema", to=SCHEMA + 1), "newer model"),
        (_set("schema", to="1"), "whole number"),
        (_set("schema", to=0), "whole number"),
        (lambda raw: raw.pop("schema"), "no 'schema'"),
        (lambda raw: raw.pop("input"), "lacks 'input'"),
        (_remove("input", "fs"), "lacks 'fs'"),
        (_remove("calibration", "scorer"), "lacks 'scorer'"),
        (_remove("provenance", "commit"), "lacks 'commit'"),
        (_set("input", "fs", to="360"), "fs is '360': expected a number"),
        (_set("input", "n_before", to=140.5), "n_before is 140.5: expected a whole number"),
        (_set("input", "n_before", to=True), "expected a whole number"),
        (_set("input", "band_hz", to=[3.0]), "expected a list of 2"),
        (_set("input", "leads", to="MLII"), "leads is 'MLII': expected a list"),
        (_set("input", "leads", to=[2]), r"leads\[0\] is 2: expected a text"),
        (_set("input", to=[]), "expected an object"),
        (_set("calibration", "threshold", to=float("nan")), "threshold is nan"),
        (_set("calibration", "scorer", to=[]), "scorer is .*: expected an object"),
        (_set("calibration", "scorer", to={"a": "b"}), r"scorer\.a is 'b'"),
        (_set("provenance", "epochs", to={"teacher": 1.5}), r"epochs\.teacher is 1.5"),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[Any], None], says: str) -> None:
    raw = json.loads(contract_to_json(CONTRACT))
    change(raw)
    with pytest.raises(ModelError, match=says):
        contract_from_json(json.dumps(raw), "x.json")


@pytest.mark.parametrize("text", ["", "{", "\x00\x01", "[" * 3])
def test_what_is_no_json_is_a_model_error(text: str) -> None:
    with pytest.raises(ModelError, match=r"x\.json is no JSON"):
        contract_from_json(text, "x.json")


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner))
)
def test_any_other_json_is_a_model_error(raw: object) -> None:
    with pytest.raises(ModelError):
        contract_from_json(json.dumps(raw), "x.json")

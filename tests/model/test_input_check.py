"""A student of beats that sibeat does not cut is refused, whatever its network would say."""

from dataclasses import replace
from pathlib import Path

import pytest

from sibeat.ecg.errors import ModelError
from sibeat.model.artefact import load_student
from sibeat.model.input_check import require_monitor_front, require_our_beats

OURS = load_student().contract.input
PATH = Path("s.onnx")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fs": 250.0}, r"s\.onnx .* fs 250\.0: expected 360\.0"),
        ({"n_before": 10, "n_after": 310}, "n_before 10: expected 140"),
        ({"n_after": 160}, "n_after 160: expected 180"),
        ({"normalisation": "zscore"}, "normalisation 'zscore': expected 'minmax'"),
        ({"band_hz": (0.5, 100.0)}, r"band_hz \(0\.5, 100\.0\): expected \(3\.0, 40\.0\)"),
    ],
)
def test_beats_of_another_kind_are_named(change: dict, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        require_our_beats(replace(OURS, **change), PATH)


def test_our_own_beats_of_any_lead_are_taken() -> None:
    require_our_beats(replace(OURS, leads=("V1",)), PATH)
    require_monitor_front(OURS, PATH)


def test_the_published_front_has_its_own_band_and_is_not_the_monitors() -> None:
    published = replace(OURS, front="beatgan", band_hz=(3.0, 45.0))
    require_our_beats(published, PATH)
    with pytest.raises(ModelError, match="front 'beatgan': expected 'monitor'"):
        require_monitor_front(published, PATH)

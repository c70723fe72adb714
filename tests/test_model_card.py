"""The model card shows the figures of the student that ships."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sibeat.model.artefact import load_student
from sibeat.train.split import DS1, DS2

pytestmark = pytest.mark.no_cover

CARD = Path(__file__).parents[1] / "docs" / "model_card.md"


@pytest.fixture(scope="module")
def card() -> ModuleType:
    """Load docs/model_card.py, which is no package."""
    spec = importlib.util.spec_from_file_location("model_card", CARD.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_card_is_about_the_student_that_ships(card: ModuleType) -> None:
    stated = card.stated_figures(CARD.read_text(encoding="utf-8"))
    provenance = load_student().contract.provenance
    assert stated["model"] == load_student().sha256
    assert tuple(stated["train_records"]) == provenance.train_records
    assert {*stated["train_records"], *stated["validation_records"]} <= set(DS1) - set(DS2)


def test_the_table_is_that_of_the_figures(card: ModuleType) -> None:
    text = CARD.read_text(encoding="utf-8")
    assert card.with_figures(text, card.stated_figures(text)) == text


@pytest.mark.slow
def test_the_figures_are_the_students(card: ModuleType, mitdb: Path) -> None:
    stated = card.stated_figures(CARD.read_text(encoding="utf-8"))
    found = card.shipped_figures(mitdb)
    assert found["beats"] == stated["beats"]
    for name, row in found["rows"].items():
        # other processors round float32 differently: ranks of near-equal beats may change
        assert row["auc"] == pytest.approx(stated["rows"][name]["auc"], abs=5e-4)
        assert row["ap"] == pytest.approx(stated["rows"][name]["ap"], abs=2e-3)
        for key in ("auc", "ap"):
            easy = stated["rows"][name]["without_232"][key]
            assert row["without_232"][key] == pytest.approx(easy, abs=2e-3)

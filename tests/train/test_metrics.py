import numpy as np
import pytest

from sibeat.train.metrics import classes_of, separation


def test_classes_follow_the_named_mapping() -> None:
    symbols = np.array(list("NeVA+F/"))
    assert classes_of(symbols, "learning").tolist() == ["N", "N", "V", "S", "", "F", "Q"]
    assert classes_of(symbols, "ec57")[1] == "S"


def test_figures_by_hand() -> None:
    scores = np.array([0.1, 0.4, 0.35, 0.8, 0.9])
    classes = np.array(["N", "N", "V", "S", "Q"])
    figures = separation(scores, classes, np.array(["100"] * 5))
    # V beats one of two normals, S both; Q is left out
    assert figures["auc"] == pytest.approx(3 / 4)
    assert figures["per_class"]["V"] == {"auc": 0.5, "ap": 0.5, "n": 1}
    assert figures["per_class"]["S"]["auc"] == 1.0
    assert figures["per_class"]["F"] == {"auc": None, "ap": None, "n": 0}
    assert figures["ap"] == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_the_hard_record_is_taken_out_and_records_are_averaged() -> None:
    scores = np.array([0.0, 1.0, 1.0, 0.0, 0.5])
    classes = np.array(["N", "V", "N", "V", "N"])
    records = np.array(["100", "100", "232", "232", "111"])
    figures = separation(scores, classes, records)
    assert figures["without_232"]["auc"] == 1.0
    assert figures["auc"] < 1.0
    assert figures["per_record"] == {"100": 1.0, "111": None, "232": 0.0}
    assert figures["mean_record_auc"] == 0.5

"""Each choice of epoch follows its own criterion, and the honest one sees no abnormal beat."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from sibeat.train.choices import Labelled, chosen_now, path_of


class Sum:
    def log_score(self, beats: torch.Tensor) -> torch.Tensor:
        return beats.sum(dim=(1, 2))


def test_auc_of_the_labelled_beats() -> None:
    beats = torch.tensor([0.0, 1.0, 2.0, 3.0]).reshape(4, 1, 1)
    assert Labelled(beats, np.array([False, False, True, True])).auc(Sum()) == {
        "validation_auc": 1.0
    }
    assert Labelled(beats, np.array([False, True, False, True])).auc(Sum()) == {
        "validation_auc": 0.75
    }


def test_without_abnormal_beats_there_is_no_auc() -> None:
    assert Labelled(torch.zeros(3, 1, 1), np.zeros(3, dtype=bool)).auc(Sum()) == {}
    assert Labelled(torch.zeros(0, 1, 1), np.zeros(0, dtype=bool)).auc(Sum()) == {}


def test_a_network_that_has_diverged_ranks_no_beats() -> None:
    beats = torch.full((4, 1, 1), torch.nan)
    assert Labelled(beats, np.array([True, True, False, False])).auc(Sum()) == {}


def test_each_choice_follows_its_own_figure() -> None:
    first = {"validation": 0.5, "validation_auc": 0.9}
    assert chosen_now([first]) == ["honest", "published"]
    assert chosen_now([first, {"validation": 0.4, "validation_auc": 0.8}]) == ["honest"]
    assert chosen_now([first, {"validation": 0.6, "validation_auc": 0.95}]) == ["published"]
    assert chosen_now([first, {"validation": 0.6, "validation_auc": 0.8}]) == []


def test_the_honest_choice_does_not_depend_on_abnormal_beats() -> None:
    histories = [[{"validation": 0.5, "validation_auc": auc}] for auc in (0.1, 0.9)]
    follow = [{"validation": 0.4, "validation_auc": 0.5}]
    assert all("honest" in chosen_now(history + follow) for history in histories)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_an_epoch_without_a_finite_figure_does_not_end_the_choosing(bad: float) -> None:
    first, broken = {"validation": 0.5}, {"validation": bad}
    assert chosen_now([broken]) == []
    assert chosen_now([broken, first]) == ["honest"]
    assert chosen_now([first, broken]) == []
    assert chosen_now([first, broken, {"validation": 0.6}]) == []
    assert chosen_now([first, broken, {"validation": 0.4}]) == ["honest"]


def test_where_nothing_validates_there_is_only_the_last() -> None:
    assert chosen_now([{"reconstruction": 0.1}]) == []


def test_checkpoints_stand_beside_the_last() -> None:
    assert path_of(Path("a/teacher.pt"), "last") == Path("a/teacher.pt")
    assert path_of(Path("a/teacher.pt"), "honest") == Path("a/teacher-honest.pt")

"""A run's folder is judged by the very networks it holds, and only on beats it has not seen."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.train.beats_file import Beats
from sibeat.train.folds import beats_identity
from sibeat.train.run_scores import (
    judge_runs,
    kept_of,
    require_same_beats,
    run_scores,
)
from sibeat.train.stages import Run, run_stages


@pytest.fixture
def folder(tmp_path: Path, beats_path: Path, config) -> Path:
    run = Run(config, beats_path, tmp_path / "run")
    for stage in ("prepare", "teacher", "distil", "evaluate"):
        run_stages(run, stage)
    return run.out


def test_the_last_networks_give_the_figures_of_the_run_s_own_report(
    folder: Path, beats: Beats
) -> None:
    rows = {}
    for kept in kept_of(folder, beats, 0):
        rows |= run_scores(kept, beats)
    test = beats.part == "test"
    report = json.loads((folder / "evaluation.json").read_text())["rows"]["test"]
    from sibeat.train.metrics import classes_of, separation

    classes = classes_of(beats.symbol, "learning")[test]
    for name, row in (("run teacher, last", "teacher"), ("run student, last, head", "head")):
        figures = separation(rows[name][test], classes, beats.record[test])
        assert figures["auc"] == pytest.approx(report[row]["auc"], abs=1e-9)


def test_a_training_that_diverged_is_stated_as_json_can_hold_it(folder: Path, beats: Beats) -> None:
    kept = next(kept_of(folder, beats, 0))
    diverged = [{"validation": math.nan, "validation_auc": 0.5}]
    stated = replace(kept, checkpoint=replace(kept.checkpoint, history=diverged)).stated()
    assert stated["validation"] == {"validation": None, "validation_auc": 0.5}
    json.dumps(stated, allow_nan=False)


def test_each_choice_states_epoch_and_criterion(folder: Path, beats: Beats) -> None:
    for part in ("teacher", "student"):
        found = [kept for kept in kept_of(folder, beats, 0) if kept.part == part]
        stated = {choice: kept.stated() for kept in found for choice in kept.choices}
        assert stated.keys() == {"last", "honest", "published"}
        assert stated["last"]["epoch"] == 2
        assert stated["last"].get("teacher") == ("last" if part == "student" else None)
        curve = stated["last"]["validation_auc_by_epoch"]
        published = stated["published"]["validation"]["validation_auc"]
        assert published == pytest.approx(max(curve), abs=1e-4)
        errors = [kept.checkpoint.history[-1]["validation"] for kept in found]
        assert stated["honest"]["validation"]["validation"] == min(errors)


def test_choices_hold_the_networks_of_their_epoch(folder: Path, beats: Beats) -> None:
    for kept in kept_of(folder, beats, 0):
        assert len(kept.checkpoint.history) == kept.checkpoint.epoch


def test_a_run_of_another_front_may_have_seen_the_beats(folder: Path, beats: Beats) -> None:
    with pytest.raises(ModelError, match="may have seen"):
        list(kept_of(folder, _published(beats), 0))


def _published(beats: Beats) -> Beats:
    return replace(beats, origin=replace(beats.origin, front="beatgan"))


def test_a_fold_of_other_beats_may_have_seen_the_beats(beats: Beats) -> None:
    beats = _published(beats)
    about = {
        "config": {"prepare": {"front": "beatgan", "fold": 0}},
        "train_records": ["100"],
        "validation_records": ["100"],
        "beats_identity": beats_identity(beats),
    }
    require_same_beats(Path("run"), about, beats, 0)
    one_fewer = beats.select(np.arange(len(beats)) != 5)
    with pytest.raises(ModelError, match="run has its fold drawn from other beats"):
        require_same_beats(Path("run"), about, one_fewer, 0)
    del about["beats_identity"]
    with pytest.raises(ModelError, match=r"run does not say which beats .* train it anew"):
        require_same_beats(Path("run"), about, beats, 0)


def test_a_folder_without_a_training_says_what_to_do(tmp_path: Path, beats: Beats) -> None:
    with pytest.raises(ConfigError, match="sibeat train"):
        list(kept_of(tmp_path, beats, 0))


def test_scores_are_deterministic(folder: Path, beats: Beats) -> None:
    kept = next(kept_of(folder, beats, 0))
    first, second = (run_scores(kept, beats)[kept.name] for _ in range(2))
    assert np.array_equal(first, second)
    assert torch.is_grad_enabled()


def test_a_checkpoint_of_an_earlier_training_is_not_taken_for_a_choice(
    folder: Path, beats: Beats
) -> None:
    path = folder / "teacher-honest.pt"
    content = torch.load(path, weights_only=True)
    torch.save(content | {"fingerprint": "earlier", "epoch": 7}, path)
    choices = [kept.choices for kept in kept_of(folder, beats, 0) if kept.part == "teacher"]
    assert "honest" not in [choice for each in choices for choice in each]


@pytest.mark.parametrize("judging", ["100", "201"])  # 201 is the patient of 202
def test_a_run_that_has_seen_judging_patients_is_refused(
    folder: Path, beats: Beats, judging: str
) -> None:
    path = folder / "teacher.pt"
    content = torch.load(path, weights_only=True)
    content["about"]["train_records"] = [judging, "101"]
    torch.save(content, path)
    with pytest.raises(ModelError, match=judging):
        list(kept_of(folder, beats, 0))


def test_a_run_that_has_seen_records_of_others_that_judge_is_refused(
    folder: Path, beats: Beats
) -> None:
    swapped = replace(beats, part=np.where(beats.record == "106", "test", beats.part))
    with pytest.raises(ModelError, match=r"has seen 1 of the 3 records that judge \(106\)"):
        list(kept_of(folder, swapped, 0))


def test_runs_in_folders_of_one_name_keep_their_rows(
    folder: Path, beats: Beats, tmp_path: Path
) -> None:
    other = tmp_path / "other" / folder.name
    shutil.copytree(folder, other)
    stated, scores = judge_runs([folder, other], beats, beats.part == "test", 0, print)
    alone = judge_runs([folder], beats, beats.part == "test", 0, print)
    assert (len(stated), len(scores)) == (2 * len(alone[0]), 2 * len(alone[1]))
    assert any(name.startswith("other/run teacher") for name in stated)

"""What an artefact states of the code that made it."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sibeat.train import provenance
from sibeat.train.beats_file import Beats
from sibeat.train.config import TrainConfig


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=e")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("package", ["ecg", "model", "train", "configs"])
def test_changes_in_every_package_that_shapes_a_student_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in ("ecg", "model", "train", "configs", "monitor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "provenance.py").touch()
    _git(tmp_path, "init")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "train" / "provenance.py"))
    (tmp_path / "monitor" / "provenance.py").write_text("changed")
    clean = provenance.current_commit()
    assert len(clean) == 40
    (tmp_path / package / "provenance.py").write_text("changed")
    assert provenance.current_commit() == f"{clean}+changes"


def test_the_split_is_said_to_be_the_databases_only_where_it_is(
    beats: Beats, config: TrainConfig
) -> None:
    assert "DS2 records only judge" in provenance.split_in_words(config, beats)
    own = replace(beats, record=np.char.add("p", beats.record))
    other_parts = replace(beats, part=np.where(beats.record == "100", "train", beats.part))
    for foreign in (own, other_parts):
        assert "by record, as chosen" in provenance.split_in_words(config, foreign)

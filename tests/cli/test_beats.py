"""``sibeat evaluate beats`` as a user runs it."""

import json
from pathlib import Path

import pytest

from sibeat.cli.beats import evaluate
from sibeat.cli.beats_table import to_text
from sibeat.ecg.errors import ConfigError, ModelError, UsageError
from sibeat.model.artefact import load_student
from sibeat.train.beats_file import load_beats, save_beats
from sibeat.train.intervals import Bootstrap
from sibeat.train.protocol_report import evaluate_trial
from sibeat.train.trial import Trial
from tests.train.conftest import make_beats


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    save_beats(tmp_path / "beats.npz", make_beats(n_per_record=40))
    return tmp_path / "beats.npz"


def test_a_table_and_a_file(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(prepared, "interpatient", 0, None, tmp_path / "figures.json", references=False)
    table = capsys.readouterr().out
    report = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert f"{report['auc']:.4f}" in table
    assert "mapping learning" in table
    assert "Without record 232" in table
    assert max(map(len, table.splitlines()[:12])) <= 100


def test_no_figure_is_cut_beside_a_long_name(prepared: Path) -> None:
    trial = Trial.of("interpatient", load_beats(prepared), 0, bootstrap=Bootstrap(20))
    report = evaluate_trial(trial, load_student())
    name = "a-training-of-the-twenty-first student, honest and published, error"
    report["rows"][name] = report["rows"][report["score"]]
    table = to_text(report)
    assert "…" not in table
    assert f"{name} " in table


def test_a_dash_prints_the_figures(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(prepared, "interpatient", 0, "none", Path("-"))
    assert json.loads(capsys.readouterr().out)["model"] is None


def test_what_cannot_be_meant_is_said(prepared: Path) -> None:
    with pytest.raises(UsageError, match="interpatient, beatgan"):
        evaluate(prepared, "intrapatient", 0, None, None)
    with pytest.raises(ConfigError, match="front 'monitor'"):
        evaluate(prepared, "beatgan", 0, "none", None)
    with pytest.raises(ModelError, match="fold 0"):
        evaluate(prepared, "beatgan", 0, None, None)
    with pytest.raises(UsageError, match="--fold 3 says nothing to --protocol interpatient"):
        evaluate(prepared, "interpatient", 3, "none", None)
    with pytest.raises(UsageError, match="nothing to judge"):
        evaluate(prepared, "interpatient", 0, "none", None, references=False)

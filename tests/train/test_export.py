"""The exported student says what torch says, and stands there whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.model.artefact import SHIPPED, load_student
from sibeat.model.contract import Calibration, Contract
from sibeat.model.networks import ScoreForm, StudentNetwork
from sibeat.train import export
from sibeat.train.export import compare, export_student, recalibrate, write_artefact


@pytest.fixture
def contract() -> Contract:
    return load_student().contract


def _network(score: ScoreForm = "error") -> StudentNetwork:
    """Random weights and, as after training, random statistics."""
    torch.manual_seed(0)
    network = StudentNetwork(width=2, n_latent=5, score=score)
    network.train()
    network(torch.rand(8, 1, 320) * 2 - 1)
    return network.eval()


@pytest.fixture(scope="module")
def exported() -> bytes:
    """The network, exported once: torch takes seconds for it."""
    return export.to_onnx(_network(), 320)


@pytest.fixture
def exported_once(exported: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave torch out, where what is done with its export is tested."""
    monkeypatch.setattr(export, "to_onnx", lambda *_: exported)


@pytest.mark.usefixtures("exported_once")
def test_onnx_says_what_torch_says(tmp_path: Path, contract: Contract) -> None:
    _says_the_same(_network(), contract, tmp_path)


def test_onnx_says_what_torch_says_of_a_head(tmp_path: Path, contract: Contract) -> None:
    _says_the_same(_network(score="head"), contract, tmp_path)


def _says_the_same(network: StudentNetwork, contract: Contract, tmp_path: Path) -> None:
    export_student(network, contract, tmp_path / "s.onnx")
    assert compare(network, tmp_path / "s.onnx") < 1e-4
    student = load_student(tmp_path / "s.onnx")
    beat = torch.linspace(-1, 1, 320).reshape(1, 1, 320)
    with torch.no_grad():
        reconstruction, log_score = network(beat)
    got, got_score = student.reconstruct(beat[0, 0].numpy())
    assert np.allclose(got, reconstruction[0, 0], atol=1e-4)
    assert got_score == pytest.approx(float(log_score), abs=1e-4)


@pytest.mark.usefixtures("exported_once")
def test_a_difference_is_refused(
    tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "compare", lambda *_: 2e-4)
    with pytest.raises(ModelError, match=r"differs from torch by 0\.0002"):
        export_student(_network(), contract, tmp_path / "s.onnx")


@pytest.mark.usefixtures("exported_once")
def test_recalibrating_keeps_the_network_and_both_files_agree(
    tmp_path: Path, contract: Contract
) -> None:
    network = _network()
    export_student(network, contract, tmp_path / "s.onnx")
    before = load_student(tmp_path / "s.onnx")
    calibration = Calibration(((0.5, -4.0),), -1.0, {"prematurity": 12.0})
    recalibrate(tmp_path / "s.onnx", calibration)
    after = load_student(tmp_path / "s.onnx")
    assert after.contract.calibration == calibration
    assert after.contract.provenance == before.contract.provenance
    assert after.sha256 != before.sha256
    assert compare(network, tmp_path / "s.onnx") < 1e-4


def _fail(_: Path) -> None:
    raise ConfigError("no validation beats")


@pytest.mark.usefixtures("exported_once")
@pytest.mark.parametrize("at", ["comparison", "calibration"])
def test_an_export_that_fails_leaves_what_was_there(
    tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    path, absent = tmp_path / "s.onnx", tmp_path / "new" / "s.onnx"
    write_artefact(SHIPPED.read_bytes(), contract, path)
    before = load_student(path).sha256
    if at == "comparison":
        monkeypatch.setattr(export, "TOLERANCE", -1.0)
    for place in (path, absent):
        with pytest.raises((ModelError, ConfigError)):
            export_student(_network(), contract, place, _fail)
    assert load_student(path).sha256 == before
    assert not list(absent.parent.iterdir())


@pytest.mark.usefixtures("exported_once")
def test_what_finishes_the_artefact_is_in_both_files(tmp_path: Path, contract: Contract) -> None:
    calibration = Calibration(((0.5, -4.0),), -1.0, {"prematurity": 12.0})
    path = tmp_path / "s.onnx"
    export_student(_network(), contract, path, lambda made: recalibrate(made, calibration))
    assert load_student(path).contract.calibration == calibration
    assert sorted(file.name for file in tmp_path.iterdir()) == ["s.json", "s.onnx"]

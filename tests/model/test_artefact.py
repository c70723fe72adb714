"""The shipped student, and every artefact that must be refused."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from sibeat.ecg.errors import ModelError
from sibeat.model.artefact import (
    HASH_KEY,
    METADATA_KEY,
    NO_TELEMETRY,
    SHIPPED,
    load_monitor_student,
    load_student,
)
from sibeat.model.contract import Contract, contract_to_json

CONTRACT = load_student().contract


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    """A copy of the shipped student that a test may damage."""
    for suffix in (".onnx", ".json"):
        copy = tmp_path / f"student{suffix}"
        copy.write_bytes(SHIPPED.with_suffix(suffix).read_bytes())
    return tmp_path / "student.onnx"


def _beat(width: float = 6.0) -> np.ndarray:
    wave = np.exp(-0.5 * ((np.arange(320) - 140) / width) ** 2)
    return (2 * wave - 1).astype(np.float32)


def test_the_shipped_student_is_small_and_says_where_it_is_from() -> None:
    assert SHIPPED.stat().st_size < 2_000_000
    provenance = CONTRACT.provenance
    assert not set(provenance.train_records) & set(provenance.validation_records)
    assert "100" not in (*provenance.train_records, *provenance.validation_records)
    assert provenance.figures["without_232_auc"] > 0.5


def test_one_beat_gives_a_reconstruction_and_a_score() -> None:
    reconstruction, log_score = load_student().reconstruct(_beat())
    assert reconstruction.shape == (320,)
    assert reconstruction.dtype == np.float32
    assert isinstance(log_score, float)
    assert np.abs(reconstruction - _beat()).mean() < 0.2


def test_a_wide_beat_scores_above_a_narrow_one() -> None:
    student = load_student()
    assert student.reconstruct(_beat(30.0))[1] > student.reconstruct(_beat())[1]


def test_a_score_depends_on_the_beat_alone() -> None:
    student = load_student()
    first, score = student.reconstruct(_beat())
    kept = first.copy()
    student.reconstruct(-_beat())
    again, score_again = student.reconstruct(_beat())
    assert score == score_again
    assert np.array_equal(first, kept), "a result is not overwritten by the next beat"
    assert np.array_equal(first, again)


def test_sha256_is_that_of_the_file(artefact: Path) -> None:
    student = load_student(artefact)
    assert student.sha256 == hashlib.sha256(artefact.read_bytes()).hexdigest()
    assert student.contract == CONTRACT


def test_loading_imports_no_torch() -> None:
    code = (
        "import sys; from sibeat.model.artefact import load_student;"
        "assert 'onnxruntime' not in sys.modules; load_student();"
        "assert not {'torch', 'onnx', 'sklearn'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_telemetry_is_prepared(tmp_path: Path) -> None:
    """Without the variables, onnxruntime 1.29 and later keeps a device id and events to send."""
    given = {name: value for name, value in os.environ.items() if name not in NO_TELEMETRY}
    code = "from sibeat.model.artefact import load_student; load_student()"
    subprocess.run([sys.executable, "-c", code], check=True, env=given | {"HOME": str(tmp_path)})
    assert not list(tmp_path.rglob("*Microsoft*"))


def _rewrite_json(artefact: Path, change: Callable[[dict], object]) -> None:
    beside = artefact.with_suffix(".json")
    raw = json.loads(beside.read_text(encoding="utf-8"))
    change(raw)
    beside.write_text(json.dumps(raw), encoding="utf-8")


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda a: a.unlink(), "cannot read model file"),
        (lambda a: a.with_suffix(".json").unlink(), "copy both files"),
        (lambda a: a.write_bytes(b""), "is empty"),
        (lambda a: a.with_suffix(".json").write_bytes(b""), "is empty"),
        (lambda a: a.with_suffix(".json").write_bytes(b"\xff\xfe"), "no JSON"),
        (lambda a: _truncate(a.with_suffix(".json")), "no JSON"),
        (_truncate, "does not belong"),
        (lambda a: a.write_bytes(b"not a network"), "does not belong"),
        (lambda a: _rewrite_json(a, lambda raw: raw.pop(HASH_KEY)), "does not belong"),
        (lambda a: _rewrite_json(a, lambda raw: raw.update(schema=99)), "newer model"),
        (
            lambda a: _rewrite_json(a, lambda raw: raw["calibration"].update(threshold=0.0)),
            "differs from student.json",
        ),
    ],
)
def test_damage_is_refused_and_named(
    artefact: Path, damage: Callable[[Path], object], says: str
) -> None:
    damage(artefact)
    with pytest.raises(ModelError, match=says):
        load_student(artefact)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is a folder"):
        load_student(tmp_path)


def _write(path: Path, network: bytes, contract: Contract = CONTRACT) -> None:
    """Write any bytes with a JSON whose sha256 agrees."""
    path.write_bytes(network)
    raw = json.loads(contract_to_json(contract))
    raw[HASH_KEY] = hashlib.sha256(network).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(raw), encoding="utf-8")


def _network(
    n_window: int = 320,
    names: tuple[str, str] = ("reconstruction", "log_score"),
    sealed: bool = True,
    contract: Contract = CONTRACT,
) -> bytes:
    """A network that passes its input through."""
    shape = ["batch", 1, n_window]
    graph = helper.make_graph(
        [
            helper.make_node("Identity", ["beat"], [names[0]]),
            helper.make_node("ReduceMean", ["beat"], [names[1]], axes=[1, 2], keepdims=0),
        ],
        "foreign",
        [helper.make_tensor_value_info("beat", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info(names[0], TensorProto.FLOAT, shape),
            helper.make_tensor_value_info(names[1], TensorProto.FLOAT, ["batch"]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    if sealed:
        model.metadata_props.add(key=METADATA_KEY, value=contract_to_json(contract))
    return model.SerializeToString()


def test_a_network_that_keeps_the_contract_is_taken(tmp_path: Path) -> None:
    _write(tmp_path / "s.onnx", _network())
    reconstruction, _ = load_student(tmp_path / "s.onnx").reconstruct(_beat())
    assert np.array_equal(reconstruction, _beat())


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (b"no protobuf at all", "no ONNX network"),
        (_network()[:200], "no ONNX network"),
        (_network(sealed=False), "holds no contract"),
        (_network(names=("y", "log_score")), "has ports .*: expected"),
        (_network(n_window=128), "beat of .* expected"),
    ],
)
def test_foreign_networks_are_refused(tmp_path: Path, network: bytes, says: str) -> None:
    _write(tmp_path / "s.onnx", network)
    with pytest.raises(ModelError, match=says):
        load_student(tmp_path / "s.onnx")


def test_a_contract_of_another_student_is_refused(tmp_path: Path) -> None:
    other = replace(CONTRACT, provenance=replace(CONTRACT.provenance, commit="another"))
    _write(tmp_path / "s.onnx", _network(), other)
    with pytest.raises(ModelError, match="differs"):
        load_student(tmp_path / "s.onnx")


def test_a_network_for_beats_at_another_rate_is_refused(tmp_path: Path) -> None:
    other = replace(CONTRACT, input=replace(CONTRACT.input, fs=250.0))
    _write(tmp_path / "s.onnx", _network(contract=other), other)
    with pytest.raises(ModelError, match=r"fs 250\.0: expected 360\.0"):
        load_student(tmp_path / "s.onnx")


def test_a_student_of_the_published_front_loads_but_not_for_the_monitor(tmp_path: Path) -> None:
    published = replace(CONTRACT.input, front="beatgan", band_hz=(3.0, 45.0))
    other = replace(CONTRACT, input=published)
    _write(tmp_path / "s.onnx", _network(contract=other), other)
    assert load_student(tmp_path / "s.onnx").contract == other
    with pytest.raises(ModelError, match="front 'beatgan'"):
        load_monitor_student(tmp_path / "s.onnx")


def test_the_shipped_student_is_the_monitors() -> None:
    assert load_monitor_student().contract == CONTRACT

"""The student as the monitor runs it: one ONNX file, one JSON beside it, no torch.

Loading checks that the two belong together, that the network has the contract's shape, and that the
contract is of beats as we cut them; whatever is wrong is a `ModelError` that says what. A loaded
student scores one beat at a time on one thread, so that a beat's score depends on nothing but the
beat.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sibeat.ecg.errors import ModelError
from sibeat.ecg.stream import FloatArray
from sibeat.model.contract import Contract, contract_from_json
from sibeat.model.input_check import require_monitor_front, require_our_beats

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SHIPPED = Path(__file__).parent / "shipped" / "student.onnx"
"""the student that comes with the package"""
METADATA_KEY = "sibeat_contract"
"""where the contract stands among the ONNX file's metadata"""
HASH_KEY = "onnx_sha256"
"""where the JSON names the ONNX file it belongs to"""
NO_TELEMETRY = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED")
"""environment variables, of this release and of earlier ones, that keep onnxruntime from sending
events to its maker, as it does from 1.29 on; it looks once, when the first session is opened"""
INPUT = "beat"
OUTPUTS = ("reconstruction", "log_score")

os.environ.update(dict.fromkeys(NO_TELEMETRY, "1"))  # here: whoever opens a session imports this


class StudentLike(Protocol):
    """What scores a beat: a student, or what stands for one."""

    contract: Contract
    sha256: str

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Score one beat, as `Student.reconstruct` does."""
        ...


class Student:
    """A checked student artefact.

    Parameters
    ----------
    session : onnxruntime's session over the network
    contract : what the artefact promises
    sha256 : of the ONNX file
    """

    def __init__(self, session: "InferenceSession", contract: Contract, sha256: str) -> None:
        self._session = session
        self.contract = contract
        self.sha256 = sha256
        n_window = contract.input.n_window
        self._beat = np.zeros((1, 1, n_window), dtype=np.float32)
        self._window = self._beat[0, 0]
        self._feed = {INPUT: self._beat}
        self._outputs = list(OUTPUTS)

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Score one beat.

        Parameters
        ----------
        window : (320,), normalised to [-1, 1] as the contract says

        Returns
        -------
        reconstruction : (320,), in [-1, 1]
        log_score : natural log of the morphology score, greater is more abnormal
        """
        self._window[:] = window
        reconstruction, log_score = self._session.run(self._outputs, self._feed)
        return reconstruction[0, 0], float(log_score[0])


def load_student(path: Path | None = None) -> Student:
    """Load and check a student artefact.

    Parameters
    ----------
    path : the ONNX file, its JSON beside it; None for the one that comes with the package

    Raises
    ------
    ModelError
        When a file is missing, damaged, foreign, from a newer sibeat, or made for other beats.
    """
    path = SHIPPED if path is None else path
    if path.is_dir():
        raise ModelError(
            f"model {path} is a folder: expected an .onnx file as `sibeat train` makes"
        )
    network = _read(path, "an .onnx file as `sibeat train` makes it")
    beside = path.with_suffix(".json")
    text = _read(beside, f"the contract that belongs to {path.name}; copy both files").decode(
        "utf-8", errors="replace"
    )
    contract = contract_from_json(text, str(beside))
    sha256 = hashlib.sha256(network).hexdigest()
    _check_hash(sha256, json.loads(text).get(HASH_KEY), path, beside)
    session = _open_session(network, path)
    _check_metadata(session, contract, path)
    require_our_beats(contract.input, path)
    _check_shape(session, contract, path)
    return Student(session, contract, sha256)


def load_monitor_student(path: Path | None = None) -> Student:
    """Load a student for the monitor, whose filter its beats must have had.

    Parameters and errors are those of `load_student`; a student of another front is refused, too.
    """
    student = load_student(path)
    require_monitor_front(student.contract.input, path)
    return student


def _read(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"cannot read model file {path} ({error.strerror or error}): expected {expected}"
        ) from error
    if not content:
        raise ModelError(f"model file {path} is empty: expected {expected}")
    return content


def _check_hash(sha256: str, stated: object, path: Path, beside: Path) -> None:
    if sha256 != stated:
        raise ModelError(
            f"{path} does not belong to {beside.name}: its sha256 is {sha256[:12]}, the JSON "
            f"states {str(stated)[:12]}; one of them was changed or cut short, copy both again"
        )


def _open_session(network: bytes, path: Path) -> "InferenceSession":
    import onnxruntime as ort
    from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what goes wrong is raised, and said once
    try:
        return ort.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except (
        ort_errors.InvalidProtobuf,
        ort_errors.InvalidGraph,
        ort_errors.InvalidArgument,
        ort_errors.NotImplemented,
        ort_errors.Fail,
        ort_errors.RuntimeException,
    ) as error:
        raise ModelError(
            f"{path} is no ONNX network that onnxruntime {ort.__version__} runs: "
            f"{str(error).splitlines()[0][:120]}; export the student anew or upgrade onnxruntime"
        ) from error


def _check_metadata(session: "InferenceSession", contract: Contract, path: Path) -> None:
    inside = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if inside is None:
        raise ModelError(
            f"{path} holds no contract: it is an ONNX network, but none that `sibeat train` made"
        )
    if contract_from_json(inside, f"{path} (metadata)") != contract:
        raise ModelError(
            f"the contract inside {path} differs from {path.with_suffix('.json').name}: "
            "one of them was changed; copy both again or export the student anew"
        )


def _check_shape(session: "InferenceSession", contract: Contract, path: Path) -> None:
    n_window = contract.input.n_window
    expected = {INPUT: [1, n_window], OUTPUTS[0]: [1, n_window], OUTPUTS[1]: []}
    got = {port.name: port for port in (*session.get_inputs(), *session.get_outputs())}
    if set(got) != set(expected):
        raise ModelError(
            f"{path} has ports {', '.join(sorted(got))}: expected {', '.join(sorted(expected))}"
        )
    for name, shape in expected.items():
        _check_port(got[name], shape, path)


def _check_port(port: Any, shape: list[int], path: Path) -> None:
    if port.type != "tensor(float)" or len(port.shape) != len(shape) + 1 or port.shape[1:] != shape:
        raise ModelError(
            f"{port.name} of {path} is {port.type} {port.shape}: expected tensor(float) "
            f"['batch', {', '.join(map(str, shape))}]"
        )

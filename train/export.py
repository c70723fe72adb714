"""The student's way out of torch: one ONNX file, checked against torch, with its contract.

The contract goes into the file's metadata and into the JSON beside it, which also names the file's
sha256, so that neither can change without the other.
"""

import hashlib
import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from sibeat.ecg.atomic_file import all_or_none, write_atomically
from sibeat.ecg.errors import ModelError
from sibeat.model.artefact import HASH_KEY, INPUT, METADATA_KEY, OUTPUTS, load_student
from sibeat.model.contract import Calibration, Contract, contract_to_json
from sibeat.model.networks import StudentNetwork

TOLERANCE = 1e-4
"""greatest difference of exported and torch scores: a requirement of the project"""
N_CHECKED = 16
"""random beats compared after export"""


def export_student(
    network: StudentNetwork,
    contract: Contract,
    path: Path,
    finish: Callable[[Path], object] = lambda _: None,
) -> None:
    """Write the artefact, and check that onnxruntime says what torch says.

    Both files take their places once all is done; after an error those that were there still are.

    Parameters
    ----------
    network : trained
    contract : to be sealed into it
    path : the ``.onnx`` file; the JSON stands beside it
    finish : what else is done to the artefact, such as its calibration, at the path that it is
        given

    Raises
    ------
    ModelError
        When onnxruntime's scores differ from torch's by more than 1e-4.
    """
    network = network.cpu().eval()
    exported = to_onnx(network, contract.input.n_window)
    with all_or_none([path, path.with_suffix(".json")], overwrite=True) as folder:
        made = folder / path.name
        write_artefact(exported, contract, made)
        worst = compare(network, made)
        if worst > TOLERANCE:
            raise ModelError(
                f"the exported student differs from torch by {worst:.2g}: expected at most "
                f"{TOLERANCE:g}; this torch or onnxruntime exports it wrongly, try another version"
            )
        finish(made)


def to_onnx(network: StudentNetwork, n_window: int) -> bytes:
    """Export the network alone, with a free batch size."""
    # torch's exporter notes that torchvision is absent, and uses what it itself deprecates
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        program = torch.onnx.export(
            network,
            (torch.zeros(2, 1, n_window),),
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None  # the dynamo exporter always returns one
    exported: bytes = program.model_proto.SerializeToString()
    return exported


def write_artefact(network: bytes, contract: Contract, path: Path) -> None:
    """Seal a contract into ONNX bytes, replacing any in there, and write both files."""
    import onnx

    model = onnx.load_from_string(network)
    kept = [entry for entry in model.metadata_props if entry.key != METADATA_KEY]
    del model.metadata_props[:]
    model.metadata_props.extend(kept)
    text = contract_to_json(contract)
    model.metadata_props.add(key=METADATA_KEY, value=text)
    sealed = model.SerializeToString()
    beside = {HASH_KEY: hashlib.sha256(sealed).hexdigest(), **json.loads(text)}
    write_atomically(path, sealed)
    write_atomically(path.with_suffix(".json"), (json.dumps(beside, indent=1) + "\n").encode())


def recalibrate(path: Path, calibration: Calibration) -> None:
    """Put another calibration into an artefact: the network stays as it is."""
    contract = replace(load_student(path).contract, calibration=calibration)
    write_artefact(path.read_bytes(), contract, path)


@torch.no_grad()
def compare(network: StudentNetwork, path: Path) -> float:
    """Return the greatest difference between torch and the artefact on random beats."""
    student = load_student(path)
    n_window = student.contract.input.n_window
    beats = torch.rand(N_CHECKED, 1, n_window, generator=torch.Generator().manual_seed(0)) * 2 - 1
    expected, expected_score = network(beats)
    worst = 0.0
    for beat, reconstruction, log_score in zip(beats, expected, expected_score, strict=True):
        got, got_score = student.reconstruct(beat[0].numpy())
        worst = max(worst, float(np.abs(got - reconstruction[0].numpy()).max()))
        worst = max(worst, abs(got_score - float(log_score)))
    return worst

"""Does the student lose anything in eight bits, and does it gain speed?

``python -m benchmarks.int8 --data BEATS`` quantises the shipped student (or ``--model FILE``) with
onnxruntime's static quantisation, its ranges taken from normal training beats, and compares it with
the student as it is on the validation records: log scores, AUC of the shape alone, reconstruction
error of normal beats, size, and time of a beat on one thread. No beat of DS2 is looked at.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sibeat.cli.errors import guarded
from sibeat.ecg.ranking import NORMAL
from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import INPUT, SHIPPED, Student, load_monitor_student, load_student
from sibeat.train.beats_file import Beats
from sibeat.train.metrics import classes_of, separation
from sibeat.train.student_scores import ask
from sibeat.train.timing import inference_times

from .prepared import beats_of_front

N_RANGES = 512
"""normal training beats that set the ranges, of every record; chosen by us: seconds of work"""


class NormalBeats:
    """What onnxruntime's quantiser reads the ranges from."""

    def __init__(self, windows: FloatArray) -> None:
        self._left: Iterator[FloatArray] = iter(windows)

    def get_next(self) -> dict[str, FloatArray] | None:
        """One beat, None at the end."""
        window = next(self._left, None)
        return None if window is None else {INPUT: window[None, None]}


def quantise(model: Path, windows: FloatArray, out: Path) -> Student:
    """Quantise a student and load it; its contract goes over with the metadata and the JSON."""
    from onnxruntime.quantization import CalibrationDataReader, quantize_static

    from sibeat.train.export import write_artefact

    class Reader(NormalBeats, CalibrationDataReader):  # type: ignore[misc]  # it has no types
        pass

    quantize_static(str(model), str(out), Reader(windows))
    write_artefact(out.read_bytes(), load_student(model).contract, out)
    return load_student(out)


def measure(beats: Beats, model: Path) -> dict[str, Any]:
    """Compare both on the validation records."""
    classes = classes_of(beats.symbol, "learning")
    learnt = beats.select((beats.part == "train") & (classes == NORMAL))
    ranges = learnt.windows_float()[:: max(1, len(learnt) // N_RANGES)]
    judged = beats.select(beats.part == "validation")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "int8.onnx"
        students = {"float32": load_monitor_student(model), "int8": quantise(model, ranges, out)}
        sizes = {"float32": model.stat().st_size, "int8": out.stat().st_size}
        rows = {
            name: _row(each, judged) | {"bytes": sizes[name]} for name, each in students.items()
        }
        scores = [ask(each, judged)[1] for each in students.values()]
    return {"rows": rows, "greatest_difference": float(np.abs(scores[0] - scores[1]).max())}


def _row(student: Student, judged: Beats) -> dict[str, Any]:
    classes = classes_of(judged.symbol, "learning")
    reconstructions, scores = ask(student, judged)
    figures = separation(scores, classes, judged.record)
    return {
        "auc": figures["auc"],
        "ap": figures["ap"],
        "normal_error": _error(judged.windows_float(), reconstructions, classes == NORMAL),
        "ms": inference_times(student, judged.windows_float()[:400])["student_ms"],
    }


def _error(windows: FloatArray, drawn: FloatArray, normal: NDArray[np.bool_]) -> float:
    return float(np.mean((windows[normal] - drawn[normal]) ** 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front monitor")
    parser.add_argument("--model", type=Path, help="student; default: the shipped one")
    wanted = parser.parse_args()
    report = measure(beats_of_front(wanted.data, "monitor"), wanted.model or SHIPPED)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    guarded(main)

"""Time of one beat on one thread: the student in onnxruntime, the full-size generator in torch."""

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import StudentLike

WARM_UP = 30
BEATS = 300
"""beats before and during the measurement; chosen by us: a fraction of a second"""


def inference_times(student: StudentLike, windows: FloatArray) -> dict[str, Any]:
    """Measure both, one after the other, on the same beats.

    Parameters
    ----------
    student : loaded artefact
    windows : (n_beats, 320), at least one

    Returns
    -------
    ``student_ms`` and ``full_size_torch_ms`` (median time of a beat, ms; the second None without
    torch), ``beats``, ``threads``
    """
    return {
        "student_ms": _median_ms(student.reconstruct, windows),
        "full_size_torch_ms": _full_size_ms(windows),
        "beats": BEATS,
        "threads": 1,
    }


def _full_size_ms(windows: FloatArray) -> float | None:
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    from sibeat.model.networks import Generator

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    generator = Generator().eval()

    @torch.inference_mode()
    def run(window: FloatArray) -> object:
        return generator(torch.from_numpy(window)[None, None])

    try:
        return _median_ms(run, windows)
    finally:
        torch.set_num_threads(threads)


def _median_ms(run: Callable[[FloatArray], object], windows: FloatArray) -> float:
    times_ns = []
    for place in range(WARM_UP + BEATS):
        window = windows[place % len(windows)]
        start = time.perf_counter_ns()
        run(window)
        times_ns.append(time.perf_counter_ns() - start)
    return round(float(np.median(times_ns[WARM_UP:])) / 1e6, 4)

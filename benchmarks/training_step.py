"""How long a training step takes with wide convolutions as products, and as torch has them.

``python -m benchmarks.training_step [--threads 1]``: steps of the full-size teacher and of a
student of that size on a batch of 64 random beats, both ways in turn, medians and their ratio. The
products are for CPUs that multiply bfloat16 in tiles (AMX); elsewhere both ways are the same.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from unittest.mock import patch

import torch

from sibeat.model import product_convolution
from sibeat.train.config import RunConfig, StudentConfig, TeacherConfig
from sibeat.train.device import Device, choose_device
from sibeat.train.distil import Distillation
from sibeat.train.teacher import Teacher

from .machine import describe

WIDTH = 32
REPEATS = 5
STEPS = 8
NEVER = 10**9
"""channels that no layer has: then torch's own convolutions run"""


def learners(device: Device) -> dict[str, Callable[[torch.Tensor], object]]:
    """One step of each kind of training."""
    teacher = Teacher(TeacherConfig(width=WIDTH), device)
    judge = Teacher(TeacherConfig(width=WIDTH), device)
    student = Distillation(StudentConfig(width=WIDTH), device, judge)
    return {"teacher": teacher.step, "student": student.step}


def step_ms(step: Callable[[torch.Tensor], object], beats: torch.Tensor, least: int) -> float:
    """Milliseconds a step, with products from so many channels on."""
    with patch.object(product_convolution, "LEAST_CHANNELS", least):
        step(beats)
        start = time.perf_counter()
        for _ in range(STEPS):
            step(beats)
        return (time.perf_counter() - start) / STEPS * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=1)
    device = choose_device(RunConfig(device="cpu", threads=parser.parse_args().threads))
    beats = torch.rand(64, 1, 320, generator=torch.Generator().manual_seed(0)) * 2 - 1
    ways = {"products": product_convolution.LEAST_CHANNELS, "convolutions": NEVER}
    report: dict[str, object] = {"device": str(device)}
    for name, step in learners(device).items():
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(REPEATS):
            for way, least in ways.items():
                taken[way].append(step_ms(step, beats, least))
        medians = {f"{way}_ms": statistics.median(each) for way, each in taken.items()}
        ratio = medians["convolutions_ms"] / medians["products_ms"]
        report[name] = medians | {"times_faster": ratio}
    print(json.dumps(report | {"machine": describe()}, indent=1))


if __name__ == "__main__":
    main()

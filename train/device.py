"""Which device and arithmetic a training uses, chosen by itself unless the configuration says."""

import contextlib
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import nn

from sibeat.ecg.errors import ConfigError
from sibeat.train.config import RunConfig


@dataclass(frozen=True, slots=True)
class Device:
    """Where and how the networks run."""

    device: torch.device
    bfloat16: bool
    """convolutions in bfloat16; losses and weights stay float32"""

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context in which networks are applied."""
        if not self.bfloat16:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network here, its convolutions channels-last."""
        # memory_format is missing from the overloads of torch's stubs for Module.to
        moved: nn.Module = network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return moved

    def __str__(self) -> str:
        name = self.device.type
        if name == "cuda":
            name = torch.cuda.get_device_name(self.device)
        return f"{name}, {'bfloat16' if self.bfloat16 else 'float32'}"


def choose_device(run: RunConfig) -> Device:
    """Choose device and arithmetic, and set the number of CPU threads.

    Raises
    ------
    ConfigError
        When CUDA is asked for and there is none.
    """
    cuda = torch.cuda.is_available()
    if run.device == "cuda" and not cuda:
        raise ConfigError(
            "run.device is 'cuda', but torch sees no CUDA device: use 'auto' or 'cpu', or install "
            "a torch built for CUDA"
        )
    torch.set_num_threads(min(run.threads, os.cpu_count() or 1))
    device = torch.device("cuda" if cuda and run.device != "cpu" else "cpu")
    if run.precision == "auto":
        return Device(device, _multiplies_bfloat16(device))
    return Device(device, run.precision == "bfloat16")


def _multiplies_bfloat16(device: torch.device) -> bool:
    """Say whether bfloat16 is faster than float32 on this device."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return any(_cpu_has(instructions) for instructions in BFLOAT16_INSTRUCTIONS)


def _cpu_has(instructions: str) -> bool:
    check = getattr(torch.cpu, f"_is_{instructions}_supported", None)  # torch has no public test
    return bool(check()) if check is not None else False


BFLOAT16_INSTRUCTIONS = ("amx_tile", "avx512_bf16")
"""instructions that multiply bfloat16: a training step is 1.2 to 1.8 times faster with matrix tiles
(Xeon), 1.2 (width 8) to 1.6 times (width 32) with AVX-512's dot products (AMD EPYC, Zen 4),
measured on two cores; without either bfloat16 is slower than float32.
"""

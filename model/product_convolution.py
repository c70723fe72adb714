"""BeatGAN's halving and doubling convolutions as one matrix product each.

In bfloat16 on a CPU with matrix tiles (AMX) the gradient of a convolution takes several times what
the product of the same size takes, so a wide network trains on products: see
``python -m benchmarks.training_step``. Torch's own convolutions run in float32, on a GPU, when
exporting, and in narrow layers, where copying the windows costs more than it saves.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

LEAST_CHANNELS = 32
"""channels on both sides from which the product is faster; measured at 8 to 512"""
KERNEL = 4
"""samples that a kernel sees; it moves by two and starts one sample before the beat"""


class Halving(nn.Conv2d):
    """Convolution of kernel 4, stride 2, padding 1 along pictures one sample high, no bias."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(n_in, n_out, (1, KERNEL), (1, 2), (0, 1), bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Halve (batch, n_in, 1, n) to (batch, n_out, 1, n / 2); n is even."""
        if not _pays(self, x):
            return super().forward(x)
        weight = self.weight.bfloat16().permute(0, 2, 3, 1).reshape(self.out_channels, -1)
        product: Tensor = _Halve.apply(_rows(x), weight)  # type: ignore[no-untyped-call]
        return _picture(product)


class Doubling(nn.ConvTranspose2d):
    """The mirror image of `Halving`."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(n_in, n_out, (1, KERNEL), (1, 2), (0, 1), bias=False)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Double (batch, n_in, 1, n) to (batch, n_out, 1, 2 n)."""
        if output_size is not None or not _pays(self, x):
            return super().forward(x, output_size)
        weight = self.weight.bfloat16().permute(0, 2, 3, 1).reshape(self.in_channels, -1)
        product: Tensor = _Double.apply(_rows(x), weight)  # type: ignore[no-untyped-call]
        return _picture(product)


def _pays(layer: Halving | Doubling, x: Tensor) -> bool:
    """Say whether the product is the faster way here."""
    wide = min(layer.in_channels, layer.out_channels) >= LEAST_CHANNELS
    if not wide or x.device.type != "cpu" or not torch.is_autocast_enabled("cpu"):
        return False
    return bool(torch.get_autocast_dtype("cpu") == torch.bfloat16)


def _rows(picture: Tensor) -> Tensor:
    """(batch, channels, 1, n), channels-last, as (batch, n, channels) in bfloat16."""
    return picture.bfloat16().squeeze(2).transpose(1, 2).contiguous()


def _picture(rows: Tensor) -> Tensor:
    """Turn `_rows` back: (batch, channels, 1, n), channels-last, nothing copied."""
    return rows.unsqueeze(1).permute(0, 3, 1, 2)


class _Halve(torch.autograd.Function):
    """(batch, n, n_in) and (n_out, 4 n_in) to (batch, n / 2, n_out)."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor) -> Tensor:
        windows = unfold(rows)
        ctx.save_for_backward(windows, weight)
        return (windows.flatten(0, 1) @ weight.T).view(*windows.shape[:2], -1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None]:
        windows, weight = ctx.saved_tensors
        gradient = gradients[0].contiguous().flatten(0, 1)
        to_rows, to_weight = ctx.needs_input_grad
        return (
            fold((gradient @ weight).view(windows.shape)) if to_rows else None,
            gradient.T @ windows.flatten(0, 1) if to_weight else None,
        )


class _Double(torch.autograd.Function):
    """(batch, n, n_in) and (n_in, 4 n_out) to (batch, 2 n, n_out)."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(rows, weight)
        return fold((rows.flatten(0, 1) @ weight).view(*rows.shape[:2], -1))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None]:
        rows, weight = ctx.saved_tensors
        windows = unfold(gradients[0].contiguous()).flatten(0, 1)
        to_rows, to_weight = ctx.needs_input_grad
        return (
            (windows @ weight.T).view(rows.shape) if to_rows else None,
            rows.flatten(0, 1).T @ windows if to_weight else None,
        )


def unfold(rows: Tensor) -> Tensor:
    """Lay out what each kernel sees: (batch, n, channels) to (batch, n / 2, 4 channels).

    Window t holds samples 2 t - 1 to 2 t + 2; outside the beat they are 0.
    """
    n_beats, n_samples, n_channels = rows.shape
    windows = rows.new_empty(n_beats, n_samples // 2, KERNEL, n_channels)
    windows[:, :, 1:3] = rows.view(n_beats, n_samples // 2, 2, n_channels)
    windows[:, 1:, 0] = rows[:, 1:-1:2]
    windows[:, :-1, 3] = rows[:, 2::2]
    windows[:, 0, 0] = 0
    windows[:, -1, 3] = 0
    return windows.flatten(2)


def fold(windows: Tensor) -> Tensor:
    """Add windows up where they overlap, `unfold`'s transpose: to (batch, n, channels)."""
    n_beats, n_windows, n_numbers = windows.shape
    taps = windows.view(n_beats, n_windows, KERNEL, n_numbers // KERNEL)
    rows = taps[:, :, 1:3].contiguous()
    rows[:, :-1, 1] += taps[:, 1:, 0]
    rows[:, 1:, 0] += taps[:, :-1, 3]
    return rows.flatten(1, 2)

"""Synthetic corruptions of normal beats: what abnormal beats may look like, without seeing one.

A batch is shared out among the kinds below. Each moves, bends, mixes or distorts a beat and scales
it to [-1, 1] again, as a real abnormal beat would be. Batch, lead, sample; all random numbers come
from one generator, so that a resumed training sees the same corruptions.
"""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Generator, Tensor

from sibeat.ecg.beats import WINDOW_BEFORE

Kind: TypeAlias = Callable[[Tensor, Tensor, Generator], Tensor]

# The ranges below are chosen by us so that a corruption is plainly outside beat-to-beat variation
# (25 ms of shift, 20 % of width) and within what ectopic beats and artefacts show.
SHIFT_SAMPLES = (9.0, 50.0)
"""of the whole beat, either way"""
STRETCH = (1.25, 2.2)
"""factor of the width, or of its inverse"""
SEAM_SAMPLES = (80.0, 240.0)
"""where the other beat takes over, from the window's start"""
SEAM_SHIFT_SAMPLES = (-30.0, 30.0)
"""by which the other beat is moved there"""
SEAM_WIDTH_SAMPLES = 4.0
"""scale of the logistic by which it takes over"""
BUMP_WIDTH_SAMPLES = (4.0, 25.0)
"""standard deviation of the wave"""
BUMP_HEIGHT = (0.4, 1.6)
"""of the beat's range of 2"""
SEGMENT_SAMPLES = (20.0, 100.0)
"""length of the stretch whose gain changes"""
EDGE_SAMPLES = 3.0
"""scale of the logistic at its ends"""
GAIN = (-1.0, 2.5)
MIX = (0.3, 0.7)
"""share of the other beat"""


def corrupt(beats: Tensor, generator: Generator, gentleness: float = 0.0) -> Tensor:
    """Corrupt every beat of a batch once.

    Parameters
    ----------
    beats : (batch, 1, n_samples), normal, in [-1, 1]
    generator : of all randomness, on the CPU
    gentleness : each corruption is blended with its normal beat, by a share drawn from 0 to this

    Returns
    -------
    (batch, 1, n_samples), in [-1, 1], each beat corrupted by one kind
    """
    flat = beats.squeeze(1)
    partners = flat.roll(_whole(1, max(2, len(flat)), generator), dims=0)
    shares = zip(
        KINDS, flat.tensor_split(len(KINDS)), partners.tensor_split(len(KINDS)), strict=True
    )
    changed = [kind(share, other, generator) for kind, share, other in shares if len(share)]
    corrupted = rescale(torch.cat(changed))
    if gentleness:
        share = _uniform(flat, (0.0, gentleness), generator)
        corrupted = rescale(flat * share + corrupted * (1 - share))
    return corrupted.unsqueeze(1)


def shift(beats: Tensor, _: Tensor, generator: Generator) -> Tensor:
    """Move the beat in time, as a misplaced R-peak or another origin of the QRS does."""
    by = _uniform(beats, SHIFT_SAMPLES, generator) * _sign(beats, generator)
    return read_at(beats, _time(beats) + by)


def stretch(beats: Tensor, _: Tensor, generator: Generator) -> Tensor:
    """Widen or narrow the beat around its R-peak."""
    factor = _uniform(beats, STRETCH, generator) ** _sign(beats, generator)
    return read_at(beats, WINDOW_BEFORE + (_time(beats) - WINDOW_BEFORE) / factor)


def splice(beats: Tensor, partners: Tensor, generator: Generator) -> Tensor:
    """Go on with another beat, moved so that no jump betrays the seam, from some sample on."""
    at = _uniform(beats, SEAM_SAMPLES, generator)
    moved = read_at(partners, _time(beats) + _uniform(beats, SEAM_SHIFT_SAMPLES, generator))
    late = torch.sigmoid((_time(beats) - at) / SEAM_WIDTH_SAMPLES)
    return beats * (1 - late) + moved * late


def mix(beats: Tensor, partners: Tensor, generator: Generator) -> Tensor:
    """Add another beat, moved and upright or inverted, as fusion beats and artefacts do."""
    share = _uniform(beats, MIX, generator)
    by = _uniform(beats, (-SHIFT_SAMPLES[1], SHIFT_SAMPLES[1]), generator)
    moved = read_at(partners, _time(beats) + by) * _sign(beats, generator)
    return beats * (1 - share) + moved * share


def bump(beats: Tensor, _: Tensor, generator: Generator) -> Tensor:
    """Add a smooth wave where none belongs."""
    n_samples = beats.shape[1]
    at = _uniform(beats, (0.0, float(n_samples)), generator)
    width = _uniform(beats, BUMP_WIDTH_SAMPLES, generator)
    height = _uniform(beats, BUMP_HEIGHT, generator) * _sign(beats, generator)
    return beats + height * torch.exp(-0.5 * ((_time(beats) - at) / width) ** 2)


def invert(beats: Tensor, _: Tensor, generator: Generator) -> Tensor:
    """Turn the beat upside down around a level between its middle and its baseline."""
    return -beats + 0.1 * _uniform(beats, (-1.0, 1.0), generator)


def amplify(beats: Tensor, _: Tensor, generator: Generator) -> Tensor:
    """Change the gain of a stretch of the beat: lost, giant or inverted waves."""
    at = _uniform(beats, (0.0, float(beats.shape[1])), generator)
    half = _uniform(beats, SEGMENT_SAMPLES, generator) / 2
    inside = torch.sigmoid((half - (_time(beats) - at).abs()) / EDGE_SAMPLES)
    level = beats.median(dim=1, keepdim=True).values
    gain = _uniform(beats, GAIN, generator)
    return level + (beats - level) * (1 + inside * (gain - 1))


KINDS: tuple[Kind, ...] = (shift, stretch, splice, mix, bump, invert, amplify)


def read_at(beats: Tensor, position: Tensor) -> Tensor:
    """Read beats between samples, by straight lines; outside, the end values go on.

    Parameters
    ----------
    beats, position : (batch, n_samples)
    """
    last = beats.shape[1] - 1
    position = position.clamp(0, last)
    low = position.floor().clamp(max=last - 1)
    share = position - low
    index = low.long()
    return beats.gather(1, index) * (1 - share) + beats.gather(1, index + 1) * share


def rescale(beats: Tensor) -> Tensor:
    """Scale beats (batch, n_samples) to [-1, 1], each by its own least and greatest value."""
    low, high = beats.amin(dim=1, keepdim=True), beats.amax(dim=1, keepdim=True)
    return (beats - low) / (high - low).clamp(min=1e-6) * 2 - 1


def _time(beats: Tensor) -> Tensor:
    return torch.arange(beats.shape[1], dtype=beats.dtype, device=beats.device).expand_as(beats)


def _uniform(beats: Tensor, bounds: tuple[float, float], generator: Generator) -> Tensor:
    """One number a beat, (batch, 1)."""
    drawn = torch.rand(len(beats), 1, generator=generator).to(beats)
    return bounds[0] + (bounds[1] - bounds[0]) * drawn


def _sign(beats: Tensor, generator: Generator) -> Tensor:
    return torch.randint(0, 2, (len(beats), 1), generator=generator).to(beats) * 2 - 1


def _whole(low: int, high: int, generator: Generator) -> int:
    return int(torch.randint(low, high, (1,), generator=generator))

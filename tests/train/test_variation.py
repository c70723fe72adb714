"""Varied beats stay beats; only the wished share changes, the same way for the same seed."""

import pytest
import torch

from sibeat.train.variation import vary


def _beats() -> torch.Tensor:
    width = 5.0 + torch.arange(10.0)[:, None]
    return (2 * torch.exp(-0.5 * ((torch.arange(320.0) - 140) / width) ** 2) - 1).unsqueeze(1)


def _vary(share: float, seed: int = 0) -> torch.Tensor:
    return vary(_beats(), share, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_wished_share_changes_and_stays_in_bounds(share: float) -> None:
    varied = _vary(share)
    changed = (varied - _beats()).abs().amax(dim=(1, 2)) > 1e-3
    assert changed.tolist() == [True] * round(10 * share) + [False] * (10 - round(10 * share))
    assert varied.amax(dim=2) == pytest.approx(torch.ones(10, 1), abs=1e-5)
    assert varied.amin(dim=2) == pytest.approx(-torch.ones(10, 1), abs=1e-5)


def test_it_follows_from_the_generator() -> None:
    assert torch.equal(_vary(0.5), _vary(0.5))
    assert not torch.equal(_vary(0.5), _vary(0.5, seed=1))

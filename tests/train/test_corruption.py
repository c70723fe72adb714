"""Properties of the corruptions: range, determinism, and that each one changes the beat."""

import pytest
import torch

from sibeat.train.corruption import KINDS, corrupt, read_at


def _beats(n: int = 14) -> torch.Tensor:
    time = torch.arange(320.0)
    waves = torch.exp(-0.5 * ((time - 140) / 6) ** 2) + 0.2 * torch.exp(
        -0.5 * ((time - 230) / 20) ** 2
    )
    return (2 * waves - 1).clamp(-1, 1).repeat(n, 1).unsqueeze(1)


def _seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("n", [1, 2, 6, 7, 64])
def test_corrupted_beats_keep_shape_and_span_minus_one_to_one(n: int) -> None:
    corrupted = corrupt(_beats(n), _seeded())
    assert corrupted.shape == (n, 1, 320)
    assert torch.allclose(corrupted.amin(dim=2), torch.tensor(-1.0), atol=1e-5)
    assert torch.allclose(corrupted.amax(dim=2), torch.tensor(1.0), atol=1e-5)


def test_same_generator_state_gives_same_corruptions() -> None:
    assert torch.equal(corrupt(_beats(), _seeded(3)), corrupt(_beats(), _seeded(3)))
    assert not torch.equal(corrupt(_beats(), _seeded(3)), corrupt(_beats(), _seeded(4)))


def test_a_constant_beat_stays_finite() -> None:
    assert torch.isfinite(corrupt(torch.zeros(8, 1, 320), _seeded())).all()


def test_the_beats_given_are_not_changed() -> None:
    beats = _beats()
    corrupt(beats, _seeded())
    assert torch.equal(beats, _beats())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_changes_the_beats(kind) -> None:
    beats = _beats(32).squeeze(1)
    changed = kind(beats, beats.roll(1, 0), _seeded())
    assert ((changed - beats).square().mean(dim=1) > 1e-4).float().mean() > 0.5


def test_reading_at_whole_samples_returns_them_and_ends_go_on() -> None:
    beats = torch.tensor([[0.0, 1.0, 4.0, 9.0]])
    position = torch.tensor([[-5.0, 1.0, 2.5, 77.0]])
    assert torch.equal(read_at(beats, position), torch.tensor([[0.0, 1.0, 6.5, 9.0]]))


def test_gentle_corruptions_stay_nearer_to_their_beats() -> None:
    beats = _beats(70)
    away = [
        (corrupt(beats, _seeded(), gentleness) - beats).square().mean(dim=(1, 2))
        for gentleness in (0.0, 1.0)
    ]
    assert away[1].mean() < 0.7 * away[0].mean()
    assert away[1].min() > 0.0
    assert corrupt(beats, _seeded(), 1.0).abs().max() <= 1.0 + 1e-6

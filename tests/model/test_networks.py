import math

import pytest
import torch
from torch import nn

from sibeat.model.networks import (
    Discriminator,
    Generator,
    StudentNetwork,
    count_parameters,
    log_mean_squared_error,
)


def _beats(n: int = 3) -> torch.Tensor:
    return torch.rand(n, 1, 320, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_full_generator_has_the_published_size() -> None:
    # five convolutions, the latent one, their mirror images, and BatchNorm's two numbers a channel
    kernels = 4 * (1 * 32 + 32 * 64 + 64 * 128 + 128 * 256 + 256 * 512) + 10 * 512 * 50
    norms = 2 * (64 + 128 + 256 + 512) + 2 * (512 + 256 + 128 + 64 + 32)
    assert count_parameters(Generator(32)) == 2 * kernels + norms


@pytest.mark.parametrize("width", [1, 4])
def test_shapes(width: int) -> None:
    reconstruction, latent = Generator(width, n_latent=7)(_beats())
    assert reconstruction.shape == (3, 1, 320)
    assert latent.shape == (3, 7)
    assert reconstruction.abs().max() <= 1.0
    logit, features = Discriminator(width)(_beats())
    assert logit.shape == (3,)
    assert features.shape == (3, 16 * width, 1, 10)


def test_layers_are_as_published() -> None:
    generator = Generator(4)
    convolutions = [m for m in generator.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    assert all(layer.bias is None for layer in convolutions)
    encoder = [m for m in generator.encoder.modules() if isinstance(m, nn.Conv2d)]
    assert [layer.kernel_size[1] for layer in encoder] == [4] * 5 + [10]
    assert [layer.stride[1] for layer in encoder] == [2] * 5 + [1]
    leaks = [m.negative_slope for m in generator.encoder.modules() if isinstance(m, nn.LeakyReLU)]
    assert leaks == [0.2] * 5
    assert isinstance(generator.decoder.layers[-1], nn.Tanh)
    assert isinstance(generator.encoder.features[2], nn.Conv2d), "no BatchNorm after the first"


def test_initialisation_is_xavier_and_normal() -> None:
    torch.manual_seed(0)
    generator = Generator(16)
    weight = generator.encoder.last.weight
    fan = weight.shape[0] * 10 + weight.shape[1] * 10
    assert weight.std().item() == pytest.approx(math.sqrt(2 / fan), rel=0.05)
    norm = generator.encoder.features[9]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.weight.mean().item() == pytest.approx(1.0, abs=0.01)
    assert norm.weight.std().item() == pytest.approx(0.02, rel=0.3)
    assert not norm.bias.any()


def test_reinitialising_draws_all_convolutions_anew() -> None:
    discriminator = Discriminator(1)
    before = discriminator.encoder.last.weight.clone()
    discriminator.reinitialise()
    assert not torch.equal(before, discriminator.encoder.last.weight)


def test_log_error_by_hand() -> None:
    beat = torch.zeros(2, 1, 4)
    reconstruction = torch.tensor([[[1.0, 1.0, 1.0, 1.0]], [[2.0, 0.0, 0.0, 0.0]]])
    scores = log_mean_squared_error(beat, reconstruction)
    assert scores.tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    assert torch.isfinite(log_mean_squared_error(beat, beat)).all()


def test_student_gives_the_form_it_is_told() -> None:
    student = StudentNetwork(1, 3).eval()
    reconstruction, log_error, log_head = student.scores(_beats())
    assert torch.equal(student(_beats())[1], log_error)
    student.score = "head"
    assert torch.equal(student(_beats())[1], log_head)
    assert torch.allclose(log_error, log_mean_squared_error(_beats(), reconstruction))


def test_a_beat_is_judged_by_itself_once_trained() -> None:
    student = StudentNetwork(2, 3).eval()
    together = student(_beats())[1]
    alone = torch.cat([student(beat[None])[1] for beat in _beats()])
    assert torch.allclose(together, alone, atol=1e-5)


def test_a_head_has_the_layers_asked_for() -> None:
    network = StudentNetwork(1, n_latent=3, score="head", head_units=(8, 5))
    sizes = [layer.out_features for layer in network.head.modules() if isinstance(layer, nn.Linear)]
    assert sizes == [8, 5, 1]
    assert network(_beats())[1].shape == (3,)

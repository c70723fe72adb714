"""Losses against numbers worked out by hand."""

import math

import pytest
import torch

from sibeat.train.losses import (
    discriminator_loss,
    feature_matching_loss,
    kl_distillation_loss,
    reconstruction_loss,
    regression_loss,
    standardised_distillation_loss,
)


def test_discriminator_loss_is_the_mean_cross_entropy_of_both_sides() -> None:
    real, fake = torch.tensor([0.0, math.log(3.0)]), torch.tensor([0.0, -math.log(3.0)])
    # sigmoids: real 1/2, 3/4; fake 1/2, 1/4: each side (ln 2 + ln 4/3) / 2
    expected = (math.log(2) + math.log(4 / 3)) / 2
    assert discriminator_loss(real, fake).item() == pytest.approx(expected)


def test_discriminator_loss_stays_finite_where_a_sigmoid_would_saturate() -> None:
    loss = discriminator_loss(torch.tensor([-200.0]), torch.tensor([200.0]))
    assert loss.item() == pytest.approx(200.0)


def test_reconstruction_loss_is_the_mean_square() -> None:
    beat, reconstruction = torch.tensor([[[1.0, -1.0]]]), torch.tensor([[[0.0, 1.0]]])
    assert reconstruction_loss(beat, reconstruction).item() == pytest.approx((1 + 4) / 2)


def test_feature_matching_loss_is_the_mean_square() -> None:
    real, fake = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[1.0, 0.0, 0.0]])
    assert feature_matching_loss(real, fake).item() == pytest.approx((0 + 4 + 9) / 3)


@pytest.mark.parametrize("scale", [0.5, 7.0])
def test_standardised_distillation_ignores_scale_and_offset(scale: float) -> None:
    teacher = torch.tensor([0.0, 1.0, 5.0])
    loss = standardised_distillation_loss(scale * teacher - 3, teacher)
    assert loss.item() == pytest.approx(0.0, abs=1e-6)


def test_standardised_distillation_is_two_minus_two_correlations() -> None:
    student, teacher = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 1.0, 3.0])
    # r = 1/2 by hand: centred (-1, 0, 1) . (0, -1, 1) = 1, norms sqrt 2 each
    assert standardised_distillation_loss(student, teacher).item() == pytest.approx(2 - 2 * 0.5)


def test_kl_distillation_against_hand_computation() -> None:
    student, teacher = torch.tensor([1.0, -1.0]), torch.tensor([-1.0, 1.0])
    # standardised they stay +-1; at T = 2 the softmaxes are (p, q) and (q, p)
    p, q = math.exp(0.5), math.exp(-0.5)
    p, q = p / (p + q), q / (p + q)
    expected = (p * math.log(p / q) + q * math.log(q / p)) * 2**2
    assert kl_distillation_loss(student, teacher, 2.0).item() == pytest.approx(expected)


@pytest.mark.parametrize("n_beats", [16, 512])
def test_kl_distillation_weighs_the_same_in_any_batch(n_beats: int) -> None:
    random = torch.Generator().manual_seed(0)
    teacher = torch.randn(n_beats, generator=random)
    student = teacher + 0.1 * torch.randn(n_beats, generator=random)
    half = standardised_distillation_loss(student, teacher).item() / 2
    assert kl_distillation_loss(student, teacher, 4.0).item() == pytest.approx(half, rel=0.5)


def test_kl_distillation_vanishes_where_both_agree() -> None:
    scores = torch.tensor([0.3, -2.0, 1.0, 0.0])
    assert kl_distillation_loss(2 * scores, scores, 4.0).item() == pytest.approx(0.0, abs=1e-6)


def test_regression_counts_in_the_teachers_spread() -> None:
    teacher = torch.tensor([-2.0, 2.0])  # spread 2
    student = torch.tensor([-1.0, 6.0])  # off by 0.5 and 2 spreads
    expected = (0.5 * 0.5**2 + (2.0 - 0.5)) / 2
    assert regression_loss(student, teacher).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    "loss",
    [
        standardised_distillation_loss,
        regression_loss,
        lambda student, teacher: kl_distillation_loss(student, teacher, 4.0),
    ],
)
def test_distillation_sends_gradient_to_the_student_alone(loss) -> None:
    student = torch.tensor([1.0, 2.0, 4.0], requires_grad=True)
    teacher = torch.tensor([2.0, 1.0, 3.0], requires_grad=True)
    loss(student, teacher).backward()
    assert student.grad is not None
    assert student.grad.abs().max() > 1e-3
    assert teacher.grad is None


@pytest.mark.parametrize("loss", [standardised_distillation_loss, regression_loss])
def test_a_batch_of_equal_scores_gives_a_finite_gradient(loss) -> None:
    student = torch.zeros(4, requires_grad=True)
    loss(student, torch.zeros(4)).backward()
    assert torch.isfinite(student.grad).all()


def test_attention_maps_ignore_scale_and_number_of_channels() -> None:
    from sibeat.train.losses import attention_transfer_loss

    maps = torch.rand(3, 2, 1, 8, generator=torch.Generator().manual_seed(0))
    doubled = torch.cat((maps, maps), dim=1) * 3.0
    assert float(attention_transfer_loss([maps], [doubled])) == pytest.approx(0.0, abs=1e-9)
    assert float(attention_transfer_loss([maps], [maps.flip(3)])) > 1e-3

import pytest
import torch

from sibeat.train.config import RunConfig, TeacherConfig
from sibeat.train.device import choose_device
from sibeat.train.teacher import Teacher

DEVICE = choose_device(RunConfig(device="cpu", precision="float32", threads=1))


def _teacher(**settings) -> Teacher:
    torch.manual_seed(0)
    settings = {"width": 2, "n_latent": 4, "learning_rate": 1e-3} | settings
    return Teacher(TeacherConfig(**settings), DEVICE)


def _beats(n: int = 8) -> torch.Tensor:
    at = 140 + torch.arange(n)[:, None]
    return (2 * torch.exp(-0.5 * ((torch.arange(320.0) - at) / 8) ** 2) - 1).unsqueeze(1)


def test_steps_lower_the_reconstruction_loss_and_name_all_losses() -> None:
    teacher, beats = _teacher(), _beats()
    first = teacher.step(beats)
    for _ in range(20):
        last = teacher.step(beats)
    assert set(last) == {"discriminator", "reconstruction", "feature_matching"}
    assert last["reconstruction"] < first["reconstruction"]
    assert not any(loss.requires_grad for loss in last.values())


def test_both_networks_learn_in_a_step() -> None:
    teacher = _teacher()
    before = {name: value.clone() for name, value in _weights(teacher).items()}
    teacher.step(_beats())
    after = _weights(teacher)
    assert all(not torch.equal(before[name], after[name]) for name in before)


def _weights(teacher: Teacher) -> dict[str, torch.Tensor]:
    return {
        "generator": teacher.generator.encoder.last.weight,
        "discriminator": teacher.discriminator.encoder.last.weight,
    }


def test_a_winning_discriminator_starts_anew() -> None:
    untouched, renewed = _teacher(), _teacher(reinitialise_below=1e9)
    for teacher in (untouched, renewed):
        teacher.step(_beats())
    before, after = _weights(untouched), _weights(renewed)
    assert torch.equal(before["generator"], after["generator"])
    change = (before["discriminator"] - after["discriminator"]).abs().max()
    assert change > 10 * 1e-3  # far more than one step of Adam at this learning rate


def test_a_frozen_teacher_never_changes() -> None:
    teacher = _teacher()
    teacher.step(_beats())
    teacher.freeze()
    before = {
        k: v.clone() for k, v in teacher.discriminator.state_dict().items() if v.is_floating_point()
    }
    teacher.log_score(_beats())
    teacher.discriminator(_beats())
    after = teacher.discriminator.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(p.requires_grad for p in teacher.discriminator.parameters())


def test_log_score_is_the_log_of_the_mean_squared_error() -> None:
    teacher, beats = _teacher(), _beats()
    teacher.freeze()
    reconstruction, _ = teacher.generator(beats)
    expected = (beats - reconstruction).square().mean(dim=(1, 2)).log()
    assert torch.allclose(teacher.log_score(beats), expected, atol=1e-6)


def test_both_rates_fall_where_that_is_configured() -> None:
    for decay, rate in (("none", 1e-3), ("cosine", 0.5e-3)):
        teacher = _teacher(decay=decay)
        teacher.start_epoch(5, 10)
        for state in teacher.state_dict()["optimisers"].values():
            assert state["param_groups"][0]["lr"] == pytest.approx(rate)


def test_time_warped_beats_train_another_teacher() -> None:
    plain, warped = _teacher(), _teacher(time_warp=1.0)
    for teacher in (plain, warped):
        teacher.step(_beats())
    weights = [_weights(teacher)["generator"] for teacher in (plain, warped)]
    assert not torch.equal(*weights)

import pytest
import torch

from sibeat.train.config import RunConfig, StudentConfig, TeacherConfig
from sibeat.train.corruption import corrupt
from sibeat.train.device import choose_device
from sibeat.train.distil import Distillation
from sibeat.train.teacher import Teacher

DEVICE = choose_device(RunConfig(device="cpu", precision="float32", threads=1))


def _distillation(**settings) -> tuple[Distillation, Teacher]:
    torch.manual_seed(0)
    teacher = Teacher(TeacherConfig(width=2, n_latent=4), DEVICE)
    teacher.step(_beats())
    torch.manual_seed(1)
    student = {"width": 1, "n_latent": 3, "learning_rate": 5e-3} | settings
    return Distillation(StudentConfig(**student), DEVICE, teacher), teacher


def _beats(n: int = 14) -> torch.Tensor:
    at = 140 + torch.arange(n)[:, None]
    return (2 * torch.exp(-0.5 * ((torch.arange(320.0) - at) / 8) ** 2) - 1).unsqueeze(1)


def _gradient(network: torch.nn.Module) -> float:
    return sum(float(p.grad.abs().sum()) for p in network.parameters() if p.grad is not None)


@pytest.mark.parametrize("form", ["standardised", "kl"])
@pytest.mark.parametrize("term", ["distillation", "head"])
def test_distillation_reaches_the_student_and_never_the_teacher(form: str, term: str) -> None:
    distillation, teacher = _distillation(distillation=form)
    distillation.losses(_beats())[term].backward()
    assert _gradient(distillation.network.generator.encoder) > 1e-4
    for network in (teacher.generator, teacher.discriminator):
        assert all(p.grad is None for p in network.parameters())


def test_feature_matching_reaches_the_student_through_the_frozen_discriminator() -> None:
    distillation, teacher = _distillation()
    distillation.losses(_beats())["feature_matching"].backward()
    assert _gradient(distillation.network.generator) > 1e-4
    assert all(p.grad is None for p in teacher.discriminator.parameters())


@pytest.mark.parametrize("kernels", [0, 3])
def test_a_head_judges_in_float32_whatever_the_convolutions_do(kernels: int) -> None:
    distillation, _ = _distillation(kernels=kernels, score="head")
    beats = corrupt(_beats(64), torch.Generator().manual_seed(0), 0.5)
    distillation.fit_head(beats)
    exact = distillation.log_score(beats)
    distillation._device = choose_device(RunConfig("cpu", "bfloat16", threads=1))
    rounded = distillation.log_score(beats)
    assert rounded.dtype == torch.float32
    assert len(rounded.unique()) == len(beats)  # bfloat16 tells a few apart
    if kernels:
        assert torch.equal(rounded, exact)  # a density asks the beat alone


def test_the_distillation_term_changes_what_is_learnt() -> None:
    weights = {}
    for weight in (0.0, 1.0):
        distillation, _ = _distillation(distillation_weight=weight)
        distillation.step(_beats())
        weights[weight] = distillation.network.generator.encoder.last.weight.detach().clone()
    assert not torch.allclose(weights[0.0], weights[1.0], atol=1e-5)


def test_steps_lower_reconstruction_and_head_losses() -> None:
    distillation, _ = _distillation()
    first = distillation.step(_beats())
    for _ in range(25):
        last = distillation.step(_beats())
    assert last["reconstruction"] < first["reconstruction"]
    assert last["head"] < first["head"]


def _without_counters(teacher: Teacher) -> dict[str, torch.Tensor]:
    """Weights and statistics of both networks, without BatchNorm's count of batches."""
    return {
        f"{part}.{name}": value.clone()
        for part in ("generator", "discriminator")
        for name, value in teacher.state_dict()[part].items()
        if not name.endswith("num_batches_tracked")
    }


def test_teacher_stays_as_it_was_to_the_bit() -> None:
    distillation, teacher = _distillation()
    before = _without_counters(teacher)
    assert any("discriminator" in name and "running_mean" in name for name in before)
    distillation.step(_beats())
    after = _without_counters(teacher)
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_another_target_can_take_the_teachers_place() -> None:
    class Amplitude:
        def log_score(self, beats: torch.Tensor) -> torch.Tensor:
            return beats.mean(dim=(1, 2))

    torch.manual_seed(0)
    teacher = Teacher(TeacherConfig(width=2, n_latent=4), DEVICE)
    config = StudentConfig(width=1, n_latent=3)
    torch.manual_seed(1)
    own = Distillation(config, DEVICE, teacher).losses(_beats())
    torch.manual_seed(1)
    other = Distillation(config, DEVICE, teacher, Amplitude()).losses(_beats())
    assert own["head"] != other["head"]
    assert own["reconstruction"] == other["reconstruction"]


def test_without_corruptions_only_normal_beats_are_seen() -> None:
    distillation, _ = _distillation(corruptions=0)
    assert all(torch.isfinite(loss) for loss in distillation.losses(_beats()).values())


def test_the_seed_s_constant_form_moves_no_weight() -> None:
    weights = []
    for form, weight in (("constant", 1.0), ("standardised", 0.0)):
        distillation, _ = _distillation(distillation=form, distillation_weight=weight)
        distillation.step(_beats())
        weights.append([p.detach().clone() for p in distillation.network.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*weights, strict=True))


def test_attention_transfer_reaches_the_student_s_encoder_alone() -> None:
    distillation, teacher = _distillation(attention_weight=1.0)
    distillation.losses(_beats())["attention"].backward()
    assert _gradient(distillation.network.generator.encoder) > 1e-6
    assert _gradient(distillation.network.generator.decoder) == 0.0
    assert all(p.grad is None for p in teacher.generator.parameters())


def test_the_rate_falls_as_configured() -> None:
    distillation, _ = _distillation(decay="cosine", learning_rate=1.0)
    distillation.start_epoch(5, 10)
    (group,) = distillation.state_dict()["optimiser"]["param_groups"]
    assert group["lr"] == pytest.approx(0.5)


@pytest.mark.parametrize("target", ["neighbours", "density", "ensemble"])
def test_another_judge_can_be_distilled(target: str) -> None:
    random = torch.Generator().manual_seed(0)
    normal = torch.rand(64, 1, 320, generator=random) * 2 - 1
    head = {}
    for judge in ("teacher", target):
        distillation, _ = _distillation(target=judge)
        distillation.choose_target(normal)
        head[judge] = distillation.losses(_beats())["head"].item()
    again, _ = _distillation(target="teacher")
    assert head["teacher"] == again.losses(_beats())["head"].item(), "nothing else differs"
    assert head["teacher"] != head[target]


def test_a_student_can_start_as_its_teacher() -> None:
    distillation, teacher = _distillation(width=2, n_latent=4, start="teacher")
    own, taught = distillation.network.generator.state_dict(), teacher.generator.state_dict()
    assert all(torch.equal(own[name], taught[name]) for name in taught)
    before = taught["encoder.last.weight"].clone()
    distillation.step(_beats())
    assert not torch.equal(distillation.network.generator.encoder.last.weight, before)
    assert torch.equal(teacher.generator.encoder.last.weight, before), "a copy, not the same"

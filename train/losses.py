"""The losses of BeatGAN and of the distillation, as plain functions of tensors.

References
----------
.. [1] Zhou et al., IJCAI 2019: equations 4 (discriminator) and 6 (generator).
.. [2] Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, section 2.
"""

import torch
from torch import Tensor
from torch.nn import functional

LEAST_SPREAD = 1e-3
"""floor of the standard deviation of log-scores in a batch; chosen by us: far below the spread of
normal beats (about 0.5), it only keeps a batch of equal scores finite"""


def discriminator_loss(real_logit: Tensor, fake_logit: Tensor) -> Tensor:
    """Binary cross-entropy of real beats (1) against reconstructed ones (0), averaged over both."""
    real = functional.binary_cross_entropy_with_logits(
        real_logit.float(), torch.ones_like(real_logit, dtype=torch.float32)
    )
    fake = functional.binary_cross_entropy_with_logits(
        fake_logit.float(), torch.zeros_like(fake_logit, dtype=torch.float32)
    )
    return (real + fake) / 2


def reconstruction_loss(beat: Tensor, reconstruction: Tensor) -> Tensor:
    """Mean squared error over all samples of the batch."""
    return functional.mse_loss(reconstruction.float(), beat.float())


def feature_matching_loss(real_features: Tensor, fake_features: Tensor) -> Tensor:
    """Mean squared difference of discriminator features of beats and reconstructions."""
    return functional.mse_loss(fake_features.float(), real_features.float())


def standardised_distillation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of log-scores, each standardised in the batch.

    It is 2 - 2 r of their correlation r: the student learns which beats are worse than which, on a
    scale that carries information wherever the scores lie.

    Parameters
    ----------
    student, teacher : (batch,) log-scores; the teacher's carry no gradient
    """
    return functional.mse_loss(_standardise(student), _standardise(teacher.detach()))


def kl_distillation_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Compute KL(softmax(teacher / T) || softmax(student / T)) T^2 over the batch's log-scores.

    SI-BeatGAN's form, repaired: over standardised log-scores of the same beats, with gradient. At a
    temperature well above their spread of 1, it is about half their mean squared difference.
    """
    log_student = functional.log_softmax(_standardise(student) / temperature, dim=0)
    log_teacher = functional.log_softmax(_standardise(teacher.detach()) / temperature, dim=0)
    divergence = (log_teacher.exp() * (log_teacher - log_student)).sum()
    return divergence * temperature**2


def constant_distillation_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Compute SI-BeatGAN's form as its public code has it: the scores carry no gradient.

    It moves no weight; it stands in the table of ablations.
    """
    return kl_distillation_loss(student.detach(), teacher, temperature)


def attention_transfer_loss(student: list[Tensor], teacher: list[Tensor]) -> Tensor:
    """Mean squared distance of attention maps: squared features, summed over channels, of length 1.

    Parameters
    ----------
    student, teacher : features of each level, (batch, channels, 1, n); the channels may differ

    References
    ----------
    .. [1] Zagoruyko, Komodakis, "Paying More Attention to Attention", ICLR 2017, equation 2.
    """
    distances = [
        (_attention(own) - _attention(taught.detach())).pow(2).mean()
        for own, taught in zip(student, teacher, strict=True)
    ]
    return torch.stack(distances).sum()


def _attention(features: Tensor) -> Tensor:
    return functional.normalize(features.float().pow(2).sum(dim=1).flatten(1), dim=1)


def regression_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Smooth L1 difference of log-scores in units of the teacher's spread in the batch."""
    teacher = teacher.detach()
    spread = teacher.std(correction=0).clamp(min=LEAST_SPREAD)
    return functional.smooth_l1_loss(student / spread, teacher / spread)


def _standardise(scores: Tensor) -> Tensor:
    spread = scores.std(correction=0).clamp(min=LEAST_SPREAD)
    return (scores - scores.mean()) / spread

import pytest
import torch

from sibeat.train.config import Decay
from sibeat.train.learning_rate import set_rate


@pytest.mark.parametrize(
    ("decay", "expected"), [("cosine", [1.0, 0.5, 0.0245]), ("none", [1.0, 1.0, 1.0])]
)
def test_the_rate_falls_over_half_a_cosine_or_not_at_all(
    decay: Decay, expected: list[float]
) -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=7.0)
    rates = []
    for epoch in (0, 5, 9):
        set_rate(optimiser, 1.0, decay, epoch, 10)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates == pytest.approx(expected, abs=1e-3)

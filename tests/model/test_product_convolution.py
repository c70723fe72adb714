import pytest
import torch
from torch import Tensor, nn

from sibeat.model.networks import Generator
from sibeat.model.product_convolution import LEAST_CHANNELS, Doubling, Halving, fold, unfold

N = LEAST_CHANNELS


def _pictures(n_channels: int, n_samples: int) -> Tensor:
    beats = torch.randn(3, n_channels, 1, n_samples, generator=torch.Generator().manual_seed(0))
    return beats.to(memory_format=torch.channels_last)


def _with_gradients(layer: nn.Module, x: Tensor, product: bool) -> list[Tensor]:
    """What comes out, and the gradients of a fixed weighting of it."""
    x = x.clone().requires_grad_(True)
    layer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=product):
        out = layer(x)
    weights = torch.randn(out.shape, generator=torch.Generator().manual_seed(1))
    (out.float() * weights).sum().backward()
    found = [out, x.grad, layer.weight.grad]
    return [each.detach().float() for each in found if isinstance(each, Tensor)]


@pytest.mark.parametrize("kind", [Halving, Doubling])
@pytest.mark.parametrize("n_samples", [2, 20])
def test_product_is_the_convolution_to_bfloat16(
    kind: type[Halving] | type[Doubling], n_samples: int
) -> None:
    torch.manual_seed(0)
    layer = kind(N, 2 * N).to(memory_format=torch.channels_last)
    x = _pictures(N, n_samples)
    products = _with_gradients(layer, x, product=True)
    convolutions = _with_gradients(layer, x, product=False)
    assert len(products) == 3
    for product, convolution in zip(products, convolutions, strict=True):
        assert product.shape == convolution.shape
        # bfloat16 keeps 8 bits, so what is rounded once or twice is off by up to 1/256
        assert (product - convolution).square().mean().sqrt() < 0.01 * convolution.std()


@pytest.mark.parametrize("kind", [Halving, Doubling])
def test_only_wide_layers_in_bfloat16_run_as_products(kind: type[Halving] | type[Doubling]) -> None:
    def way(layer: nn.Module, x: Tensor, autocast: bool) -> str:
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            out = layer(x)
        assert out.grad_fn is not None
        return str(out.grad_fn.name())

    wide, narrow = kind(N, N), kind(N - 1, N)
    assert "Permute" in way(wide, _pictures(N, 8), autocast=True)
    assert "Convolution" in way(wide, _pictures(N, 8), autocast=False)
    assert "Convolution" in way(narrow, _pictures(N - 1, 8), autocast=True)


def test_no_gradient_is_made_where_none_is_asked_for() -> None:
    layer = Halving(N, N).requires_grad_(False)
    x = _pictures(N, 8).requires_grad_(True)
    with torch.autocast("cpu", torch.bfloat16):
        layer(x).float().sum().backward()
    assert layer.weight.grad is None
    assert x.grad is not None


def test_fold_is_the_transpose_of_unfold() -> None:
    # <unfold(a), b> = <a, fold(b)> for whole numbers, exactly
    random = torch.Generator().manual_seed(0)
    a = torch.randint(-9, 9, (2, 12, 5), generator=random).double()
    b = torch.randint(-9, 9, (2, 6, 20), generator=random).double()
    assert (unfold(a) * b).sum() == (a * fold(b)).sum()


def test_a_window_holds_the_samples_around_its_pair() -> None:
    rows = torch.arange(1.0, 7.0).view(1, 6, 1)
    assert unfold(rows).tolist() == [[[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 0]]]


def test_a_doubling_to_a_wished_size_is_torchs_own() -> None:
    layer, x = Doubling(N, N), _pictures(N, 8)
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(x, [1, 17]).shape[2:] == (1, 17)


def test_the_names_of_weights_are_those_of_plain_convolutions() -> None:
    # checkpoints and exported students keep their form
    names = set(Generator(2).state_dict())
    assert {"encoder.features.0.weight", "encoder.last.weight", "decoder.layers.3.weight"} <= names

import pytest
import torch

from sibeat.ecg.errors import ConfigError
from sibeat.model.networks import Generator
from sibeat.train.config import RunConfig
from sibeat.train.device import choose_device


def test_the_cpu_can_be_asked_for() -> None:
    device = choose_device(RunConfig(device="cpu", precision="float32", threads=1))
    assert str(device) == "cpu, float32"
    with device.autocast():
        assert not torch.is_autocast_enabled("cpu")


def test_bfloat16_computes_in_bfloat16_and_keeps_float32_weights() -> None:
    device = choose_device(RunConfig(device="cpu", precision="bfloat16", threads=1))
    network = device.place(Generator(1, 3))
    with device.autocast():
        reconstruction, _ = network(torch.zeros(2, 1, 320))
    assert reconstruction.dtype == torch.bfloat16
    assert {p.dtype for p in network.parameters()} == {torch.float32}


def test_it_chooses_by_itself() -> None:
    device = choose_device(RunConfig(threads=1))
    assert device.device.type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
@pytest.mark.parametrize(
    ("has", "chosen"),
    [({"amx_tile"}, "bfloat16"), ({"avx512_bf16"}, "bfloat16"), ({"avx512"}, "float32")],
)
def test_a_cpu_computes_in_bfloat16_where_it_multiplies_it(
    has: set[str], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("amx_tile", "avx512_bf16", "avx512"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda name=name: name in has)
    assert str(choose_device(RunConfig(threads=1))) == f"cpu, {chosen}"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_that_is_not_there_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="no CUDA device"):
        choose_device(RunConfig(device="cuda"))

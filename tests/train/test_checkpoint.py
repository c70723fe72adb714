import contextlib
from pathlib import Path

import pytest
import torch

from sibeat.ecg.errors import ConfigError
from sibeat.train.checkpoint import Checkpoint, load_checkpoint, restore_random, save_checkpoint

CPU = torch.device("cpu")


def _save(path: Path) -> None:
    save_checkpoint(
        path, Checkpoint("f", 3, {"weight": torch.arange(4.0)}, [{"loss": 0.5}], {"config": {}})
    )


def test_round_trip_restores_state_and_randomness(tmp_path: Path) -> None:
    _save(tmp_path / "c.pt")
    expected = torch.rand(3)
    torch.rand(5)
    checkpoint = load_checkpoint(tmp_path / "c.pt", CPU)
    assert (checkpoint.fingerprint, checkpoint.epoch) == ("f", 3)
    assert checkpoint.history == [{"loss": 0.5}]
    assert torch.equal(checkpoint.state["weight"], torch.arange(4.0))
    restore_random(checkpoint)
    assert torch.equal(torch.rand(3), expected)


def test_fewer_gpus_than_then_are_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [torch.full((16,), number, dtype=torch.uint8) for number in (1, 2)]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: states)
    _save(tmp_path / "c.pt")
    restored: dict[int, torch.Tensor] = {}
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(
        torch.cuda, "set_rng_state", lambda state, number: restored.update({number: state})
    )
    restore_random(load_checkpoint(tmp_path / "c.pt", CPU))
    assert list(restored) == [0]
    assert torch.equal(restored[0], states[0])


def test_reading_leaves_randomness_alone(tmp_path: Path) -> None:
    _save(tmp_path / "c.pt")
    torch.rand(5)
    expected = torch.get_rng_state()
    load_checkpoint(tmp_path / "c.pt", CPU)
    assert torch.equal(torch.get_rng_state(), expected)


def test_a_missing_one_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run that stage first"):
        load_checkpoint(tmp_path / "c.pt", CPU)


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"foreign", lambda b: b"torn"],
)
def test_damage_is_a_config_error(tmp_path: Path, damage) -> None:
    path = tmp_path / "c.pt"
    _save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ConfigError, match="no checkpoint"):
        load_checkpoint(path, CPU)


def test_a_flipped_byte_is_never_another_error(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    _save(path)
    whole = path.read_bytes()
    for place in range(0, 600, 2):  # the pickle stands at the beginning
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with contextlib.suppress(ConfigError):
            load_checkpoint(path, CPU)


def test_a_pickled_object_is_refused_not_run(tmp_path: Path) -> None:
    torch.save({"schema": Path("x")}, tmp_path / "c.pt")
    with pytest.raises(ConfigError, match="no checkpoint"):
        load_checkpoint(tmp_path / "c.pt", CPU)

from pathlib import Path

import pytest
import torch

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError, OutputError
from sibeat.train.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

CPU = torch.device("cpu")


def _save(path: Path) -> None:
    save_checkpoint(path, Checkpoint("f", 3, {"weight": torch.arange(4.0)}, [{"loss": 0.5}]))


def test_round_trip_restores_state_and_randomness(tmp_path: Path) -> None:
    _save(tmp_path / "c.pt")
    expected = torch.rand(3)
    torch.rand(5)
    checkpoint = load_checkpoint(tmp_path / "c.pt", CPU)
    assert (checkpoint.fingerprint, checkpoint.epoch) == ("f", 3)
    assert checkpoint.history == [{"loss": 0.5}]
    assert torch.equal(checkpoint.state["weight"], torch.arange(4.0))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"foreign"]
)
def test_damage_is_a_config_error(tmp_path: Path, damage) -> None:
    path = tmp_path / "c.pt"
    _save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ConfigError, match="no checkpoint"):
        load_checkpoint(path, CPU)


def test_a_pickled_object_is_refused_not_run(tmp_path: Path) -> None:
    torch.save({"schema": Path("x")}, tmp_path / "c.pt")
    with pytest.raises(ConfigError, match="no checkpoint"):
        load_checkpoint(tmp_path / "c.pt", CPU)


def test_a_write_that_breaks_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_file_and_folder_are_synced_around_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    replace = Path.replace
    monkeypatch.setattr("os.fsync", lambda _: calls.append("sync"))
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (calls.append("rename"), replace(self, to))[1]
    )
    write_atomically(tmp_path / "f", b"x")
    assert calls == ["sync", "rename", "sync"]


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        write_atomically(tmp_path / "file" / "inside", b"x")

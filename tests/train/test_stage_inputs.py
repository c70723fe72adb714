"""What a stage builds on is known by its content, and is of the very training."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.train.config import PrepareConfig, TrainConfig
from sibeat.train.device import choose_device
from sibeat.train.stage_inputs import data_sha256, finished
from sibeat.train.stages import Run, run_stages


def test_a_database_is_known_by_its_records(tmp_path: Path) -> None:
    config = PrepareConfig()
    assert data_sha256(tmp_path, config) == data_sha256(tmp_path / "none", config) == ""
    (tmp_path / "100.hea").write_text("100 2 360 650000\n")
    first = data_sha256(tmp_path, config)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "1001.hea").write_text("another's")
    assert data_sha256(tmp_path, config) == first
    (tmp_path / "100.atr").write_bytes(b"\0\0")
    assert data_sha256(tmp_path, config) != first


def test_records_of_ones_own_are_known_wherever_they_are(tmp_path: Path) -> None:
    own = PrepareConfig(train=("a/night[1]",), validation=("b",))
    (tmp_path / "a" / "night[1].old").mkdir(parents=True)
    (tmp_path / "a" / "night[1].hea").write_text("night[1] 1 250 10\nsignal.bin 16\n# a.hea\n")
    seen = {data_sha256(tmp_path, own)}
    for name in ("night[1].atr", "signal.bin"):
        (tmp_path / "a" / name).write_bytes(b"\0")
        seen.add(data_sha256(tmp_path, own))
    assert len(seen) == 3, "also a file that only the header names"


@pytest.mark.parametrize("data", ["beats.npz", "."])
def test_data_that_may_not_be_read_is_an_error_that_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    for name in ("beats.npz", "100.dat"):
        (tmp_path / name).write_bytes(b"\0")

    def refuse(path: Path, *_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    named = "100.dat" if data == "." else data
    with pytest.raises(ConfigError, match=rf"cannot read .*{named} \(Permission denied\).*--data"):
        data_sha256(tmp_path / data, PrepareConfig())


def test_a_checkpoint_put_in_the_place_of_another_is_refused(
    tmp_path: Path, beats_path: Path, config: TrainConfig
) -> None:
    run = Run(config, beats_path, tmp_path / "out")
    for stage in ("prepare", "teacher"):
        run_stages(run, stage)
    device = choose_device(run.config.run)
    assert finished(run, "teacher", device).about["processes"] == 1
    teacher = replace(run.config.teacher, seed=7)
    other = replace(run, config=replace(run.config, teacher=teacher))
    with pytest.raises(ConfigError, match="of another configuration"):
        finished(other, "teacher", device)

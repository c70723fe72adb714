"""Prepared beats are taken where they are what the configuration says, and can be learnt from."""

from dataclasses import replace
from pathlib import Path

import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import save_beats
from sibeat.train.config import PrepareConfig
from sibeat.train.stages import Run, run_stages


def test_beats_of_another_front_are_refused(run: Run) -> None:
    wished = replace(run.config, prepare=PrepareConfig(front="beatgan"))
    with pytest.raises(ConfigError, match="front 'monitor'"):
        run_stages(replace(run, config=wished))


@pytest.mark.parametrize("mains_hz", [60.0, None])
def test_beats_of_another_notch_are_refused(run: Run, mains_hz: float | None) -> None:
    wished = replace(run.config, prepare=PrepareConfig(mains_hz=mains_hz))
    with pytest.raises(ConfigError, match=r"a zero at 50 Hz'.* as prepare\.mains_hz says"):
        run_stages(replace(run, config=wished), "prepare")


def test_beats_without_normal_ones_cannot_train(run: Run, tmp_path: Path, beats) -> None:
    save_beats(tmp_path / "v.npz", beats.select(beats.symbol == "V"))
    with pytest.raises(ConfigError, match="0 normal training beats"):
        run_stages(replace(run, data=tmp_path / "v.npz"))


def test_beats_that_could_not_calibrate_do_not_train(run: Run, tmp_path: Path, beats) -> None:
    normal = beats.symbol == "N"
    save_beats(tmp_path / "n.npz", beats.select((beats.part != "validation") | ~normal))
    with pytest.raises(ConfigError, match="0 normal validation beats"):
        run_stages(replace(run, data=tmp_path / "n.npz"))
    assert not run.file("teacher.pt").exists()

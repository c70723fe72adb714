"""Small synthetic beats of made-up patients, and the smallest training that has every stage."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sibeat.model.networks import StudentNetwork
from sibeat.train import export
from sibeat.train.beats_file import Beats, BeatsOrigin, quantise
from sibeat.train.config import (
    PrepareConfig,
    RunConfig,
    StudentConfig,
    TeacherConfig,
    TrainConfig,
)
from sibeat.train.progress import Progress
from sibeat.train.split import MITDB
from sibeat.train.stages import Run, run_stages

RECORDS = ("101", "106", "118", "223", "100", "232")
"""two that train, two that choose, two that judge"""


def make_beats(n_per_record: int = 12, seed: int = 0) -> Beats:
    """Bumps at the R-peak; every fourth beat is a wide 'V'."""
    random = np.random.default_rng(seed)
    n_beats = n_per_record * len(RECORDS)
    wide = np.arange(n_beats) % 4 == 3
    width = np.where(wide, 20.0, 5.0)[:, None] * random.uniform(0.9, 1.1, (n_beats, 1))
    windows = 2 * np.exp(-0.5 * ((np.arange(320) - 140) / width) ** 2) - 1
    record = np.repeat(RECORDS, n_per_record)
    sample = np.tile(np.arange(n_per_record) * 300 + 300, len(RECORDS))
    return Beats(
        origin=BeatsOrigin(
            front="monitor",
            data="made up",
            fs=360.0,
            grid_fs=360.0,
            n_before=140,
            n_after=180,
            band_hz=(3.0, 40.0),
            filter="linear-phase FIR of 0.3 s, a zero at 50 Hz",
            lead="MLII",
        ),
        windows=quantise(windows),
        amplitude=np.ones(n_beats, dtype=np.float32),
        record=record,
        symbol=np.where(wide, "V", "N"),
        sample=sample,
        r_peak=sample.astype(np.float64),
        rr_pre=np.where(sample == 300, -1, 300),
        rr_post=np.full(n_beats, 300),
        part=np.array([MITDB.part_of(name) for name in record]),
    )


def tiny_config(epochs: int = 2) -> TrainConfig:
    """Two epochs of the smallest networks, in float32 on one thread."""
    return TrainConfig(
        prepare=PrepareConfig(),
        teacher=TeacherConfig(width=1, n_latent=3, epochs=epochs, batch_size=6, time_warp=0.5),
        student=StudentConfig(width=1, n_latent=3, epochs=epochs, batch_size=6),
        run=RunConfig(device="cpu", precision="float32", threads=1),
    )


class Heard(Progress):
    """Keeps what a training says."""

    def __init__(self) -> None:
        self.worked: list[str] = []
        self.said: list[str] = []
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def stage(self, name: str, text: str) -> None:
        self.said.append(text)
        if not text.startswith("done before"):
            self.worked.append(name)


def stages_worked(run: Run, only: str | None = None) -> list[str]:
    """Run stages, and tell which had work to do."""
    heard = Heard()
    run_stages(replace(run, progress=heard), only)
    return heard.worked


@pytest.fixture
def beats() -> Beats:
    return make_beats()


@pytest.fixture
def config() -> TrainConfig:
    return tiny_config()


@pytest.fixture
def beats_path(tmp_path: Path, beats: Beats) -> Path:
    from sibeat.train.beats_file import save_beats

    path = tmp_path / "prepared.npz"
    save_beats(path, beats)
    return path


@pytest.fixture
def run(tmp_path: Path, beats_path: Path, config: TrainConfig) -> Run:
    return Run(config, beats_path, tmp_path / "out")


MADE: dict[tuple[bytes, str, int], bytes] = {}
"""exports by weights, form of the score and length of a window, for all tests of a process"""


@pytest.fixture
def same_weights_exported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let torch, which takes seconds for an export, make each one once."""

    def to_onnx(network: StudentNetwork, n_window: int, really: Any = export.to_onnx) -> bytes:
        weights = b"".join(value.numpy().tobytes() for value in network.state_dict().values())
        key = (weights, network.score, n_window)
        if key not in MADE:
            MADE[key] = really(network, n_window)
        return MADE[key]

    monkeypatch.setattr(export, "to_onnx", to_onnx)

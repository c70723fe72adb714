"""Order of the data, and what a kill does to a training."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from sibeat.train.config import RunConfig, TeacherConfig
from sibeat.train.device import choose_device
from sibeat.train.loop import Schedule, batches, run_epochs
from sibeat.train.progress import Progress
from sibeat.train.stages import Run, run_stages
from sibeat.train.teacher import Teacher

from .conftest import Heard, tiny_config

DEVICE = choose_device(RunConfig(device="cpu", precision="float32", threads=1))


def _teacher() -> Teacher:
    torch.manual_seed(0)
    return Teacher(TeacherConfig(width=1, n_latent=3, learning_rate=1e-3), DEVICE)


def _beats() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(20, 1, 320, generator=generator) * 2 - 1


def _schedule(path: Path, epochs: int = 4, **changes) -> Schedule:
    settings = {"batch_size": 6, "seed": 5, "fingerprint": "f"} | changes
    return Schedule(
        epochs=epochs, train=_beats(), validation=_beats()[:4], checkpoint=path, **settings
    )


class Killed(Progress):
    """Stands for a kill in the middle of an epoch."""

    def __init__(self, after: int) -> None:
        self.left = after

    def step(self, losses) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def _states_equal(one, other) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_states_equal(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return all(map(_states_equal, one, other))
    return bool(one == other)


def test_order_follows_from_seed_and_epoch_alone() -> None:
    beats = torch.arange(10.0).reshape(10, 1, 1)
    first = torch.cat(list(batches(beats, 3, seed=1, epoch=2)))
    assert len(first) == 9, "a last short batch is left out"
    assert len(first.unique()) == 9
    assert torch.equal(first, torch.cat(list(batches(beats, 3, seed=1, epoch=2))))
    assert not torch.equal(first, torch.cat(list(batches(beats, 3, seed=1, epoch=3))))


def test_fewer_beats_than_a_batch_make_one_batch() -> None:
    assert [len(batch) for batch in batches(torch.zeros(4, 1, 1), 64, seed=0, epoch=0)] == [4]


@pytest.mark.parametrize("after", [1, 3, 4, 8])
def test_resuming_after_a_break_gives_the_weights_of_an_unbroken_training(
    tmp_path: Path, after: int
) -> None:
    unbroken = _teacher()
    history = run_epochs(unbroken, _schedule(tmp_path / "whole.pt"), resume=False)
    broken = tmp_path / "broken.pt"
    with pytest.raises(KeyboardInterrupt):
        run_epochs(_teacher(), _schedule(broken, progress=Killed(after)), resume=False)
    resumed = _teacher()
    torch.rand(3)  # the random state comes from the checkpoint, not from luck
    assert run_epochs(resumed, _schedule(broken), resume=True) == history
    assert _states_equal(resumed.state_dict(), unbroken.state_dict())


def test_more_epochs_go_on_with_the_same_ones(tmp_path: Path) -> None:
    whole, longer = _teacher(), _teacher()
    run_epochs(whole, _schedule(tmp_path / "a.pt", epochs=4), resume=False)
    run_epochs(_teacher(), _schedule(tmp_path / "b.pt", epochs=2), resume=False)
    run_epochs(longer, _schedule(tmp_path / "b.pt", epochs=4), resume=True)
    assert _states_equal(whole.state_dict(), longer.state_dict())


def test_a_training_that_starts_anew_keeps_the_one_before(tmp_path: Path) -> None:
    path, heard, quiet = tmp_path / "b.pt", Heard(), Heard()
    run_epochs(_teacher(), _schedule(path, epochs=3, progress=quiet), resume=False)
    assert quiet.notes == []
    whole, honest = path.read_bytes(), (tmp_path / "b-honest.pt").read_bytes()
    run_epochs(_teacher(), _schedule(path, epochs=1, progress=heard), resume=False)
    assert heard.notes == ["the training that was there is kept as b.pt.before"]
    assert (tmp_path / "b.pt.before").read_bytes() == whole
    assert (tmp_path / "b-honest.pt.before").read_bytes() == honest
    path.write_bytes(b"torn")
    (tmp_path / "b-honest.pt").unlink()
    run_epochs(_teacher(), _schedule(path, epochs=1), resume=False)
    assert (tmp_path / "b.pt.before").read_bytes() == b"torn"
    assert not (tmp_path / "b-honest.pt.before").exists(), "it is of the generation before"


def test_a_forgotten_resume_costs_nothing_before_the_first_epoch_is_done(tmp_path: Path) -> None:
    path = tmp_path / "d.pt"
    run_epochs(_teacher(), _schedule(path, epochs=3), resume=False)
    whole = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        run_epochs(_teacher(), _schedule(path, epochs=4, progress=Killed(1)), resume=False)
    assert path.read_bytes() == whole
    assert len(run_epochs(_teacher(), _schedule(path, epochs=4), resume=True)) == 4
    assert not (tmp_path / "d.pt.before").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fingerprint": "other"}, "c.pt is of another configuration or data: starting anew"),
        ({"epochs": 1}, "c.pt has 2 epochs, more than the 1 asked for: starting anew"),
    ],
)
def test_what_cannot_be_gone_on_with_is_kept(tmp_path: Path, changes: dict, says: str) -> None:
    path, heard = tmp_path / "c.pt", Heard()
    run_epochs(_teacher(), _schedule(path, epochs=2), resume=False)
    before = path.read_bytes()
    settings = {"epochs": 2} | changes
    run_epochs(_teacher(), _schedule(path, progress=heard, **settings), resume=True)
    assert heard.notes == [says, "the training that was there is kept as c.pt.before"]
    assert (tmp_path / "c.pt.before").read_bytes() == before


class Told(Teacher):
    """Notes which epochs it is told of."""

    def start_epoch(self, epoch: int, epochs: int) -> None:
        self.epochs = [*getattr(self, "epochs", []), (epoch, epochs)]
        super().start_epoch(epoch, epochs)


def test_each_epoch_is_told_its_number_also_after_a_break(tmp_path: Path) -> None:
    config = TeacherConfig(width=1, n_latent=3)
    first, second = Told(config, DEVICE), Told(config, DEVICE)
    run_epochs(first, _schedule(tmp_path / "e.pt", epochs=2), resume=False)
    run_epochs(second, _schedule(tmp_path / "e.pt", epochs=4), resume=True)
    assert first.epochs == [(0, 2), (1, 2)]
    assert second.epochs == [(2, 4), (3, 4)]


def test_a_checkpoint_of_another_configuration_is_not_gone_on_with(tmp_path: Path) -> None:
    run_epochs(_teacher(), _schedule(tmp_path / "c.pt", epochs=2), resume=False)
    fresh, over = _restarting_teacher(), _restarting_teacher()
    torch.manual_seed(7)
    run_epochs(fresh, _schedule(tmp_path / "fresh.pt", epochs=2), resume=False)
    other = _schedule(tmp_path / "c.pt", epochs=2, fingerprint="other")
    torch.manual_seed(7)
    assert len(run_epochs(over, other, resume=True)) == 2
    assert _states_equal(over.state_dict(), fresh.state_dict()), "it left its randomness behind"


def _restarting_teacher() -> Teacher:
    """One whose discriminator starts anew, from torch's random state, at every step."""
    torch.manual_seed(0)
    settings = TeacherConfig(width=1, n_latent=3, learning_rate=1e-3, reinitialise_below=1e9)
    return Teacher(settings, DEVICE)


TRAINING = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from conftest import tiny_config
from sibeat.train.stages import Run, run_stages
from sibeat.train.progress import Progress
class Talks(Progress):
    def step(self, losses): print("step", flush=True)
run = Run(tiny_config(6), Path(sys.argv[2]), Path(sys.argv[3]), True, Talks())
for stage in ("prepare", "teacher", "distil"):
    run_stages(run, stage)
"""


def _start(beats_path: Path, out: Path) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", TRAINING, str(Path(__file__).parent)]
    return subprocess.Popen(
        [*arguments, str(beats_path), str(out)], stdout=subprocess.PIPE, text=True
    )


class Steps(Progress):
    """Counts them."""

    n_taken = 0

    def step(self, losses: Mapping[str, object]) -> None:
        self.n_taken += 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_training_killed_for_real_ends_with_identical_weights(
    tmp_path: Path, beats_path: Path
) -> None:
    steps = Steps()
    for stage in ("prepare", "teacher", "distil"):
        run_stages(Run(tiny_config(6), beats_path, tmp_path / "whole", True, steps), stage)
    with _start(beats_path, tmp_path / "killed") as killed:
        for _ in range(2 * steps.n_taken // 3):
            killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    with _start(beats_path, tmp_path / "killed") as again:
        assert 0 < len(again.stdout.readlines()) < steps.n_taken
    assert again.returncode == 0
    for name in ("teacher.pt", "student.pt"):
        states = [
            torch.load(tmp_path / run / name, weights_only=True)["state"]
            for run in ("whole", "killed")
        ]
        assert _states_equal(*states), name

"""Two real processes under torchrun, talking over gloo, against one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import save_beats
from sibeat.train.checkpoint import Checkpoint, load_checkpoint
from sibeat.train.parallel import ALONE, Ranks, _require_one_machine, _take_gpu, joined

from .conftest import make_beats

CONFIG = """
[teacher]
width = 2
n_latent = 8
epochs = 2
batch_size = 64
learning_rate = 1e-3
time_warp = 0.5
[student]
width = 1
epochs = 1
[run]
device = "cpu"
precision = "float32"
threads = 1
"""
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with beats, and three runs whose beats are prepared."""
    folder = tmp_path_factory.mktemp("parallel")
    save_beats(folder / "prepared.npz", make_beats(n_per_record=300))
    _train(folder, "one", *TORCHRUN, stage="prepare")
    for name in ("two", "broken"):
        shutil.copytree(folder / "one", folder / name)
    return folder


@pytest.fixture(scope="module")
def two(data: Path) -> Checkpoint:
    """Train a teacher with two processes."""
    said = _train(data, "two", *TORCHRUN)
    assert said.count("normal beats, on cpu") == 1, "one process speaks"
    return _teacher(data, "two")


def _train(data: Path, out: str, *start: str, stage: str = "teacher", epochs: int = 2) -> str:
    """Run a stage; returns what was said."""
    config = data / f"{epochs}.toml"
    config.write_text(CONFIG.replace("epochs = 2", f"epochs = {epochs}"), encoding="utf-8")
    command = [
        *start, "-m", "sibeat.cli.app", "train", "--config", str(config),
        "--data", str(data / "prepared.npz"), "--out", str(data / out), "--stage", stage,
        "--resume",
    ]  # fmt: skip
    return _run(command)


def _run(command: list[str]) -> str:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def _teacher(data: Path, out: str) -> Checkpoint:
    return load_checkpoint(data / out / "teacher.pt", torch.device("cpu"))


def test_two_processes_train_as_one_does(data: Path, two: Checkpoint) -> None:
    _train(data, "one", sys.executable)
    one = _teacher(data, "one")
    assert two.epoch == one.epoch == 2
    for alone, together in zip(one.history, two.history, strict=True):
        assert together.keys() == alone.keys()
        # BatchNorm sees half a batch in each process, so equal only nearly
        assert together["reconstruction"] == pytest.approx(alone["reconstruction"], rel=0.1)
    assert two.history[-1]["reconstruction"] < two.history[0]["reconstruction"]


def test_two_processes_go_on_to_the_same_weights(data: Path, two: Checkpoint) -> None:
    _train(data, "broken", *TORCHRUN, epochs=1)
    said = _train(data, "broken", *TORCHRUN)
    assert "epoch 2/2" in said
    assert "epoch 1/2" not in said, "the first epoch is not done again"
    broken = _teacher(data, "broken")
    assert broken.history == two.history
    for network in ("generator", "discriminator"):
        for name, weights in two.state[network].items():
            assert torch.equal(broken.state[network][name], weights), name


def test_shares_are_disjoint_and_whole() -> None:
    batch = torch.arange(12)
    shares = [Ranks(rank, 3).share(batch) for rank in range(3)]
    assert {len(share) for share in shares} == {4}
    assert sorted(torch.cat(shares).tolist()) == list(range(12))


@pytest.mark.parametrize(("batch_size", "n_processes"), [(64, 3), (2, 2)])
def test_a_batch_that_cannot_be_shared_is_refused(batch_size: int, n_processes: int) -> None:
    with pytest.raises(ConfigError, match=f"multiple of {n_processes}"):
        Ranks(0, n_processes).require_shares(batch_size)
    ALONE.require_shares(batch_size)


def test_without_torchrun_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    network, value = torch.nn.Linear(1, 1), torch.tensor(2.0)
    with joined("auto") as ranks:
        assert ranks is ALONE
        assert ranks.first
        assert ranks.wrap(network) is network
        assert ranks.mean(value) is value
        assert torch.equal(ranks.share(torch.arange(3)), torch.arange(3))
        ranks.wait()


def test_gradients_are_averaged_over_processes(tmp_path: Path) -> None:
    # a discriminator-free check of the wrapping itself: two shares give the gradient of the whole
    script = tmp_path / "gradient.py"
    script.write_text(
        "import torch\n"
        "from sibeat.train.parallel import joined, leave\n"
        "torch.manual_seed(0)\n"
        "network, x = torch.nn.Linear(3, 1), torch.randn(8, 3)\n"
        "(whole,) = torch.autograd.grad(network(x).square().mean(), network.weight)\n"
        "with joined('cpu') as ranks:\n"
        "    wrapped = ranks.wrap(network)\n"
        "    loss = wrapped(ranks.share(x)).square().mean()\n"
        "    loss.backward()\n"
        "    torch.testing.assert_close(network.weight.grad, whole)\n"
        "    mean = ranks.mean(torch.tensor(float(ranks.rank)))\n"
        "    assert mean == 0.5, mean\n"
        "leave()\n",
        encoding="utf-8",
    )
    _run([*TORCHRUN, str(script)])


def test_all_processes_hold_the_same_weights(tmp_path: Path) -> None:
    # each from another random state, as after a resume on GPUs; the discriminator anew each step
    script = tmp_path / "weights.py"
    script.write_text(
        "import torch\n"
        "from torch import distributed\n"
        "from sibeat.train.config import RunConfig, TeacherConfig\n"
        "from sibeat.train.device import choose_device\n"
        "from sibeat.train.parallel import joined, leave\n"
        "from sibeat.train.teacher import Teacher\n"
        "device = choose_device(RunConfig(device='cpu', precision='float32', threads=1))\n"
        "config = TeacherConfig(width=1, n_latent=3, reinitialise_below=1e9, time_warp=0.5)\n"
        "beats = torch.rand(8, 1, 320, generator=torch.Generator().manual_seed(0)) * 2 - 1\n"
        "with joined('cpu') as ranks:\n"
        "    torch.manual_seed(ranks.rank)\n"
        "    teacher = Teacher(config, device, ranks)\n"
        "    teacher.start_epoch(0, 1)\n"
        "    for _ in range(3):\n"
        "        teacher.step(ranks.share(beats))\n"
        "    for network in (teacher.generator, teacher.discriminator):\n"
        "        for name, own in network.named_parameters():\n"
        "            mean = ranks.mean(own.detach())\n"
        "            torch.testing.assert_close(own.detach(), mean, msg=name)\n"
        "leave()\n",
        encoding="utf-8",
    )
    _run([*TORCHRUN, str(script)])


def test_more_processes_than_gpus_are_refused() -> None:
    with pytest.raises(ConfigError, match="GPU 2, and there are 2"):
        _take_gpu(2, 2)


def test_several_machines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="one machine"):
        _require_one_machine(4)
    _require_one_machine(2)

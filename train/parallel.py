"""Several processes that train one teacher together, as ``torchrun`` starts them.

Each process takes its share of every batch; torch's DistributedDataParallel averages the gradients,
so all hold the same weights. BatchNorm sees each process's own share, as is usual. Only the first
process validates, writes and speaks; stages other than the teacher's are its alone, and the others
leave when the teacher is trained. All are on one machine, for they read the run's one folder.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sibeat.ecg.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor, nn

PATIENCE = timedelta(hours=6)
"""how long a process waits for another one; chosen by us: the first may cut beats for minutes"""
LEAST_SHARE = 2
"""beats that BatchNorm needs"""


@dataclass(frozen=True, slots=True)
class Ranks:
    """A process among those that train together."""

    rank: int = 0
    n_processes: int = 1

    @property
    def first(self) -> bool:
        """Whether it validates, writes and speaks."""
        return self.rank == 0

    def require_shares(self, batch_size: int) -> None:
        """Refuse a batch that cannot be shared out evenly.

        Raises
        ------
        ConfigError
            When shares would differ in size, or be too small for BatchNorm.
        """
        share, left = divmod(batch_size, self.n_processes)
        if left or (self.n_processes > 1 and share < LEAST_SHARE):
            raise ConfigError(
                f"teacher.batch_size is {batch_size}, for {self.n_processes} processes: expected a "
                f"multiple of {self.n_processes}, at least {LEAST_SHARE} beats each; change the "
                "batch size, or torchrun's --nproc-per-node"
            )

    def share(self, batch: "Tensor") -> "Tensor":
        """Take this process's beats of a batch."""
        return batch[self.rank :: self.n_processes]

    def wrap(self, network: "nn.Module") -> "nn.Module":
        """Return the network whose gradients are averaged over all processes."""
        if self.n_processes == 1:
            return network
        from torch.nn.parallel import DistributedDataParallel

        wrapped = DistributedDataParallel(network)
        # Buffers are left alone: two forward passes, of real and of reconstructed beats, come
        # before one backward pass, and BatchNorm's numbers must not change under it. (An argument
        # does the same, but torch 2.13 renamed it.)
        wrapped.broadcast_buffers = False
        return wrapped

    def mean(self, value: "Tensor") -> "Tensor":
        """Average a number over all processes."""
        if self.n_processes == 1:
            return value
        from torch import distributed

        total = value.clone()
        distributed.all_reduce(total)
        return total / self.n_processes

    def agree(self, network: "nn.Module") -> None:
        """Give the network the first process's weights and buffers."""
        if self.n_processes > 1:
            from torch import distributed

            for value in network.state_dict().values():
                distributed.broadcast(value, src=0)

    def wait(self) -> None:
        """Wait until all processes have come here."""
        if self.n_processes > 1:
            from torch import distributed

            distributed.barrier()


ALONE = Ranks()


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """Join the processes that torchrun started with this one; alone without torchrun.

    Parameters
    ----------
    device : ``run.device`` of the configuration

    Raises
    ------
    ConfigError
        When there are more processes than GPUs, or when they are on several machines.
    """
    import torch
    from torch import distributed

    n_processes = int(os.environ.get("WORLD_SIZE", "1"))
    if n_processes == 1 or not distributed.is_torchelastic_launched():
        yield ALONE
        return
    _require_one_machine(n_processes)
    cuda = device != "cpu" and torch.cuda.is_available()
    if cuda:
        _take_gpu(int(os.environ["LOCAL_RANK"]), torch.cuda.device_count())
    distributed.init_process_group("nccl" if cuda else "gloo", timeout=PATIENCE)
    yield Ranks(distributed.get_rank(), n_processes)
    # Not after an error: then the others are in the middle of something, and torchrun ends them.
    distributed.destroy_process_group()


def leave() -> None:
    """End this process at once, all being written, without the interpreter's own end.

    There torch 2.13 aborts it, "terminate called without an active exception", and torchrun then
    ends the others, too. Measured: 8 of 16 short runs of two processes over gloo; left this way, 0
    of 16.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _require_one_machine(n_processes: int) -> None:
    here = int(os.environ.get("LOCAL_WORLD_SIZE", n_processes))
    if here != n_processes:
        raise ConfigError(
            f"torchrun started {n_processes} processes, {here} of them here: expected all on one "
            "machine, use --nproc-per-node alone"
        )


def _take_gpu(number: int, n_gpus: int) -> None:
    import torch

    if number >= n_gpus:
        raise ConfigError(
            f"torchrun started a process for GPU {number}, and there are {n_gpus}: expected one "
            'process a GPU; lower --nproc-per-node, or set run.device to "cpu"'
        )
    torch.cuda.set_device(number)

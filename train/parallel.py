"""Several processes that train one teacher together, as ``torchrun`` starts them.

Each process takes its share of every batch; torch's DistributedDataParallel averages the gradients,
so all hold the same weights. BatchNorm sees each process's own share, as is usual. Only the first
process validates, writes and speaks; stages other than the teacher's are its alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sibeat.ecg.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor, nn

PATIENCE = timedelta(days=2)
"""how long a process waits for another one; chosen by us: the first one may prepare, judge and
train a student for hours"""
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

    def wait(self) -> None:
        """Wait until all processes have come here."""
        if self.n_processes > 1:
            from torch import distributed

            distributed.barrier()


ALONE = Ranks()


@contextmanager
def joined() -> Iterator[Ranks]:
    """Join the processes that torchrun started with this one; alone without torchrun."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    import torch
    from torch import distributed

    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group(timeout=PATIENCE)
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()

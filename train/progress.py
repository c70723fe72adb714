"""What a training shows: stage, epoch, losses, time left. Silent unless told otherwise."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import SupportsFloat

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress:
    """Hears of a training and shows nothing: for tests and scripts."""

    def stage(self, name: str, text: str) -> None:
        """Say that a stage starts, and what it does."""

    def note(self, text: str) -> None:
        """Say something about the stage."""

    def start_epoch(self, epoch: int, epochs: int, n_batches: int) -> None:
        """Say that an epoch, counted from 0, starts."""

    def step(self, losses: Mapping[str, SupportsFloat]) -> None:
        """Say that a batch is done."""

    def end_epoch(self, epoch: int, losses: Mapping[str, SupportsFloat]) -> None:
        """Say that an epoch is done, with its mean losses."""


class RichProgress(Progress):
    """Shows a bar for the epoch, and a line of losses and time left for each one done.

    Parameters
    ----------
    console : where it is drawn; without a terminal only the lines appear
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[losses]}"),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, losses="", visible=False)
        self._stage = ""
        self._epochs = 0
        self._first_epoch: int | None = None
        self._since = 0.0

    def __enter__(self) -> "RichProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, name: str, text: str) -> None:
        """Print a heading for the stage."""
        self._stage, self._first_epoch = name, None
        self._bar.update(self._task, visible=False)
        self._console.print(f"[bold]{name}[/bold]  {text}", highlight=False)

    def note(self, text: str) -> None:
        """Print a line."""
        self._console.print(f"  {text}", highlight=False, markup=False)

    def start_epoch(self, epoch: int, epochs: int, n_batches: int) -> None:
        """Set the bar to the start of an epoch."""
        if self._first_epoch is None:
            self._first_epoch, self._since = epoch, time.monotonic()
        self._epochs = epochs
        label = f"{self._stage} {epoch + 1}/{epochs}"
        self._bar.reset(self._task, total=n_batches, description=label, losses="", visible=True)

    def step(self, losses: Mapping[str, SupportsFloat]) -> None:
        """Move the bar by a batch."""
        self._bar.update(self._task, advance=1)
        if self._console.is_terminal:
            self._bar.update(self._task, losses=describe_losses(losses))

    def end_epoch(self, epoch: int, losses: Mapping[str, SupportsFloat]) -> None:
        """Print the epoch's losses and the time left."""
        done = epoch + 1 - (self._first_epoch or 0)
        left_s = (time.monotonic() - self._since) / done * (self._epochs - epoch - 1)
        self.note(
            f"epoch {epoch + 1}/{self._epochs}  {describe_losses(losses)}  "
            f"{describe_duration(left_s)} left"
        )


def describe_losses(losses: Mapping[str, SupportsFloat]) -> str:
    """Write losses as ``name 0.0123``, in their order."""
    return "  ".join(f"{name} {float(loss):.4g}" for name, loss in losses.items())


def describe_duration(seconds: float) -> str:
    """Write a duration as ``1 h 05 min``, ``3 min 20 s`` or ``40 s``."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"

"""What a session asks of a pipeline, whichever it is."""

from collections.abc import Sequence
from typing import Protocol

from sibeat.ecg.stream import Chunk, Item
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import Event


class Step(Protocol):
    """What the pipeline gives for one item."""

    @property
    def events(self) -> Sequence[Event]:
        """In the order in which they were decided."""

    @property
    def trace(self) -> Sequence[Chunk]:
        """The band-passed signal."""


class PipelineLike(Protocol):
    """The pipeline, as far as a session knows it."""

    @property
    def latency_samples(self) -> int:
        """Samples from an R-peak to its provisional score."""

    @property
    def baseline_state(self) -> BaselineState:
        """What the patient's baseline does now."""

    def feed(self, item: Item) -> Step:
        """Process an item."""

    def flush(self) -> Step:
        """Give what is still held back."""

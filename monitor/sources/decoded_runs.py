"""Gathers single samples and losses, as decoders find them, into runs."""

from typing import Literal

import numpy as np

from sibeat.monitor.sources.base import Decoded, Missing, Samples


class DecodedRuns:
    """What a decoder has found since it last gave something."""

    def __init__(self) -> None:
        self._items: list[Decoded] = []
        self._values: list[float] = []

    def sample(self, value: float) -> None:
        """Add a sample, in the decoder's unit."""
        self._values.append(value)

    def missing(
        self, n_samples: int, reason: Literal["dropped", "lead_off"], anew: bool = False
    ) -> None:
        """Add samples that are missing; they join those just before, of one reason."""
        self._close_run()
        last = self._items[-1] if self._items else None
        if isinstance(last, Missing) and last.reason == reason:
            n_samples, anew = n_samples + last.n_samples, anew or last.anew
            self._items.pop()
        self._items.append(Missing(n_samples, reason, anew))

    def take(self) -> list[Decoded]:
        """Give everything since the last call, in order."""
        self._close_run()
        items, self._items = self._items, []
        return items

    def _close_run(self) -> None:
        if self._values:
            self._items.append(Samples(np.array(self._values, dtype=np.float32)))
            self._values = []

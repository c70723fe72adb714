"""What the simulated board measured, by its own index, to tell whether each sample is in place."""

import threading

import numpy as np

from sibeat.ecg.stream import Chunk, Item
from sibeat.monitor.protocols.board import Board

N_KEPT = 2**19
"""samples that are remembered; chosen by us: half an hour at 250 Hz, more than any queue holds"""


class Truth:
    """The last samples that a board measured.

    Parameters
    ----------
    board : its scale is what a sample may be off by, in mV; text keeps each float
    """

    def __init__(self, board: Board) -> None:
        self.n_misplaced = 0
        """samples that were given where the board had measured something else"""
        text = board.protocol == "text"
        self._step = 0.0 if text else board.scale.mv_per_count
        self._limit = (self._step or 0.0) * board.scale.zero or np.inf  # where the converter ends
        self._tells_lead_off = text or bool(board.lead_off.codes or board.lead_off.zeros)
        self._values = np.full(N_KEPT, np.nan, np.float32)
        self._lock = threading.Lock()

    def keep(self, item: Item) -> None:
        """Remember what is measured now; NaN while an electrode is off."""
        places = np.arange(item.start, item.stop) % N_KEPT
        with self._lock:
            self._values[places] = np.nan
            if isinstance(item, Chunk):
                self._values[places] = np.clip(item.samples, -self._limit, self._limit)

    def compare(self, chunk: Chunk) -> None:
        """Compare what the monitor says of these places; boards without a scale are let off."""
        if self._step is None:
            return
        places = np.arange(chunk.start, chunk.start + len(chunk.samples)) % N_KEPT
        with self._lock:
            off = np.abs(chunk.samples - self._values[places])
        unknown = np.isnan(off) & (not self._tells_lead_off)
        self.n_misplaced += int(np.sum(~(off <= self._step) & ~unknown))

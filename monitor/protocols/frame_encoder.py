"""A board's frames from an ECG: what the simulated board says."""

import numpy as np

from sibeat.ecg.lead import choose_lead
from sibeat.ecg.stream import Chunk, FloatArray, Item
from sibeat.monitor.protocols.board import Board
from sibeat.monitor.protocols.frame import FrameFormat
from sibeat.monitor.protocols.number_format import Codes, code_range

UNSCALED_SHARE = 0.05
"""share of a channel's range that 1 mV takes where the scale is not known; chosen by us: an ECG of
a few mV fits, and quantisation is that of a real board"""


class FrameEncoder:
    """Puts samples into one channel of frames; the other channels rest at 0 mV.

    The counter is the sample's index, so a sample that is not said shows in it.

    Parameters
    ----------
    board : says what the numbers mean
    layout : the board's frames
    """

    def __init__(self, board: Board, layout: FrameFormat) -> None:
        self._board, self._format = board, layout
        names = [channel.name for channel in board.channels]
        self._channel = choose_lead(names, board.lead or None)
        self._low, self._high = _span(board, self._channel)
        rest = round((self._low + self._high) / 2)
        self._zero = board.scale.zero or (rest if self._low == 0 else 0)
        counts = UNSCALED_SHARE * (self._high - self._low)
        self.counts_per_mv = 1 / board.scale.mv_per_count if board.scale.mv_per_count else counts
        """numbers a mV: what ``--gain`` needs where the board's scale is not known"""
        self._held: Codes = np.zeros(0, np.int64)

    def preamble(self) -> bytes:
        """Tell that a board of frames begins with a frame."""
        return b""

    def encode(self, item: Item) -> bytes:
        """Make a frame of each sample; NaN and "lead off" are what the board says of those."""
        if isinstance(item, Chunk):
            codes = self.codes(item.samples)
        elif item.reason == "lead_off":
            codes = np.full(item.n_samples, self._off, np.int64)
        else:
            self._held = self._held[:0]
            return b""
        return self._frames(np.concatenate([self._held, codes]), item.stop)

    def _frames(self, codes: Codes, stop: int) -> bytes:
        """Make frames of the numbers before index ``stop``; those of a half frame are held."""
        n_samples = self._format.n_samples
        n_frames, n_held = divmod(len(codes), n_samples)
        whole, self._held = codes[: n_frames * n_samples], codes[n_frames * n_samples :]
        table = np.full((len(whole), len(self._board.channels)), round(self._zero), np.int64)
        table[:, self._channel] = whole
        last = (stop - n_held) // n_samples
        return self._format.build(table, np.arange(last - n_frames, last))

    def codes(self, samples: FloatArray) -> Codes:
        """Numbers that the board's converter gives for samples in mV: (n_samples,)."""
        scaled = samples.astype(np.float64) * self.counts_per_mv + self._zero
        scaled = np.where(np.isnan(samples), self._off, np.clip(scaled, self._low, self._high))
        return np.rint(scaled).astype(np.int64)

    @property
    def _off(self) -> int:
        """Number that says that an electrode is off; without one, the converter's upper rail."""
        rule = self._board.lead_off
        return rule.codes[0] if rule.codes else 0 if rule.zeros else self._high


def _span(board: Board, channel: int) -> tuple[int, int]:
    """Range of a channel's numbers: (lowest, highest)."""
    if board.frame is not None and board.frame.adc_bits is not None:
        return 0, (1 << board.frame.adc_bits) - 1
    if board.protocol == "bitalino":
        from sibeat.monitor.protocols.bitalino import WIDTHS

        return 0, (1 << WIDTHS[channel]) - 1
    return code_range(board.channels[channel].format)

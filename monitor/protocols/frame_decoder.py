"""One channel of a board's frames as samples; see :class:`sibeat.monitor.sources.base.Decoder`."""

from typing import Literal

import numpy as np

from sibeat.ecg.lead import choose_lead
from sibeat.ecg.stream import Unit
from sibeat.monitor.protocols.board import Board
from sibeat.monitor.protocols.frame import FrameFormat
from sibeat.monitor.protocols.frame_lock import FrameLock, FrameRun
from sibeat.monitor.protocols.lead_off import LeadOffRule
from sibeat.monitor.protocols.number_format import Codes, Frames
from sibeat.monitor.sources.base import Decoded, DecoderCounts, Missing, Samples
from sibeat.monitor.sources.gain_check import require_gain

BOARD_TIME_S = 60.0
"""longest loss that board time tells, s; chosen by us: what is longer is a silence, which the
arrival clock tells, or a flipped bit"""


class FrameDecoder:
    """Decodes one channel.

    Parameters
    ----------
    board : says what the numbers mean
    layout : the board's frames
    lead : str, int or None
        Channel by name or index from 0; None: the board's own choice.
    gain : float, optional
        Numbers a mV, against what the board's description says.

    Raises
    ------
    UsageError
        There is no such channel, or the gain is not above 0.
    """

    counts_losses = False

    def __init__(
        self,
        board: Board,
        layout: FrameFormat,
        lead: str | int | None = None,
        gain: float | None = None,
    ) -> None:
        require_gain(gain)
        names = [channel.name for channel in board.channels]
        self._channel = choose_lead(names, lead if lead is not None else board.lead or None)
        self.lead = names[self._channel]
        self.stated_fs = board.fs
        self.counter_period = layout.period and layout.period * layout.n_samples
        known = gain is not None or board.scale.mv_per_count is not None
        self.unit: Unit = "mV" if known else "a.u."
        self._factor = 1 / gain if gain is not None else board.scale.mv_per_count or 1.0
        self._zero = board.scale.zero
        self._frame_rate = (board.fs or 0.0) / layout.n_samples
        self._format, self._lock = layout, FrameLock(layout)
        self._lead_off = LeadOffRule(board.lead_off)
        self._out: list[Decoded] = []
        self._board_ms: int | None = None  # of the last frame, where it had one

    @property
    def counts(self) -> DecoderCounts:
        """Bytes and frames met; odd bytes are those outside of frames."""
        lock = self._lock
        n_odd = lock.n_bytes - lock.n_good_bytes - lock.n_held_bytes
        return DecoderCounts(lock.n_bytes, lock.n_good_bytes, max(0, n_odd), lock.n_garbage)

    def feed(self, data: bytes) -> list[Decoded]:
        """Decode the frames that the bytes complete."""
        return self._decode(self._lock.feed(data))

    def flush(self) -> list[Decoded]:
        """Give what is held back at the end of the stream."""
        return [*self._decode(self._lock.flush()), *self._release()]

    def resync(self) -> list[Decoded]:
        """Forget the half frame at hand; what is missing by the counter comes before the next."""
        self._lock.resync()
        self._board_ms = None
        return self._release()

    def _decode(self, runs: list[FrameRun]) -> list[Decoded]:
        for run in runs:
            n_missing = self._resolved(run) * self._format.n_samples
            if n_missing:
                self._out += self._samples(self._lead_off.flush())
                self._add_missing(n_missing, "dropped")
            self._note_time(run.frames)
            for off, codes in self._lead_off.feed(self._format.codes(run.frames, self._channel)):
                if off:
                    self._add_missing(len(codes), "lead_off")
                else:
                    self._out += self._samples(codes)
        out, self._out = self._out, []
        return out

    def _release(self) -> list[Decoded]:
        return self._samples(self._lead_off.flush())

    def _samples(self, codes: Codes) -> list[Decoded]:
        if not len(codes):
            return []
        return [Samples(((codes - self._zero) * self._factor).astype(np.float32))]

    def _add_missing(self, n_samples: int, reason: Literal["dropped", "lead_off"]) -> None:
        last = self._out[-1] if self._out else None
        if isinstance(last, Missing) and last.reason == reason:
            n_samples += last.n_samples
            self._out.pop()
        self._out.append(Missing(n_samples, reason))

    def _resolved(self, run: FrameRun) -> int:
        """Frames that are missing before a run: where both sides have board time, whole periods
        of the counter, too.

        Only beside a loss that the counter shows, and up to ``BOARD_TIME_S``: frames have no
        checksum, and one flipped bit of a time would else be a loss of weeks. What is left out is
        for the arrival clock to find.
        """
        times = self._format.board_ms(run.frames[:1])
        if times is None or self._board_ms is None or times[0] < 0:
            return run.n_missing
        if not run.n_missing or not self._format.period:
            return run.n_missing
        elapsed = (int(times[0]) - self._board_ms) * self._frame_rate / 1000 - 1
        if elapsed > BOARD_TIME_S * self._frame_rate:
            return run.n_missing
        n_periods = round((elapsed - run.n_missing) / self._format.period)
        return run.n_missing + max(0, n_periods) * self._format.period

    def _note_time(self, frames: Frames) -> None:
        times = self._format.board_ms(frames[-1:])
        self._board_ms = int(times[0]) if times is not None and times[0] >= 0 else None

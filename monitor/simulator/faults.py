"""Faults on demand for the simulated board, seeded, and counted as they really happened.

A `FaultyEncoder` stands between a board's encoder and the wire: it loses frames, flips bits, puts
garbage between frames, falls silent, and holds bytes back to say them in bursts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Item
from sibeat.monitor.simulator.speaking import Encoder

LONGEST_GARBAGE = 200
"""bytes of a burst of garbage, at most; chosen by us: some frames of every board"""


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that lasts ``for_s`` seconds, each ``every_s`` seconds, the first after that."""

    every_s: float
    for_s: float

    def covers(self, time_s: float) -> bool:
        """Tell whether it goes on at that time of the stream."""
        return time_s >= self.every_s and time_s % self.every_s < self.for_s


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong."""

    drop: float = 0.0
    """share of the frames that are lost"""
    flip: float = 0.0
    """share of the bytes in which one bit is flipped"""
    garbage_rate: float = 0.0
    """bursts of random bytes a minute, put between frames"""
    stall: Spell | None = None
    """the board says nothing, and what it measures meanwhile is lost"""
    unplug: Spell | None = None
    """the port goes away and comes back"""
    burst_s: float = 0.0
    """bytes are held back and said together, each so many seconds"""
    clock_drift: float = 0.0
    """share by which the board's clock is fast (slow below 0)"""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, share in (("--drop", self.drop), ("--flip", self.flip)):
            if not 0 <= share < 1:
                raise UsageError(f"{name} {share:g} is no share: give 0 or more, below 1")
        for name, number in (("--garbage", self.garbage_rate), ("--burst", self.burst_s)):
            if not 0 <= number < 1e6:
                raise UsageError(f"{name} {number:g} cannot be meant: give 0 or more")
        if not -0.5 <= self.clock_drift <= 0.5:
            raise UsageError(f"--clock-drift {self.clock_drift:g} is not within -0.5 to 0.5")

    @property
    def any(self) -> bool:
        """Whether anything goes wrong."""
        return self != Faults()

    def away(self, time_s: float) -> bool:
        """Tell whether the port is unplugged at that time of the stream."""
        return self.unplug is not None and self.unplug.covers(time_s)


@dataclass(slots=True)
class FaultCounts:
    """What really went wrong."""

    n_frames: int = 0
    n_dropped: int = 0
    """frames lost one by one"""
    n_silent: int = 0
    """frames lost while the board was stalled or unplugged"""
    n_flipped_bytes: int = 0
    n_damaged: int = 0
    """frames with a flipped byte"""
    n_garbage: int = 0
    """bursts"""
    n_garbage_bytes: int = 0

    def __str__(self) -> str:
        """List the counts that are not 0."""
        parts = {
            f"{self.n_dropped} frames dropped": self.n_dropped,
            f"{self.n_silent} in silence": self.n_silent,
            f"{self.n_damaged} damaged": self.n_damaged,
            f"{self.n_garbage} bursts of garbage": self.n_garbage,
        }
        return ", ".join(text for text, count in parts.items() if count) or "nothing went wrong"


class FaultyEncoder:
    """Says what an encoder says, with faults; see :class:`~.speaking.Encoder`.

    Parameters
    ----------
    encoder : the board
    faults : what goes wrong
    fs : sampling rate, Hz
    split : cuts what the encoder says into frames (or lines)
    n_samples : samples of a frame
    seed : the same one gives the same faults
    """

    def __init__(
        self,
        encoder: Encoder,
        faults: Faults,
        fs: float,
        split: Callable[[bytes], list[bytes]],
        n_samples: int = 1,
        seed: int = 1,
    ) -> None:
        self.counts = FaultCounts()
        self._encoder, self._faults, self._split = encoder, faults, split
        self._frame_s = n_samples / fs
        self._rng = np.random.default_rng(seed)
        self._held = b""
        self._said_s = 0.0

    def preamble(self) -> bytes:
        """Say what the board says first, unharmed."""
        return self._encoder.preamble()

    def encode(self, item: Item) -> bytes:
        """Say an item, as far as the faults allow."""
        frames = self._split(self._encoder.encode(item))
        data = b"".join(self._spoilt(frame) for frame in frames)
        return self._in_bursts(data) if self._faults.burst_s else data

    def rest(self) -> bytes:
        """Say what is still held back: the stream is over."""
        held, self._held = self._held, b""
        return held

    def _spoilt(self, frame: bytes) -> bytes:
        time_s = self.counts.n_frames * self._frame_s
        self.counts.n_frames += 1
        stall = self._faults.stall
        if self._faults.away(time_s) or (stall is not None and stall.covers(time_s)):
            self.counts.n_silent += 1
            return b""
        garbage = self._garbage()
        if self._rng.random() < self._faults.drop:
            self.counts.n_dropped += 1
            return garbage
        return garbage + self._flipped(frame)

    def _garbage(self) -> bytes:
        if self._rng.random() >= self._faults.garbage_rate / 60 * self._frame_s:
            return b""
        data = self._rng.bytes(int(self._rng.integers(1, LONGEST_GARBAGE + 1)))
        self.counts.n_garbage += 1
        self.counts.n_garbage_bytes += len(data)
        return data

    def _flipped(self, frame: bytes) -> bytes:
        if not self._faults.flip:
            return frame
        hit = np.flatnonzero(self._rng.random(len(frame)) < self._faults.flip)
        if not len(hit):
            return frame
        values = np.frombuffer(frame, np.uint8).copy()
        values[hit] ^= (1 << self._rng.integers(0, 8, len(hit))).astype(np.uint8)
        self.counts.n_flipped_bytes += len(hit)
        self.counts.n_damaged += 1
        return values.tobytes()

    def _in_bursts(self, data: bytes) -> bytes:
        self._held += data
        time_s = self.counts.n_frames * self._frame_s
        if time_s - self._said_s < self._faults.burst_s:
            return b""
        data, self._held, self._said_s = self._held, b"", time_s
        return data

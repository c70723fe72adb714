"""A board that is plugged into nothing: its bytes, its faults and its clock, as fast as it goes.

Time is the board's own (a sample a tick), so that hours pass in minutes; which samples were said,
lost or never said is counted here, to compare with what the monitor says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sibeat.ecg.stream import Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.protocols.board import find_board
from sibeat.monitor.protocols.codec import frame_cutter, make_encoder
from sibeat.monitor.simulator.faults import Faults, FaultyEncoder
from sibeat.monitor.sources.base import ByteArrival

from .soak_truth import Truth

READ_S = 0.1
"""stream time of a read; chosen by us: five reads of the serial port, for speed"""
HEART = SyntheticSettings(
    RhythmSettings(
        heart_rate_bpm=75.0, ventricular_rate=2.0, supraventricular_rate=1.0, pause_rate=0.05
    ),
    NoiseSettings(motion_rate=0.2),
    lead_off_rate=0.1,
)
CLEAN_S = 1.0
"""begin and end of the stream without faults; chosen by us: what is lost before the first frame or
after the last is nothing that anybody could count"""
MOST_CUT = 40
"""bytes that are missing at most when a port comes back; chosen by us: a frame or a line, and more,
so that the first one is mostly cut"""
CLOCK_START_S = 1000.0
"""of the arrival clock; any"""


FAULTS = Faults(drop=0.002, flip=0.00002, garbage_rate=2.0)
FAULTS_OF_TEXT = Faults(drop=0.002, garbage_rate=2.0)
"""text has no check: a flipped digit of a time stamp is another time, a loss that never was"""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What goes wrong, on average."""

    faults: Faults
    stalls_an_hour: float = 6.0
    stall_s: tuple[float, float] = (0.2, 6.0)
    """shortest and longest"""
    unplugs_an_hour: float = 3.0
    unplug_s: tuple[float, float] = (1.0, 20.0)


@dataclass(slots=True)
class BoardCounts:
    """What the board did."""

    n_samples: int = 0
    """ticks of its clock"""
    n_stalls: int = 0
    n_unplugs: int = 0
    n_away: int = 0
    """samples of stalls and unplugs, which nobody was told"""
    n_clean: int = 0
    """samples that were said without faults"""
    n_bytes: int = 0


class SoakBoard:
    """A transport without a port; see :class:`sibeat.monitor.sources.base.Transport`.

    Parameters
    ----------
    name : of the board
    seconds : length of the stream
    seed : of the heart and of the mishaps
    mishaps : what goes wrong; by default what suits the board for hours
    """

    def __init__(
        self, name: str, seconds: float, seed: int, mishaps: Mishaps | None = None
    ) -> None:
        self.name = f"soak {name}"
        self.board = find_board(name)
        self.fs = self.board.fs or 250.0
        self.counts = BoardCounts()
        self.truth = Truth(self.board)
        self._mishaps = mishaps or Mishaps(FAULTS_OF_TEXT if name == "text" else FAULTS)
        self._rng = np.random.default_rng(seed)
        self._ecg = SyntheticEcg(HEART, self.fs, seed)
        self._n_samples = round(seconds * self.fs)
        self._plain = make_encoder(self.board, self.fs, time_column="us")
        n_samples, split = frame_cutter(self.board)
        self.encoder = FaultyEncoder(
            self._plain, self._mishaps.faults, self.fs, split, n_samples, seed
        )
        self._closed = False

    def arrivals(self) -> Iterator[ByteArrival]:
        """Say the stream to its end, mishaps included; the board runs on while it is unplugged."""
        yield ByteArrival(CLOCK_START_S, self._plain.preamble())
        blocks = self._ecg.blocks(round(READ_S * self.fs), self._n_samples)
        quiet_until_s, unplugged = 0.0, False
        for item in blocks:
            self._ecg.take_labels()
            self.truth.keep(item)
            now_s = item.stop / self.fs
            self.counts.n_samples = item.stop
            if self._closed:
                return
            if now_s < quiet_until_s:
                self.counts.n_away += item.stop - item.start
                yield ByteArrival(CLOCK_START_S + now_s)
                continue
            if unplugged:
                yield ByteArrival(CLOCK_START_S + item.start / self.fs, kind="back")
            yield self._read(item, now_s, int(self._rng.integers(MOST_CUT)) if unplugged else 0)
            quiet_s, unplugged = self._mishap(now_s)
            quiet_until_s = now_s + quiet_s
            if unplugged:
                yield ByteArrival(CLOCK_START_S + now_s, kind="lost")

    def next_rate(self) -> bool:
        """Have one rate."""
        return False

    def close(self) -> None:
        """End."""
        self._closed = True

    def _is_clean(self, time_s: float) -> bool:
        return not CLEAN_S < time_s <= self._n_samples / self.fs - CLEAN_S

    def _read(self, item: Item, now_s: float, n_cut: int) -> ByteArrival:
        clean = self._is_clean(now_s)
        self.counts.n_clean += (item.stop - item.start) * clean
        data = (self._plain if clean else self.encoder).encode(item)[n_cut:]
        self.counts.n_bytes += len(data)
        return ByteArrival(CLOCK_START_S + now_s, data)

    def _mishap(self, now_s: float) -> tuple[float, bool]:
        """Say how long nothing comes now, s, and whether that is an unplug."""
        chance = self._rng.random() * 3600 / READ_S
        if self._is_clean(now_s + self._mishaps.unplug_s[1]):
            return 0.0, False
        if chance < self._mishaps.unplugs_an_hour:
            self.counts.n_unplugs += 1
            return float(self._rng.uniform(*self._mishaps.unplug_s)), True
        if chance < self._mishaps.unplugs_an_hour + self._mishaps.stalls_an_hour:
            self.counts.n_stalls += 1
            return float(self._rng.uniform(*self._mishaps.stall_s)), False
        return 0.0, False

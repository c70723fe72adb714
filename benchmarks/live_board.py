"""A simulated board on a pseudo-terminal that notes when it said what, and whether it was heard.

It speaks text (one number a line) in a thread of its own, at real time or faster.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sibeat.ecg.annotation import annotations_in, is_beat
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.simulator.faults import Faults
from sibeat.monitor.simulator.speaking import Spoken, TextEncoder, record_items, speak
from sibeat.monitor.simulator.wire import SETTLE_S
from sibeat.monitor.simulator.wire_pty import PtyWire
from sibeat.monitor.sources.pacing import Pacer

ECTOPIC = SyntheticSettings(RhythmSettings(heart_rate_bpm=75.0, ventricular_rate=20.0))
"""a heart that gives many alerts; chosen by us"""
SEED = 1
"""of that heart"""
JOIN_S = 5.0
"""longest wait for the last word, s; chosen by us"""


@dataclass(slots=True)
class Block:
    """Samples that were said together."""

    start: int
    stop: int
    at_s: float
    """monotonic clock when they were said"""
    heard: bool = False
    """whether somebody listened"""


class LiveBoard:
    """A board that speaks as soon as somebody listens; a context manager.

    Parameters
    ----------
    fs : sampling rate, Hz
    utterance_s : wall time between two words, s
    speed : stream seconds a second
    link : name of the port that stays when it is unplugged and comes back
    faults : when it is unplugged
    settle_s : time that a new listener gets to set itself up, s
    record : a WFDB record with its ``.atr``, at its own rate, instead of the made-up heart
    """

    def __init__(
        self,
        fs: float,
        utterance_s: float,
        *,
        speed: float = 1.0,
        link: Path | None = None,
        faults: Faults | None = None,
        settle_s: float = SETTLE_S,
        record: Path | None = None,
    ) -> None:
        self.fs = fs if record is None else open_record(record).fs
        self.beats: list[int] = []
        """samples of the beats, at least of what was said"""
        self.blocks: list[Block] = []
        self._n_block = max(1, round(utterance_s * self.fs * speed))
        self._record = record
        self._encoder = TextEncoder(self.fs)
        self._wire = PtyWire(settle_s, link)
        self._pacer, self._spoken = Pacer(speed), Spoken()
        self._faults = faults or Faults()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._speak, name="board", daemon=True)

    @property
    def port(self) -> str:
        """The port to open."""
        return self._wire.path

    def said_at_s(self, sample: int) -> float:
        """Monotonic clock when a sample was said."""
        return self.blocks[sample // self._n_block].at_s

    def preamble(self) -> bytes:
        """Name the column; see `Encoder`."""
        return self._encoder.preamble()

    def encode(self, item: Item) -> bytes:
        """Note the moment, which is that of the writing; see `Encoder`."""
        self.blocks.append(Block(item.start, item.stop, time.monotonic()))
        return self._encoder.encode(item)

    def _speak(self) -> None:
        speak(
            self._items(),
            self,
            self._wire,
            self.fs,
            self._pacer,
            self._spoken,
            away=self._faults.away,
        )

    def _items(self) -> Iterator[Item]:
        """Give the signal until the end is asked for; what went before was said by then."""
        n_heard = 0
        for item in self._made_up() if self._record is None else self._recorded(self._record):
            if self.blocks:
                self.blocks[-1].heard = self._spoken.n_heard > n_heard
                n_heard = self._spoken.n_heard
            if self._ending.is_set():
                return
            yield item

    def _made_up(self) -> Iterator[Item]:
        ecg = SyntheticEcg(ECTOPIC, self.fs, SEED)
        for item in ecg.blocks(self._n_block):
            self.beats += [beat.sample for beat in ecg.take_labels().beats]
            yield item

    def _recorded(self, record: Path) -> Iterator[Item]:
        found = annotations_in(record.with_suffix(".atr"))
        self.beats += [beat.sample for beat in found if is_beat(beat.symbol)]
        return record_items(open_record(record), self._n_block, None)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(JOIN_S)  # one that nobody listened to waits on
        self._wire.close()

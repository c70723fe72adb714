"""The demo: a synthetic ECG as a source, with the truth beside it.

Eight seconds of sinus rhythm let a detector and a running template settle; then each seven seconds
bring a supraventricular beat and each five and a quarter a ventricular one: 4 and 3 in 30 seconds.
"""

from collections.abc import Iterator
from dataclasses import replace

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Item, StreamInfo
from sibeat.ecg.synthetic import BeatLabel, SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.sources.pacing import Pacer, chunk_samples

DEMO_FS = 250.0
"""sampling rate, Hz; chosen by us: that of the commonest boards"""
DEMO_SEED = 7
"""chosen by us: looks well, and the last ectopic beat leaves time for its score"""
DEMO = SyntheticSettings(
    rhythm=RhythmSettings(
        heart_rate_bpm=72.0,
        ventricular_rate=60 / 5.25,
        supraventricular_rate=60 / 7.0,
        onset_s=8.0,
    ),
    noise=NoiseSettings(level=1.0, mains_hz=50.0),
)


class DemoSource:
    """Plays a synthetic ECG and keeps its labels.

    Parameters
    ----------
    speed : times real time; None: as fast as the samples are taken
    duration_s : length, s
    fs : sampling rate, 100 to 2000 Hz
    seed : of everything that chance decides
    chunk_s : length of a chunk, s; by default as a replay has it
    pacer : with its own clock, for tests

    Raises
    ------
    UsageError
        The speed, the length or the rate cannot be meant.
    """

    live = False

    def __init__(
        self,
        speed: float | None = 1.0,
        duration_s: float = 30.0,
        fs: float = DEMO_FS,
        seed: int = DEMO_SEED,
        chunk_s: float | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        self._ecg = SyntheticEcg(DEMO, fs, seed)
        self._n_chunk = chunk_samples(fs, speed, chunk_s)
        self._pacer = pacer or Pacer(speed)
        self._closed = False
        self._status = SourceStatus(fs=fs)
        self._truth: list[BeatLabel] = []
        self._info = StreamInfo(
            name="demo",
            source="demo (synthetic ECG)",
            fs=fs,
            lead="II",
            n_samples=_n_samples(fs, duration_s),
        )

    @property
    def info(self) -> StreamInfo:
        """What is played; known from the start."""
        return self._info

    @property
    def truth(self) -> tuple[BeatLabel, ...]:
        """The beats whose R-peaks were given so far; all of them stay in memory."""
        return tuple(self._truth)

    def open(self) -> StreamInfo:
        """Say what is played; there is nothing to wait for."""
        return self._info

    def __iter__(self) -> Iterator[Item]:
        """Yield the chunks, each when it is due."""
        self._status = replace(self._status, state="streaming")
        self._pacer.start()
        for item in self._ecg.blocks(self._n_chunk, self._info.n_samples):
            self._pacer.wait_until(item.stop / self._info.fs)
            if self._closed:
                break
            self._truth += self._ecg.take_labels().beats
            yield item
        self._status = replace(self._status, state="ended")

    def status(self) -> SourceStatus:
        """Whether the demo has ended."""
        return self._status

    def close(self) -> None:
        """End the iteration at the next chunk, without waiting until it is due."""
        self._closed = True
        self._pacer.stop()


def _n_samples(fs: float, duration_s: float) -> int:
    if not duration_s > 0:
        raise UsageError(f"--duration {duration_s:g} s is no length: give a number above 0")
    return max(1, round(duration_s * fs))

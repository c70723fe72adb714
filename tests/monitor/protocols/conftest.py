"""What every board says of an ECG, and what its decoder makes of it: the fixture ``bench``."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, FloatArray, Item
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import frame_format, make_decoder, make_encoder
from sibeat.monitor.protocols.frame import FrameFormat
from sibeat.monitor.sources.base import Decoded, Decoder, Missing, Samples


class Bench:
    """Speaks and listens as the shipped boards do."""

    def layout(self, name: str) -> FrameFormat:
        return frame_format(shipped_boards()[name])

    def ramp(self, n_samples: int) -> FloatArray:
        """Values that differ from one to the next, within the range of every board."""
        return (0.8 * np.sin(np.arange(n_samples) * 0.7) + 0.01).astype(np.float32)

    def say(self, name: str, *items: Item) -> bytes:
        encoder = make_encoder(shipped_boards()[name], 250.0)
        return b"".join(map(encoder.encode, items))

    def frames(self, name: str, n_frames: int, start: int = 0) -> list[bytes]:
        """Frames with consecutive counters from ``start`` on."""
        layout = self.layout(name)
        n_before = start * layout.n_samples
        samples = self.ramp(n_before + n_frames * layout.n_samples)[n_before:]
        data = self.say(name, Chunk(n_before, samples))
        return [data[at : at + layout.n_bytes] for at in range(0, len(data), layout.n_bytes)]

    def hear(self, name: str, *pieces: bytes) -> list[Decoded]:
        return self.run(make_decoder(shipped_boards()[name], fs=250.0), *pieces)

    def run(self, decoder: Decoder, *pieces: bytes) -> list[Decoded]:
        """Decode everything; runs of one kind are joined."""
        items = [item for piece in pieces for item in decoder.feed(piece)]
        joined: list[Decoded] = []
        for item in [*items, *decoder.flush()]:
            joined[-1:] = _join(joined[-1], item) if joined else [item]
        return joined

    def signal(self, items: list[Decoded]) -> FloatArray:
        """All samples in their places, NaN where they are missing."""
        parts = [
            i.values if isinstance(i, Samples) else np.full(i.n_samples, np.nan, np.float32)
            for i in items
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def misplaced(self, heard: FloatArray, said: FloatArray) -> int:
        """Number of samples that are neither missing nor those that were said there."""
        n = min(len(heard), len(said))
        known = ~np.isnan(heard[:n])
        return int(np.sum(heard[:n][known] != said[:n][known]))


def _join(last: Decoded, item: Decoded) -> list[Decoded]:
    if isinstance(item, Samples) and isinstance(last, Samples):
        return [Samples(np.concatenate([last.values, item.values]))]
    if isinstance(item, Missing) and isinstance(last, Missing) and item.reason == last.reason:
        return [Missing(last.n_samples + item.n_samples, item.reason)]
    return [last, item]


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()

"""How many bytes a second each decoder takes: ``python -m benchmarks.decoding`` prints JSON.

``whole`` is clean frames in reads of 4096 bytes, ``live`` in reads of 20 ms as they come at real
time, with the share of one core that this takes, ``noisy`` with 0.1 % of the bytes flipped.
"""

import json
import sys
import time

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import Board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder

N_SAMPLES = 40_000
READ_BYTES = 4096
READ_S = 0.02
TEXT_FS = 250.0


def seconds(board: Board, data: bytes, read: int) -> float:
    """Time that decoding takes, s; the best of three."""
    times = []
    for _ in range(3):
        decoder = make_decoder(board, fs=TEXT_FS)
        begin = time.perf_counter()
        for at in range(0, len(data), read):
            decoder.feed(data[at : at + read])
        times.append(time.perf_counter() - begin)
    return min(times)


def measure(board: Board) -> dict[str, float]:
    """Measure one board's decoder."""
    fs = board.fs or TEXT_FS
    samples = np.sin(np.arange(N_SAMPLES) * 0.1, dtype=np.float32)
    data = make_encoder(board, fs).encode(Chunk(0, samples))
    rng = np.random.default_rng(0)
    noisy = np.frombuffer(data, np.uint8).copy()
    noisy[rng.random(len(noisy)) < 0.001] ^= 0x10
    live_read = max(1, round(len(data) / N_SAMPLES * fs * READ_S))
    live_s = seconds(board, data, live_read)
    return {
        "whole_bytes_s": round(len(data) / seconds(board, data, READ_BYTES)),
        "noisy_bytes_s": round(len(data) / seconds(board, noisy.tobytes(), READ_BYTES)),
        "live_bytes_s": round(len(data) / live_s),
        "live_core_share": round(live_s / (N_SAMPLES / fs), 6),
    }


def main() -> None:
    """Print what every decoder takes."""
    rates = {name: measure(board) for name, board in shipped_boards().items()}
    json.dump(rates, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    guarded(main)

"""Random and mutated bytes into every decoder: ``python -m benchmarks.fuzz [BYTES]`` prints JSON.

Half of the stretches are random bytes, half are what the board says with 2 % of its bytes changed
and some removed or doubled; the reads are of random length. An exception ends it. That memory stays
bounded is tested in tests/monitor/protocols.
"""

import argparse
import json
import sys
import time

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.auto import AutoDecoder
from sibeat.monitor.protocols.board import Board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder
from sibeat.monitor.sources.base import Decoder, Missing

N_BYTES = 10_000_000
"""bytes a decoder: a requirement of the project"""
LONGEST_READ = 8192
"""bytes; chosen by us: twice what the serial port reads at once"""
SEED = 0
FS = 250.0
"""rate of the text, which states none, Hz; chosen by us"""


def mutated(board: Board, rng: np.random.Generator) -> bytes:
    """Give 2000 samples as the board says them, with bytes changed, removed and doubled."""
    said = make_encoder(board, FS).encode(Chunk(0, rng.normal(0, 0.5, 2000).astype(np.float32)))
    data = np.frombuffer(said, np.uint8).copy()
    hit = rng.random(len(data)) < 0.02
    data[hit] = rng.integers(0, 256, int(hit.sum()), dtype=np.uint8)
    kept = rng.random(len(data))
    return np.repeat(data, np.where(kept < 0.002, 0, np.where(kept > 0.998, 2, 1))).tobytes()


def fuzz(decoder: Decoder, board: Board, n_bytes: int) -> dict[str, float]:
    """Feed a decoder.

    Parameters
    ----------
    decoder : fed until it had `n_bytes`
    board : whose frames or lines are mutated

    Returns
    -------
    Bytes it was fed, samples and missing samples that it made of them, and wall time, s.
    """
    rng = np.random.default_rng(SEED)
    n_fed = n_samples = n_missing = 0
    begin = time.perf_counter()
    while n_fed < n_bytes:
        data = rng.bytes(50_000) if rng.random() < 0.5 else mutated(board, rng)
        at = 0
        while at < len(data):
            stop = at + int(rng.integers(1, LONGEST_READ))
            for item in decoder.feed(data[at:stop]):
                n_samples += item.n_samples
                n_missing += item.n_samples * isinstance(item, Missing)
            at = stop
        n_fed += len(data)
    decoder.flush()
    took_s = round(time.perf_counter() - begin, 2)
    return {"bytes": n_fed, "samples": n_samples, "missing": n_missing, "seconds": took_s}


def main() -> None:
    """Fuzz every decoder, and the search for the board on each board's bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bytes", nargs="?", type=int, default=N_BYTES, help="for each decoder")
    n_bytes = parser.parse_args().bytes
    boards = shipped_boards()
    found = {
        name: fuzz(make_decoder(board, fs=FS), board, n_bytes) for name, board in boards.items()
    }
    for name, board in boards.items():
        decoder = AutoDecoder(list(boards.values()))
        found[f"auto on {name}"] = fuzz(decoder, board, n_bytes // len(boards))
    json.dump(found, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    guarded(main)

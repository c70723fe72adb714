"""What the decoders count is what the simulated board really lost: nothing is lost in silence."""

from typing import Any

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import frame_format, make_decoder, make_encoder
from sibeat.monitor.simulator.faults import Faults, FaultyEncoder
from sibeat.monitor.sources.base import Missing

BOARDS = shipped_boards()
FRAMED = [name for name, board in BOARDS.items() if board.protocol != "text"]
COUNTED = [name for name in FRAMED if frame_format(BOARDS[name]).period]
N_FRAMES = 20_000
N_CLEAN = 50
FS = 250.0


def faulty(bench: Any, name: str, faults: Faults, n_frames: int = N_FRAMES) -> tuple[Any, Any, Any]:
    """Say frames with faults; gives the encoder, what was heard, and the decoder."""
    layout = bench.layout(name)
    size = layout.n_bytes
    encoder = FaultyEncoder(
        make_encoder(BOARDS[name], FS),
        faults,
        FS,
        lambda data: [data[at : at + size] for at in range(0, len(data), size)],
        layout.n_samples,
        seed=3,
    )
    said = bench.ramp(n_frames * layout.n_samples)
    n_clean = N_CLEAN * layout.n_samples  # what is lost before the first frame is not known of
    pieces = [make_encoder(BOARDS[name], FS).encode(Chunk(0, said[:n_clean]))]
    blocks = (Chunk(at, said[at : at + 400]) for at in range(n_clean, len(said), 400))
    pieces += map(encoder.encode, blocks)
    decoder = make_decoder(BOARDS[name])
    return encoder.counts, bench.run(decoder, *pieces), decoder


def missing(items: Any) -> int:
    return sum(item.n_samples for item in items if isinstance(item, Missing))


def clean(bench: Any, name: str, n_frames: int = N_FRAMES) -> Any:
    said = bench.ramp(n_frames * bench.layout(name).n_samples)
    return bench.signal(bench.hear(name, bench.say(name, Chunk(0, said))))


@pytest.mark.parametrize("name", COUNTED)
def test_one_per_cent_dropped_is_counted_exactly(bench: Any, name: str) -> None:
    counts, heard, _ = faulty(bench, name, Faults(drop=0.01))
    signal = bench.signal(heard)
    assert counts.n_dropped > 100
    ends = N_FRAMES - len(signal)  # frames lost at the very end are not known of
    assert 0 <= ends <= 4
    assert counts.n_dropped - ends <= missing(heard) <= counts.n_dropped + 0.1 * counts.n_dropped
    assert bench.misplaced(signal, clean(bench, name)) == 0


@pytest.mark.parametrize("name", COUNTED)
def test_drops_flips_and_garbage_move_no_sample(bench: Any, name: str) -> None:
    """Each sample is heard in its own place, or missing; only flipped data bits come through."""
    faults = Faults(drop=0.01, flip=0.001, garbage_rate=30)
    counts, heard, decoder = faulty(bench, name, faults)
    signal = bench.signal(heard)
    lost = counts.n_dropped + counts.n_damaged
    assert abs(len(signal) - N_FRAMES) <= 4
    assert counts.n_dropped - 4 <= missing(heard) <= 1.5 * lost + 4 * counts.n_garbage
    assert bench.misplaced(signal, clean(bench, name)) <= counts.n_damaged
    assert decoder.counts.n_odd_bytes >= counts.n_garbage_bytes * 0.9


@pytest.mark.parametrize("name", [n for n in FRAMED if n not in COUNTED])
def test_without_counter_only_damage_in_place_is_counted(bench: Any, name: str) -> None:
    n_frames = 5000
    counts, heard, decoder = faulty(bench, name, Faults(drop=0.01, flip=0.001), n_frames)
    per_frame = bench.layout(name).n_samples
    assert not decoder.counts_losses
    assert decoder.counter_period is None
    shortfall = n_frames - len(bench.signal(heard)) // per_frame
    assert shortfall == pytest.approx(counts.n_dropped, abs=0.1 * counts.n_dropped)
    assert missing(heard) // per_frame <= counts.n_damaged


@pytest.mark.parametrize("name", list(BOARDS))
def test_random_and_mutated_bytes_raise_nothing(bench: Any, name: str) -> None:
    rng = np.random.default_rng(5)
    decoder = make_decoder(BOARDS[name], fs=FS)
    said = bench.say(name, Chunk(0, bench.ramp(2000)))
    mutated = np.frombuffer(said, np.uint8).copy()
    hit = rng.random(len(mutated)) < 0.02
    mutated[hit] = rng.integers(0, 256, int(hit.sum()), dtype=np.uint8)
    for data in (rng.bytes(100_000), mutated.tobytes(), rng.bytes(1000), said):
        for at in range(0, len(data), 700):
            for item in decoder.feed(data[at : at + 700]):
                assert item.n_samples > 0
    decoder.resync()
    decoder.flush()
    assert decoder.counts.n_bytes > 100_000

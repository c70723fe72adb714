"""The simulated board's faults happen as often as asked, and are counted as they happened."""

import numpy as np
import pytest

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Chunk
from sibeat.monitor.simulator.faults import FaultCounts, Faults, FaultyEncoder, Spell
from sibeat.monitor.simulator.speaking import TextEncoder

FS = 250.0


def said(faults: Faults, n_samples: int = 5000, seed: int = 1) -> tuple[bytes, FaultCounts]:
    encoder = FaultyEncoder(
        TextEncoder(FS, ""), faults, FS, lambda data: data.splitlines(keepends=True), seed=seed
    )
    items = (Chunk(at, np.arange(at, at + 50, dtype=np.float32)) for at in range(0, n_samples, 50))
    return b"".join(map(encoder.encode, items)), encoder.counts


def test_without_faults_nothing_changes() -> None:
    data, counts = said(Faults())
    assert data == b"".join(b"%d\n" % i for i in range(5000))
    assert str(counts) == "nothing went wrong"
    assert not Faults().any


def test_drops_are_counted() -> None:
    data, counts = said(Faults(drop=0.1))
    assert data.count(b"\n") == 5000 - counts.n_dropped
    assert 400 < counts.n_dropped < 600
    assert str(counts) == f"{counts.n_dropped} frames dropped"


def test_the_same_seed_gives_the_same_faults() -> None:
    faults = Faults(drop=0.1, flip=0.01, garbage_rate=60)
    assert said(faults) == said(faults)
    assert said(faults) != said(faults, seed=2)


def test_flips_change_as_many_bytes_as_are_counted() -> None:
    data, counts = said(Faults(flip=0.01))
    clean, _ = said(Faults())
    changed = np.frombuffer(data, np.uint8) != np.frombuffer(clean, np.uint8)
    assert changed.sum() == counts.n_flipped_bytes > 100
    assert 0 < counts.n_damaged <= counts.n_flipped_bytes


def test_garbage_comes_between_frames() -> None:
    data, counts = said(Faults(garbage_rate=120))
    clean, _ = said(Faults())
    assert len(data) == len(clean) + counts.n_garbage_bytes
    assert 20 < counts.n_garbage < 60


def test_a_stall_loses_its_time() -> None:
    data, counts = said(Faults(stall=Spell(5.0, 2.0)))
    assert counts.n_silent == 3 * 2 * 250
    assert data.count(b"\n") == 5000 - counts.n_silent
    assert data.splitlines()[1249:1251] == [b"1249", b"1750"]


def test_bursts_hold_back_and_lose_nothing() -> None:
    encoder = FaultyEncoder(
        TextEncoder(FS, ""), Faults(burst_s=0.5), FS, lambda data: data.splitlines(keepends=True)
    )
    pieces = [encoder.encode(Chunk(at, np.ones(25, np.float32))) for at in range(0, 1000, 25)]
    assert [len(piece) for piece in pieces if piece] == [2 * 125] * 8
    encoder.encode(Chunk(1000, np.ones(25, np.float32)))
    assert [encoder.rest(), encoder.rest()] == [b"1\n" * 25, b""]


def test_an_unplugged_port_is_away_at_its_times() -> None:
    faults = Faults(unplug=Spell(10.0, 3.0))
    assert [faults.away(t) for t in (0.0, 2.0, 9.9, 10.0, 12.9, 13.0, 20.0)] == [
        *(False, False, False),
        *(True, True, False, True),
    ]


@pytest.mark.parametrize(
    "wrong", [{"drop": 1.0}, {"flip": -0.1}, {"garbage_rate": -1.0}, {"clock_drift": 0.9}]
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="--"):
        Faults(**wrong)  # type: ignore[arg-type]

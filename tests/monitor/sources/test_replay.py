"""A replay: the record's own index, its gaps, its error, at any speed and cut."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Piece, Record, open_record
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.sources.pacing import Pacer
from sibeat.monitor.sources.replay import ReplaySource


class FakeRecord(Record):
    """A ramp of 1,000 samples at 100 Hz."""

    name, fs, leads, lead, unit = "ramp", 100.0, ("II",), "II", "mV"
    n_samples: int | None = 1000
    start_time = datetime(2024, 1, 2, 3, 4, 5)

    def __init__(self, truncated_at: int | None = None) -> None:
        self.signal = np.arange(1000, dtype=np.float32)
        self.truncated_at = truncated_at

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        end = min(stop or 1000, self.truncated_at or 1000)
        if start < end:
            yield self.signal[start:end]
        if self.truncated_at is not None:
            raise RecordError("truncated")


def joined(source: ReplaySource) -> np.ndarray:
    return np.concatenate([item.samples for item in source if isinstance(item, Chunk)])


@pytest.mark.parametrize("chunk_s", [None, 0.01, 0.07, 0.13, 60.0])
def test_any_chunk_length_gives_the_samples_on_the_records_index(chunk_s: float | None) -> None:
    source = ReplaySource(FakeRecord(), start_s=2.5, duration_s=3.0, speed=None, chunk_s=chunk_s)
    info = source.open()
    assert (info.first_sample, info.n_samples) == (250, 300)
    assert info.start_time == datetime(2024, 1, 2, 3, 4, 7, 500_000, tzinfo=UTC)
    chunks = list(source)
    assert all(a.stop == b.start for a, b in pairwise(chunks))
    assert chunks[0].start == 250
    assert np.array_equal(joined(source), np.arange(250, 550, dtype=np.float32))
    assert source.status().state == "ended"


def test_a_rate_against_the_record_is_a_warning_from_start_to_end() -> None:
    record = FakeRecord()
    record.stated_fs = 360.0
    source = ReplaySource(record, speed=None)
    before = source.status().warnings
    list(source)
    assert "ramp says 360 Hz" in before[0]
    assert source.status().warnings == before
    assert ReplaySource(FakeRecord(), speed=None).status().warnings == ()


def test_no_sample_comes_before_its_time() -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    source = ReplaySource(FakeRecord(), speed=2.0, pacer=Pacer(2.0, lambda: now, sleep))
    for item in source:
        assert now * 2.0 >= item.stop / 100.0 - 1e-9
    assert abs(now - 5.0) < 1e-9


def test_a_truncated_record_gives_what_there_is_before_its_error() -> None:
    source = ReplaySource(FakeRecord(truncated_at=730), speed=None)
    taken: list[Item] = []
    with pytest.raises(RecordError, match="truncated"):
        taken.extend(source)
    assert taken[-1].stop == 730


def test_a_record_without_a_sample_is_told_so_and_nothing_of_its_start() -> None:
    record = FakeRecord()
    record.n_samples = 0

    with pytest.raises(RecordError, match="ramp holds no samples"):
        ReplaySource(record)


@pytest.mark.parametrize("start_s", [10.0, 500.0])
def test_a_start_after_an_end_that_no_header_tells_is_refused(start_s: float) -> None:
    record = FakeRecord()
    record.n_samples = None

    with pytest.raises(UsageError, match=f"--start {start_s:g} s lies outside ramp"):
        list(ReplaySource(record, start_s=start_s, speed=None))
    assert len(joined(ReplaySource(record, start_s=9.99, speed=None))) == 1


def test_closing_ends_a_paced_replay_without_waiting() -> None:
    source = ReplaySource(FakeRecord(), speed=1e-6, pacer=Pacer(1e-6))
    source.close()
    assert list(source) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_s": -1.0}, "--start"),
        ({"start_s": 10.0}, "lies outside ramp, which has 10 s"),
        ({"start_s": float("nan")}, "--start"),
        ({"duration_s": 0.0}, "--duration"),
        ({"speed": 0.0}, "--speed"),
        ({"speed": float("inf")}, "--speed"),
    ],
)
def test_parts_and_speeds_that_cannot_be_are_refused(
    options: dict[str, float], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        ReplaySource(FakeRecord(), **options)


def test_gaps_of_a_text_record_are_gaps_and_counted(tmp_path: Path) -> None:
    lines = [f"{4 * i},{i}" for i in range(5000) if not 2000 <= i < 2010]
    lines[3000:3003] = [f"{line.split(',')[0]},!" for line in lines[3000:3003]]
    (tmp_path / "log.csv").write_text("ms,ECG\n" + "\n".join(lines) + "\n")
    source = ReplaySource(open_record(tmp_path / "log.csv"), speed=None)
    items = list(source)
    gaps = [item for item in items if isinstance(item, Gap)]
    assert gaps == [Gap(2000, 10, "dropped"), Gap(3010, 3, "lead_off")]
    assert all(a.stop == b.start for a, b in pairwise(items))
    assert (source.status().n_dropped, source.status().n_gaps) == (10, 1)


def test_a_real_record_is_what_it_reads(mitdb: Path) -> None:
    source = ReplaySource(open_record(mitdb / "100"), start_s=1.0, duration_s=20.0, speed=None)
    assert source.open().lead == "MLII"
    assert np.array_equal(joined(source), open_record(mitdb / "100").read(360, 7560))

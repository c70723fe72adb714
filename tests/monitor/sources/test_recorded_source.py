"""A recording replayed: the items of the live run, whatever happened in it."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.errors import RecordError
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.events import GapEvent
from sibeat.monitor.recording.format import MAGIC, Entry, encode_block, encode_entry, encode_json
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.pacing import Pacer
from sibeat.monitor.sources.recorded_source import (
    RecordedSource,
    recorded_now,
    up_to,
    with_overflows,
)
from sibeat.monitor.sources.text_protocol import TextDecoder

HEADER = {"name": "s", "kind": "serial", **recorded_now(100.0)}


class FakePort:
    """Arrivals from a list; the first bit rate is the wrong one where that is wanted."""

    name = "serial fake"

    def __init__(self, arrivals: list[ByteArrival], rates: int = 0) -> None:
        self._arrivals = arrivals
        self._rates = rates
        self._closed = False

    def arrivals(self) -> Iterator[ByteArrival]:
        for arrival in self._arrivals:
            if self._closed:
                return
            yield arrival

    def next_rate(self) -> bool:
        self._rates -= 1
        return self._rates >= 0

    def close(self) -> None:
        self._closed = True


def lines(first: int, stop: int) -> bytes:
    return b"".join(b"%d\r\n" % i for i in range(first, stop))


def a_hard_life() -> list[ByteArrival]:
    """Noise of another bit rate, then samples in odd reads, garbage, silence, an unplugging."""
    told = [ByteArrival(100.0 + i * 0.02, bytes(range(128, 256))) for i in range(115)]
    now, number = 102.3, 0
    told.append(ByteArrival(now, b"half a line\r\n"))
    for i in range(600):
        now += 0.02 + 0.001 * (i % 7)
        if 300 <= i < 420:
            told.append(ByteArrival(now))
            continue
        if i == 480:
            told.append(ByteArrival(now, kind="lost"))
        if 480 <= i < 500:
            told.append(ByteArrival(now))
            continue
        if i == 500:
            told.append(ByteArrival(now, kind="back"))
        data = lines(number, number + 5)
        number += 5
        cut = i % len(data)
        told += [ByteArrival(now, data[:cut] + b"\xff\xfe?\r" * (i % 50 == 0))]
        told += [ByteArrival(now + 0.0001, data[cut:])]
    return told


def make(source_fs: float | None) -> tuple[TextDecoder, LiveStream]:
    decoder = TextDecoder(fs=source_fs)
    return decoder, LiveStream(decoder, source_fs, measure_s=2.0)


def run_live(folder: Path, arrivals: list[ByteArrival], n_items: int | None = None) -> list[Item]:
    """Run live and record; end after so many items, as a user would."""
    recording = Recording(folder, HEADER)
    decoder, stream = make(None)
    source = LiveSource(FakePort(arrivals, rates=1), decoder, stream, "s")
    source.tap(recording.tap)
    source.open()
    items = []
    for item in source:
        items.append(item)
        if len(items) == n_items:
            recording.end(item.stop, {"ended": "q"})
            source.close()
    recording.close()
    return items


def replay(folder: Path) -> list[Item]:
    decoder, stream = make(None)
    source = RecordedSource(RecordingReader(folder), decoder, stream, None)
    info = source.open()
    assert (info.name, source.live) == ("s", False)
    return list(source)


def as_plain(items: list[Item]) -> list[object]:
    return [
        (item.start, item.samples.tobytes()) if isinstance(item, Chunk) else item for item in items
    ]


def test_in_a_replay_nothing_is_waited_for(tmp_path: Path) -> None:
    run_live(tmp_path / "s", a_hard_life())
    decoder, stream = make(None)
    source = RecordedSource(RecordingReader(tmp_path / "s"), decoder, stream, None)
    source.open()
    stream.feed(ByteArrival(200.0, kind="lost"))
    assert (source.status().state, source.status().detail) == ("lost", "the port was gone here")


@pytest.mark.parametrize("n_items", [None, 100, 400])
def test_a_replay_gives_the_items_of_the_live_run(tmp_path: Path, n_items: int | None) -> None:
    live = run_live(tmp_path / "s", a_hard_life(), n_items)
    reasons = {item.reason for item in live if isinstance(item, Gap)}
    assert n_items is not None or reasons == {"silence", "reconnect", "dropped"}
    expected = live if n_items is None else live[:n_items]
    assert as_plain(replay(tmp_path / "s")) == as_plain(expected)


def test_a_cut_recording_gives_the_beginning_and_no_half_line(tmp_path: Path) -> None:
    live = run_live(tmp_path / "s", a_hard_life())
    (part,) = (tmp_path / "s").glob("*")
    data = part.read_bytes()
    entries = list(RecordingReader(tmp_path / "s").entries())
    header = data[: data.index(b"A", data.index(b"\xa5SIB", 30)) - 4]
    payload = b"".join(encode_entry(entry) for entry in entries[:-300])  # type: ignore[arg-type]
    part.write_bytes(header + encode_block(b"A", 1, payload))
    cut = replay(tmp_path / "s")
    assert as_plain(cut) == as_plain(live)[: len(cut)]
    assert len(cut) > 100


def test_a_hole_is_a_port_that_went_away(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    told = [ByteArrival(100 + i * 0.02, lines(5 * i, 5 * i + 5)) for i in range(500)]
    content = MAGIC + encode_json(b"H", 0, HEADER)
    for number, arrivals in ((1, told[:300]), (3, told[350:])):
        payload = b"".join(encode_entry(Entry.of(arrival)) for arrival in arrivals)
        content += encode_block(b"A", number, payload)
    (folder / "00001.sibrec").write_bytes(content)
    items = replay(folder)
    gaps = [item for item in items if isinstance(item, Gap)]
    assert {gap.reason for gap in gaps} == {"reconnect"}
    assert abs(sum(gap.n_samples for gap in gaps) - 50 * 5) <= 10
    assert all(a.stop == b.start for a, b in pairwise(items))


def test_what_the_queue_lost_is_lost_again(tmp_path: Path) -> None:
    live = run_live(tmp_path / "s", a_hard_life())
    recording = Recording(tmp_path / "t", HEADER)
    decoder, stream = make(None)
    source = LiveSource(FakePort(a_hard_life(), rates=1), decoder, stream, "s")
    source.tap(recording.tap)
    source.open()
    assert len(list(source)) == len(live)
    lost = Gap(live[50].start, live[120].stop - live[50].start, "overflow")
    recording.take(GapEvent(lost.start, lost.stop + 1, lost.n_samples, "overflow", bridged=False))
    recording.close()
    assert as_plain(replay(tmp_path / "t")) == as_plain([*live[:50], lost, *live[121:]])


def test_arrivals_are_paced_by_the_recorded_clock(tmp_path: Path) -> None:
    run_live(tmp_path / "s", a_hard_life())
    now = [50.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    decoder, stream = make(None)
    pacer = Pacer(2.0, lambda: now[0], sleep)
    source = RecordedSource(RecordingReader(tmp_path / "s"), decoder, stream, 2.0, pacer)
    source.open()
    assert list(source)
    spent = a_hard_life()[-1].time_s - a_hard_life()[0].time_s
    assert now[0] - 50.0 == pytest.approx(spent / 2, abs=0.01)


def test_a_recording_too_short_for_its_rate_says_so(tmp_path: Path) -> None:
    run = a_hard_life()[115:145]
    recording = Recording(tmp_path / "s", HEADER)
    list(recording.tap(FakePort(run)).arrivals())
    recording.close()
    decoder, stream = make(None)
    with pytest.raises(Exception, match="--fs HZ"):
        RecordedSource(RecordingReader(tmp_path / "s"), decoder, stream, None).open()
    other = Recording(tmp_path / "t", HEADER)
    transport = other.tap(FakePort(run))
    told = transport.arrivals()
    next(told)
    transport.close()
    list(told)
    other.close()
    decoder, stream = make(None)
    with pytest.raises(RecordError, match="ends before its sampling rate was settled"):
        RecordedSource(RecordingReader(tmp_path / "t"), decoder, stream, None).open()


@given(
    st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=4),
    st.none() | st.integers(0, 300),
)
def test_overflows_replace_what_lies_in_them_and_nothing_else(
    lengths: list[tuple[int, bool]], losses: list[tuple[int, int]], limit: int | None
) -> None:
    items: list[Item] = []
    position = 0
    for length, is_gap in lengths:
        if is_gap:
            items.append(Gap(position, length, "dropped"))
        else:
            items.append(Chunk(position, np.arange(position, position + length, dtype=np.float32)))
        position += length
    overflows: list[Gap] = []
    for start, length in sorted(losses):
        if not overflows or start > overflows[-1].stop:
            overflows.append(Gap(start, length, "overflow"))
    result = list(up_to(with_overflows(items, overflows), limit))
    end = position if limit is None else min(limit, position)
    assert sum(item.stop - item.start for item in result) == end
    assert all(a.stop == b.start for a, b in pairwise(result))
    for item in result:
        inside = [gap for gap in overflows if gap.start < item.stop and item.start < gap.stop]
        if isinstance(item, Gap) and item.reason == "overflow":
            assert inside
        else:
            assert not inside
        if isinstance(item, Chunk):
            assert item.samples.tolist() == list(range(item.start, item.stop))

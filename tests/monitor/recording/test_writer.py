import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import GapEvent, RhythmEvent
from sibeat.monitor.recording.buffer import BlockBuffer
from sibeat.monitor.recording.format import Entry
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.sources.base import ByteArrival

from .conftest import HEADER, SmallDisk, entries_in, entry, keep_an_entry


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_everything_comes_back_in_order_from_parts_of_bounded_size(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER, part_bytes=20_000)
    told = [entry(number) for number in range(10_000)]
    for number, one in enumerate(told):
        recording.add(one)
        if number == 5000:
            recording.end(7, {"ended": "q"})
    recording.close()
    recording.close()
    reader = RecordingReader(tmp_path / "s")
    assert list(reader.entries()) == told
    assert len(reader.parts) > 5
    assert all(part.stat().st_size < 20_000 + 2 * 16_384 for part in reader.parts)
    assert (reader.survey.damage, reader.survey.n_missing) == ([], 0)
    assert reader.end_sample == 7
    assert all(RecordingReader(part).header["name"] == "s" for part in reader.parts)
    assert recording.n_lost == 0


def test_what_was_added_is_in_the_file_soon_and_synced_beside_the_writing(tmp_path: Path) -> None:
    disk = SmallDisk(1 << 20)
    recording = Recording(tmp_path / "s", HEADER, disk=disk, write_s=0.01, sync_s=0.02)
    recording.add(entry(0))
    wait_until(lambda: entries_in(tmp_path / "s") == [entry(0)])
    wait_until(lambda: disk.n_synced > 1)
    recording.close()


def test_the_notes_say_what_the_consumer_met(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER)
    recording.start(StreamInfo("s", "serial x", 250.0, "II"), {"version": "1"})
    recording.take(GapEvent(500, 801, 300, "overflow", bridged=False))
    recording.take(GapEvent(900, 1001, 100, "reconnect", bridged=False))
    recording.take(RhythmEvent("mark", 40, 60, "information", announced=False))
    recording.take(RhythmEvent("pause", 40, 60, "low", announced=False))
    recording.tick()
    recording.close()
    notes = RecordingReader(tmp_path / "s").survey.notes
    assert set(notes) == {"stream", "overflow", "mark"}
    assert (notes["stream"][0]["fs"], notes["stream"][0]["version"]) == (250.0, "1")
    assert notes["overflow"] == [{"note": "overflow", "start": 500, "n_samples": 300}]
    assert notes["mark"] == [{"note": "mark", "sample": 40, "decided_at_sample": 60}]


def test_a_full_disk_is_a_warning_and_what_waits_is_written_when_there_is_room(
    tmp_path: Path,
) -> None:
    disk = SmallDisk(600)
    recording = Recording(tmp_path / "s", HEADER, disk=disk, write_s=0.005)
    told = [entry(number) for number in range(200)]
    for one in told:
        recording.add(one)
        time.sleep(0.0005)
    wait_until(lambda: recording.warning is not None)
    assert "No space left" in str(recording.warning)
    RecordingReader(tmp_path / "s")  # what is there can be read
    disk.room = 1 << 20
    wait_until(lambda: recording.warning is None)
    recording.close()
    assert entries_in(tmp_path / "s") == told
    assert recording.n_lost == 0


def test_the_warning_ends_while_more_is_written(tmp_path: Path) -> None:
    disk = SmallDisk(600)
    recording = Recording(tmp_path / "s", HEADER, disk=disk, write_s=3600)
    for room, warned in ((0, True), (1 << 20, False)):
        disk.room += room
        recording.add(Entry("read", 1.0, b"x" * 1000))
        recording._write()
        assert (recording.warning is not None) == warned
    recording.close()


def test_what_a_disk_never_takes_is_counted(tmp_path: Path) -> None:
    disk = SmallDisk(600)
    recording = Recording(tmp_path / "s", HEADER, disk=disk, write_s=0.005)
    for number in range(200):
        recording.add(entry(number))
        time.sleep(0.0005)
    recording.close()
    assert recording.n_lost > 0


def test_a_buffer_that_nobody_empties_is_bounded_and_the_loss_shows(tmp_path: Path) -> None:
    buffer = BlockBuffer(most_blocks=3)
    for number in range(4):
        buffer.note({"note": number})
    assert buffer.n_lost == 1
    recording = Recording(tmp_path / "s", HEADER, write_s=3600.0)
    recording._buffer = buffer
    recording.add(entry(0))
    recording.close()
    assert buffer.n_lost == 2
    survey = RecordingReader(tmp_path / "s").survey
    assert (survey.n_blocks, survey.n_missing) == (3, 2)
    assert survey.damage == ["2 blocks are missing before block 3"]


def test_a_new_part_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "t", HEADER, part_bytes=100, write_s=0.005)
    (tmp_path / "t" / "00002.sibrec").mkdir()
    told = [entry(number) for number in range(100)]
    for one in told:
        recording.add(one)
        time.sleep(0.0005)
    wait_until(lambda: recording.warning is not None)
    assert "00002" in str(recording.warning)
    (tmp_path / "t" / "00002.sibrec").rmdir()
    recording.add(entry(100))
    recording.close()
    assert entries_in(tmp_path / "t") == [*told, entry(100)]


def test_a_part_that_is_removed_meanwhile_is_told_and_another_is_begun(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER, write_s=0.005, sync_s=0.01)
    recording.add(entry(0))
    (tmp_path / "s" / "00001.sibrec").unlink()
    wait_until(lambda: "removed" in str(recording.warning))
    recording.add(entry(1))
    recording.close()
    assert RecordingReader(tmp_path / "s").parts == [tmp_path / "s" / "00002.sibrec"]
    assert entries_in(tmp_path / "s")[-1] == entry(1)


def test_a_folder_that_cannot_be_made_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        Recording(tmp_path / "file" / "s", HEADER)


def test_no_recording_is_continued_by_another(tmp_path: Path) -> None:
    keep_an_entry(tmp_path / "s")
    with pytest.raises(OutputError, match="holds a recording already"):
        Recording(tmp_path / "s", HEADER)


class FakeTransport:
    name = "serial fake"

    def __init__(self, arrivals: list[ByteArrival]) -> None:
        self._arrivals = arrivals
        self._rates = [True, False]
        self.closed = False

    def arrivals(self) -> Iterator[ByteArrival]:
        yield from self._arrivals

    def next_rate(self) -> bool:
        return self._rates.pop(0)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("closed", [False, True])
def test_a_tap_tells_what_the_transport_does_and_records_it_first(
    tmp_path: Path, closed: bool
) -> None:
    arrivals = [ByteArrival(0.5, b"1\n"), ByteArrival(0.6), ByteArrival(0.7, kind="lost")]
    recording = Recording(tmp_path / "s", HEADER)
    fake = FakeTransport(arrivals)
    transport = recording.tap(fake)
    assert transport.name == fake.name
    told = transport.arrivals()
    assert [next(told), next(told)] == arrivals[:2]
    assert transport.next_rate()
    assert not transport.next_rate()
    if closed:
        transport.close()
    assert list(told) == arrivals[2:]
    recording.close()
    assert fake.closed == closed
    assert entries_in(tmp_path / "s") == [
        Entry("read", 0.5, b"1\n"),
        Entry("read", 0.6),
        Entry("next rate", 0.6),
        Entry("no rate", 0.6),
        Entry("lost", 0.7),
        *([] if closed else [Entry("end", 0.7)]),
    ]


def test_where_nothing_arrived_nothing_stays(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "kept" / "s", HEADER, write_s=0.005)
    wait_until(lambda: bool(list((tmp_path / "kept" / "s").iterdir())))
    recording.add(Entry("read", 0.1))
    recording.add(Entry("end", 0.1))
    time.sleep(0.02)
    recording.close()
    recording.close()
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_night_of_silence_leaves_none_of_its_parts(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER, part_bytes=2000, write_s=0.005)
    for number in range(1000):
        recording.add(Entry("read", 0.1 * number))
        time.sleep(0.0001)
    wait_until(lambda: len(list((tmp_path / "s").glob("*.sibrec"))) > 1)
    recording.close()
    assert not (tmp_path / "s").exists()


def test_where_nothing_arrived_files_of_others_stay(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER)
    (tmp_path / "s" / "notes.txt").write_text("of a night", encoding="utf-8")
    recording.close()
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["notes.txt"]


def test_one_byte_is_kept(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "s", HEADER)
    recording.add(Entry("read", 0.1, b"\x00"))
    recording.close()
    assert entries_in(tmp_path / "s") == [Entry("read", 0.1, b"\x00")]

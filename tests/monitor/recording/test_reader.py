from pathlib import Path

import pytest

from sibeat.ecg.errors import RecordError
from sibeat.monitor.recording.format import (
    MAGIC,
    Entry,
    encode_block,
    encode_entry,
    encode_json,
)
from sibeat.monitor.recording.reader import Hole, RecordingReader, find_parts, is_recording

from .conftest import keep_an_entry

HEADER = {"name": "s"}
START = MAGIC + encode_json(b"H", 0, HEADER)


def entry(number: int) -> Entry:
    return Entry("read", float(number), b"%d\n" % number)


def block(number: int) -> bytes:
    return encode_block(b"A", number, encode_entry(entry(number)))


def write_parts(folder: Path, *contents: bytes) -> Path:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number + 1:05d}.sibrec").write_bytes(content)
    return folder


def test_a_missing_part_is_told_and_leaves_a_hole(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", START + block(1), START + block(2), START + block(3))
    (folder / "00002.sibrec").unlink()
    reader = RecordingReader(folder)
    assert list(reader.entries()) == [entry(1), Hole(), entry(3)]
    assert reader.survey.damage == ["1 blocks are missing before block 3"]


def test_a_missing_beginning_is_told(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", START + block(2) + block(3))
    assert list(RecordingReader(folder).entries()) == [Hole(), entry(2), entry(3)]


def test_a_part_alone_is_whole_as_it_is(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", START + block(1), START + block(2) + block(3))
    reader = RecordingReader(folder / "00002.sibrec")
    assert list(reader.entries()) == [entry(2), entry(3)]
    assert reader.survey.damage == []


def test_a_damaged_block_is_told_and_leaves_a_hole(tmp_path: Path) -> None:
    damaged = block(2)[:-1] + b"?"
    folder = write_parts(tmp_path / "s", START + block(1) + damaged + block(3))
    reader = RecordingReader(folder)
    assert list(reader.entries()) == [entry(1), Hole(), entry(3)]
    assert len(reader.survey.damage) == 2
    assert "00001.sibrec: 32 bytes from byte" in reader.survey.damage[0]


def test_a_torn_tail_is_told_and_leaves_no_hole(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", START + block(1) + block(2)[:-1], b"")
    reader = RecordingReader(folder)
    assert list(reader.entries()) == [entry(1)]
    assert len(reader.survey.damage) == 2  # the part that was just made is empty


def test_the_header_of_another_part_will_do(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", b"x" * 100, START + block(1))
    reader = RecordingReader(folder)
    assert reader.header == HEADER
    assert "no part of a recording" in reader.survey.damage[0]


@pytest.mark.parametrize("content", [b"", MAGIC, MAGIC[:5], b"other", START[:-1], block(1)])
def test_no_header_is_no_recording(tmp_path: Path, content: bytes) -> None:
    folder = write_parts(tmp_path / "s", content)
    with pytest.raises(RecordError, match="no readable header"):
        RecordingReader(folder)


@pytest.mark.parametrize(
    "payload", [b"Xabcdefghijkl", encode_entry(entry(1)) + b"r", encode_entry(entry(1))[:-1]]
)
def test_what_another_version_wrote_is_told(tmp_path: Path, payload: bytes) -> None:
    folder = write_parts(tmp_path / "s", START + encode_block(b"A", 1, payload))
    with pytest.raises(RecordError, match="version that wrote it"):
        list(RecordingReader(folder).entries())


def test_a_note_of_another_version_is_told(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "s", START + encode_block(b"N", 1, b"{"))
    with pytest.raises(RecordError, match="no JSON"):
        RecordingReader(folder)


def test_a_folder_of_one_session_means_that_session(tmp_path: Path) -> None:
    keep_an_entry(tmp_path / "all" / "s")
    assert RecordingReader(tmp_path / "all").header["name"] == "s"
    keep_an_entry(tmp_path / "all" / "t")
    with pytest.raises(RecordError, match="holds the recordings s, t: name one"):
        find_parts(tmp_path / "all")


def test_nothing_else_is_taken_for_a_recording(tmp_path: Path) -> None:
    keep_an_entry(tmp_path / "all" / "s")
    (tmp_path / "a.csv").write_text("0,1\n")
    part = tmp_path / "all" / "s" / "00001.sibrec"
    assert [is_recording(path) for path in (tmp_path / "all", part.parent, part)] == [True] * 3
    with pytest.raises(RecordError, match="no recording of `sibeat monitor --record`"):
        find_parts(tmp_path)
    others = (tmp_path, tmp_path / "a.csv", tmp_path / "absent")
    assert [is_recording(path) for path in others] == [False] * 3


def test_what_cannot_be_looked_at_is_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_recording(tmp_path / ("x" * 300))
    (tmp_path / "secret.csv").write_text("0,1\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert not is_recording(tmp_path / "secret.csv")

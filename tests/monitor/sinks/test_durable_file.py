import errno
import os
from pathlib import Path

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.monitor.sinks import durable_file
from sibeat.monitor.sinks.disk import Disk
from sibeat.monitor.sinks.durable_file import DurableFile, FileBusy


class WatchedDisk(Disk):
    """A disk that tells what was asked of it, and has room for so many bytes."""

    def __init__(self, room: int | None = None) -> None:
        self.calls: list[str] = []
        self.room = room
        self.sync_error: int | None = None

    def write(self, fd: int, data: bytes) -> int:
        self.calls.append(f"write {data.decode()!r}")
        if self.room is None:
            return super().write(fd, data)
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = super().write(fd, data[: self.room])
        self.room -= taken
        return taken

    def sync(self, fd: int) -> None:
        self.calls.append("sync")
        if self.sync_error is not None:
            raise OSError(self.sync_error, os.strerror(self.sync_error))
        super().sync(fd)

    def sync_folder(self, folder: Path) -> None:
        self.calls.append(f"sync folder {folder.name}")
        super().sync_folder(folder)


def test_a_line_is_one_write_and_the_folder_of_a_new_file_is_synced(tmp_path: Path) -> None:
    disk = WatchedDisk()
    file = DurableFile(tmp_path / "new" / "a.jsonl", disk)
    file.append(b"one\n")
    file.sync()
    file.close()
    assert disk.calls == [
        f"sync folder {tmp_path.name}",
        "sync folder new",
        "write 'one\\n'",
        "sync",
    ]


def test_the_folder_of_a_file_that_was_there_is_not_synced_again(tmp_path: Path) -> None:
    DurableFile(tmp_path / "a").close()
    disk = WatchedDisk()
    DurableFile(tmp_path / "a", disk).close()
    assert disk.calls == []


def test_a_full_disk_is_a_warning_and_nothing_is_lost_when_it_has_room_again(
    tmp_path: Path,
) -> None:
    disk = WatchedDisk(room=6)
    file = DurableFile(tmp_path / "a", disk)
    for line in (b"one\n", b"two\n", b"three\n"):
        file.append(line)
    status = file.status
    assert status.lines_pending == 2
    assert status.warning is not None
    assert "No space left" in status.warning
    assert (tmp_path / "a").read_bytes() == b"one\ntw"
    disk.room = None
    file.sync()
    assert (tmp_path / "a").read_bytes() == b"one\ntwo\nthree\n"
    assert file.status.warning is None
    assert not file.dirty
    file.close()


def test_memory_of_waiting_lines_is_bounded_and_the_begun_line_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_file, "MAX_PENDING_LINES", 3)
    disk = WatchedDisk(room=2)
    file = DurableFile(tmp_path / "a", disk)
    for number in range(6):
        file.append(f"line {number}\n".encode())
    assert (file.status.lines_pending, file.status.lines_lost) == (3, 3)
    disk.room = None
    file.close()
    assert (tmp_path / "a").read_text() == "line 0\nline 4\nline 5\n"


def test_a_first_line_that_the_others_need_is_kept(tmp_path: Path) -> None:
    disk = WatchedDisk(room=0)
    file = DurableFile(tmp_path / "a", disk, max_pending=3, keep_first=True)
    for number in range(6):
        file.append(f"line {number}\n".encode())
    disk.room = None
    file.sync()
    for number in range(6, 8):
        file.append(f"line {number}\n".encode())
    file.close()
    assert (tmp_path / "a").read_text() == "line 0\nline 4\nline 5\nline 6\nline 7\n"


def test_lines_that_never_found_room_count_as_lost(tmp_path: Path) -> None:
    file = DurableFile(tmp_path / "a", WatchedDisk(room=0))
    file.append(b"one\n")
    file.close()
    file.close()
    assert file.status.lines_lost == 1


def test_a_write_that_takes_nothing_is_a_full_disk(tmp_path: Path) -> None:
    class Stuck(Disk):
        def write(self, fd: int, data: bytes) -> int:
            return 0

    file = DurableFile(tmp_path / "a", Stuck())
    file.append(b"one\n")
    assert file.status.lines_pending == 1
    file.close()


def test_a_failing_sync_is_a_warning_until_one_succeeds(tmp_path: Path) -> None:
    disk = WatchedDisk()
    disk.sync_error = errno.EIO
    file = DurableFile(tmp_path / "a", disk)
    file.append(b"one\n")
    file.sync()
    assert file.status.warning is not None
    assert file.dirty
    disk.sync_error = None
    file.sync()
    assert file.status.warning is None
    file.close()


@pytest.mark.parametrize("bad", ["folder", "file/below"])
def test_what_cannot_be_opened_is_an_output_error(tmp_path: Path, bad: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        DurableFile(tmp_path / bad)


def test_a_folder_that_cannot_be_synced_is_an_output_error(tmp_path: Path) -> None:
    class Broken(Disk):
        def sync_folder(self, folder: Path) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OutputError, match="cannot write"):
        DurableFile(tmp_path / "a", Broken())


def test_two_sessions_cannot_write_one_file(tmp_path: Path) -> None:
    first = DurableFile(tmp_path / "a")
    with pytest.raises(FileBusy, match="another sibeat"):
        DurableFile(tmp_path / "a")
    first.close()
    DurableFile(tmp_path / "a").close()


def test_a_device_takes_lines_too() -> None:
    file = DurableFile(Path(os.devnull))
    assert not file.regular
    file.append(b"one\n")
    file.sync()
    assert file.status.warning is None
    file.close()

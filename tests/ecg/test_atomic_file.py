"""A file is there whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sibeat.ecg.atomic_file import all_or_none, require_writable, write_atomically
from sibeat.ecg.errors import OutputError


def test_a_write_that_breaks_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path], "what was begun fills the disk"


def test_file_and_folder_are_synced_around_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    replace = Path.replace
    monkeypatch.setattr("os.fsync", lambda _: calls.append("sync"))
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (calls.append("rename"), replace(self, to))[1]
    )
    write_atomically(tmp_path / "f", b"x")
    assert calls == ["sync", "rename", "sync"]


def refuse_folders(error: OSError) -> Callable[[int], None]:
    """Make an ``os.fsync`` that files do not mind."""

    def sync(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise error

    return sync


def test_a_file_in_a_folder_that_cannot_be_synced_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", refuse_folders(OSError(errno.EINVAL, "Invalid argument")))
    write_atomically(tmp_path / "f", b"x")
    with all_or_none([tmp_path / "x.hea", tmp_path / "x.dat"]) as folder:
        fill(folder)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["f", "x.dat", "x.hea"]
    monkeypatch.setattr("os.fsync", refuse_folders(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OutputError, match="Input/output error"):
        write_atomically(tmp_path / "f", b"x")


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        write_atomically(tmp_path / "file" / "inside", b"x")


def test_finding_out_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "f"
    require_writable(path)
    assert list(path.parent.iterdir()) == []
    write_atomically(path, b"x")
    require_writable(path)
    assert path.read_bytes() == b"x"


def test_what_cannot_be_written_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path, tmp_path / "file" / "inside"):
        with pytest.raises(OutputError, match=r"cannot write .*give another with --there"):
            require_writable(path, "--there")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files that belong together; the second is there already."""
    files = [tmp_path / "new" / "x.hea", tmp_path / "new" / "x.dat"]
    files[0].parent.mkdir()
    files[1].write_bytes(b"precious")
    return files


def fill(folder: Path) -> None:
    (folder / "x.hea").write_bytes(b"header")
    (folder / "x.dat").write_bytes(b"data")


def test_several_files_take_their_places_together(files: list[Path]) -> None:
    with all_or_none(files, overwrite=True) as folder:
        fill(folder)
        assert [file.exists() for file in files] == [False, True]
    assert [file.read_bytes() for file in files] == [b"header", b"data"]
    assert sorted(files[0].parent.iterdir()) == sorted(files)


def test_after_an_error_nothing_is_left_and_what_was_there_is_as_it_was(files: list[Path]) -> None:
    def break_off(error: BaseException) -> None:
        with all_or_none(files, overwrite=True) as folder:
            fill(folder)
            raise error

    full = OutputError("cannot write annotations")
    full.__cause__ = OSError(28, "No space left on device")
    with pytest.raises(OutputError, match=r"cannot write .*x\.hea \(No space left on device\)"):
        break_off(full)
    for other in (KeyboardInterrupt(), OutputError("does not fit")):
        with pytest.raises(type(other)) as raised:
            break_off(other)
        assert raised.value is other
    assert list(files[0].parent.iterdir()) == [files[1]]
    assert files[1].read_bytes() == b"precious"


def test_what_is_there_is_not_replaced_unless_wanted(files: list[Path]) -> None:
    with (
        pytest.raises(OutputError, match=r"x\.dat exists: .*--overwrite"),
        all_or_none(files) as folder,
    ):
        fill(folder)
    assert list(files[0].parent.iterdir()) == [files[1]]
    files[0].mkdir()
    with (
        pytest.raises(OutputError, match=r"x\.hea exists: .*give another name$"),
        all_or_none(files, overwrite=True) as folder,
    ):
        fill(folder)


def test_what_a_killed_run_left_beside_is_no_hindrance(files: list[Path]) -> None:
    (files[0].parent / ".x.hea.part").mkdir()
    (files[0].parent / ".x.hea.part" / "x.old").write_bytes(b"")
    with all_or_none(files, overwrite=True) as folder:
        fill(folder)
    assert sorted(files[0].parent.iterdir()) == sorted(files)


def test_files_whose_folder_cannot_be_made_are_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(OutputError, match="expected a writable folder"),
        all_or_none([tmp_path / "file" / "x"]),
    ):
        pass


def test_a_file_that_was_not_written_again_goes_with_what_it_belonged_to(files: list[Path]) -> None:
    with all_or_none(files, overwrite=True) as folder:
        (folder / "x.hea").write_bytes(b"header")
    assert sorted(files[0].parent.iterdir()) == [files[0]]


def test_a_name_that_no_disk_takes_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"), all_or_none([tmp_path / ("x" * 300)]):
        pass


def test_a_folder_is_no_name_for_a_file() -> None:
    with pytest.raises(OutputError, match="exists: expected a new file"), all_or_none([Path()]):
        pass

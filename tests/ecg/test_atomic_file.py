"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from sibeat.ecg.atomic_file import require_writable, write_atomically
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

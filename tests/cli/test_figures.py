import os
from pathlib import Path

import pytest

from sibeat.cli.figures import refuse_unwritable
from sibeat.ecg.errors import OutputError


@pytest.mark.parametrize("place", ["a.json", "new/folders/a.json"])
def test_what_can_be_made_is_not_made_yet(tmp_path: Path, place: str) -> None:
    refuse_unwritable(tmp_path / place)
    refuse_unwritable(Path("-"))
    refuse_unwritable(None)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    refuse_unwritable(tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text() == "{}"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder; expected a file"):
        refuse_unwritable(tmp_path)


def test_a_file_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(OutputError, match=r"a\.txt is no folder; expected a file"):
        refuse_unwritable(tmp_path / "a.txt" / "new" / "a.json")


def test_a_name_that_no_disk_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*too long; expected a file"):
        refuse_unwritable(tmp_path / ("a" * 300))


def test_what_may_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)  # root may everything
    with pytest.raises(OutputError, match=f"cannot write .*: {tmp_path} may not be written"):
        refuse_unwritable(tmp_path / "new" / "a.json")

"""Records fetched by name; the network is played by a folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest
import wfdb

from sibeat.ecg.errors import RecordError
from sibeat.ecg.record import open_record


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache" / "sibeat" / "physionet"


def folder_as_network(folder: Path) -> Callable[[str, str, list[str]], None]:
    def dl_files(db: str, dl_dir: str, files: list[str]) -> None:
        print("Downloading files...")
        for file in files:
            target = Path(dl_dir) / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / db / file, target)

    return dl_files


def write_remote(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.dat").write_bytes(bytes(20))
    (folder / "a.hea").write_text("a 1 250 10\na.dat 16 200/mV 16 0 0 0 0 II\n")
    (folder / "all.hea").write_text("all/3 1 250 25\na 10\n~ 5\na 10\n")


@pytest.mark.parametrize(("name", "n_samples"), [("db/sub/a", 10), ("db/sub/all", 25)])
def test_a_record_is_fetched_once_and_silently(
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    n_samples: int,
) -> None:
    write_remote(tmp_path / "net" / "db" / "sub")
    monkeypatch.setattr(wfdb, "dl_files", folder_as_network(tmp_path / "net"))

    assert len(open_record(name).read()) == n_samples
    shutil.rmtree(tmp_path / "net")
    assert len(open_record(name).read()) == n_samples
    assert capsys.readouterr().out == ""
    assert not list(cache.glob("fetching-*"))


def test_no_network_is_a_record_error_that_says_so(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dl_files(*_: object) -> None:
        raise ConnectionError("no route to host " * 20)

    monkeypatch.setattr(wfdb, "dl_files", dl_files)

    with pytest.raises(RecordError, match=r"no file mitdb/208 here.*ConnectionError: no route"):
        open_record("mitdb/208")
    assert not list(cache.rglob("*.hea"))
    assert not list(cache.rglob("mitdb"))


def test_a_path_into_a_folder_that_is_here_stays_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dl_files(*_: object) -> None:
        raise AssertionError("nothing is asked of the network")

    monkeypatch.setattr(wfdb, "dl_files", dl_files)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tr").mkdir()
    with pytest.raises(RecordError, match="no record tr/noext in the folder tr here"):
        open_record("tr/noext")


def test_a_fetch_that_breaks_off_leaves_no_header_behind(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_remote(tmp_path / "net" / "db")
    (tmp_path / "net" / "db" / "a.dat").unlink()
    monkeypatch.setattr(wfdb, "dl_files", folder_as_network(tmp_path / "net"))

    with pytest.raises(RecordError, match="fetching it from PhysioNet failed"):
        open_record("db/a")
    assert not list(cache.rglob("*.hea"))

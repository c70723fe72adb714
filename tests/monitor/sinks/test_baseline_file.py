"""The baseline's file: read at the start, saved in time and at the end, whole or not at all."""

import json
from pathlib import Path

import pytest

from sibeat.ecg.errors import ConfigError, OutputError
from sibeat.monitor.sinks.baseline_file import SAVE_S, BaselineFile

from .test_baseline_document import INFO, learnt


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "patients" / "anna.json"


def saved(path: Path, n_beats: int = 20) -> BaselineFile:
    file = BaselineFile(path, "abc")
    file.follow(learnt(n_beats), INFO)
    file.end(100, {})
    return file


def test_a_new_patient_has_no_file_until_something_is_learnt(path: Path) -> None:
    file = BaselineFile(path, "abc")
    assert file.known is None
    file.end(0, {})
    saved(path, n_beats=19)
    assert list(path.parent.iterdir()) == []


def test_the_next_session_knows_what_the_last_one_saved(path: Path) -> None:
    saved(path)
    known = BaselineFile(path, "abc").known
    assert known == json.loads(path.read_text(encoding="utf-8"))
    assert known["lead"] == "II"
    assert list(path.parent.iterdir()) == [path]


def test_a_learning_that_did_not_end_leaves_the_file_as_it_is(path: Path) -> None:
    saved(path)
    before = path.read_bytes()
    saved(path, n_beats=10)
    assert path.read_bytes() == before


def test_it_is_saved_every_five_minutes(path: Path, clock: Clock) -> None:
    file = BaselineFile(path, "abc", clock)
    file.follow(learnt(), INFO)
    for now_s, there in ((SAVE_S - 1, False), (SAVE_S, True)):
        clock.now_s = now_s
        file.tick()
        assert path.exists() == there
    path.unlink()
    clock.now_s = 2 * SAVE_S - 1
    file.tick()
    assert not path.exists()
    clock.now_s = 2 * SAVE_S
    file.tick()
    assert path.exists()


def test_a_kill_while_saving_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(path)
    before = path.read_bytes()

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        saved(path, n_beats=60)
    assert path.read_bytes() == before
    assert BaselineFile(path, "abc").known == json.loads(before)


def test_a_disk_that_does_not_take_it_is_a_warning_until_it_does(path: Path) -> None:
    file = saved(path)
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("in the way", encoding="utf-8")
    file.save()
    assert file.n_lost == 1
    assert file.warning is not None
    assert "anna.json" in file.warning
    path.parent.unlink()
    file.save()
    assert (file.warning, file.n_lost) == (None, 0)
    assert path.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"schema": "other/1"}', b"[" * 100_000],
    ids=lambda content: repr(content[:12]),
)
def test_a_broken_file_is_a_config_error_and_stays(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"anna\.json.*expected a JSON .*learn anew"):
        BaselineFile(path, "abc")
    assert path.read_bytes() == content


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        BaselineFile(tmp_path, "abc")


def test_a_place_that_cannot_be_written_is_said_before_the_stream_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match=r"anna\.json .*give another with --baseline"):
        BaselineFile(tmp_path / "file" / "anna.json", "abc")

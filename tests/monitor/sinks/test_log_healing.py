import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.errors import OutputError
from sibeat.monitor.sinks import log_healing
from sibeat.monitor.sinks.log_healing import heal_log

WHOLE = b'{"schema": "sibeat/1", "type": "session"}\n'
LAST = b'{"schema": "sibeat/1", "type": "alert", "sample": 9}\n'


def healed(path: Path, content: bytes) -> tuple[str | None, bytes]:
    path.write_bytes(content)
    fd = os.open(path, os.O_RDWR | os.O_APPEND)
    try:
        told = heal_log(fd, path)
    finally:
        os.close(fd)
    return told, path.read_bytes()


@pytest.mark.parametrize("content", [b"", WHOLE, WHOLE + LAST])
def test_what_is_whole_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    assert healed(tmp_path / "a", content) == (None, content)


@pytest.mark.parametrize("cut", range(1, len(LAST)))
def test_a_line_torn_anywhere_is_cut_off_or_completed(tmp_path: Path, cut: int) -> None:
    told, content = healed(tmp_path / "a", WHOLE + LAST[:cut])
    assert told is not None
    whole = cut == len(LAST) - 1
    assert content == (WHOLE + LAST if whole else WHOLE)
    assert told.startswith("completed" if whole else f"cut off {cut} bytes")


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_first_line_that_is_torn_leaves_an_empty_log(tmp_path: Path, cut: int) -> None:
    assert healed(tmp_path / "a", WHOLE[:cut])[1] == b""


@pytest.mark.parametrize("tail", [b"\0" * 100, b"\0" * 20 + LAST[20:], LAST[:9] + b"\0\0\n"])
def test_zeros_that_a_power_cut_left_are_cut_off(tmp_path: Path, tail: bytes) -> None:
    assert healed(tmp_path / "a", WHOLE + tail)[1] == WHOLE


def test_a_foreign_note_behind_our_lines_is_kept(tmp_path: Path) -> None:
    assert healed(tmp_path / "a", WHOLE + b"my note")[1] == WHOLE + b"my note\n"


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"\x7fELF" * 10, b"{}\n", b'{"schema": "other/1"}\n', b"[" * 9999]
)
def test_another_file_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    with pytest.raises(OutputError, match="something else than an alert log"):
        healed(path, content)
    assert path.read_bytes() == content


def test_an_end_longer_than_any_line_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_healing, "MAX_LINE", 64)
    content = WHOLE + b"\0" * 200
    with pytest.raises(OutputError, match="something else"):
        healed(tmp_path / "a", content)
    assert (tmp_path / "a").read_bytes() == content


def test_a_file_that_cannot_be_read_back_is_an_output_error(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(WHOLE)
    fd = os.open(path, os.O_WRONLY)
    try:
        with pytest.raises(OutputError, match="cannot read back"):
            heal_log(fd, path)
    finally:
        os.close(fd)


@given(st.binary(max_size=200))
def test_healing_never_loses_a_whole_line_and_ends_with_one(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("log") / "a"
    content = healed(path, WHOLE + LAST + tail)[1]
    assert content.startswith(WHOLE + LAST)
    assert content.endswith(b"\n")

"""The word at the start: for people who look at a terminal, and gone when there is more to see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sibeat.cli.starting import WORD, starting

CODE = "from sibeat.cli.starting import starting\nwith starting(): print('loaded')"


def shown_on_a_terminal(**elsewhere: int) -> bytes:
    """What a terminal shows of a start; ``elsewhere``: streams that do not go to it."""
    terminal, inside = os.openpty()
    streams = {"stdin": inside, "stdout": inside, "stderr": inside} | elsewhere
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60, **streams)  # type: ignore[call-overload]
    os.write(inside, b"$")  # a read of nothing would wait
    shown = b""
    while not shown.endswith(b"$"):
        shown += os.read(terminal, 1000)
    os.close(inside)
    os.close(terminal)
    return shown.removesuffix(b"$")


def test_on_a_terminal_it_comes_first_and_leaves_a_blank_line() -> None:
    shown = shown_on_a_terminal()
    assert shown.startswith(f"{WORD}\r".encode())
    assert shown.endswith(b" " * len(WORD) + b"\r")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_where_one_stream_goes_elsewhere_nothing_of_it_is_written(
    tmp_path: Path, stream: str
) -> None:
    with (tmp_path / "told").open("w") as file:
        shown = shown_on_a_terminal(**{stream: file.fileno()})
    assert WORD.encode() not in shown
    assert WORD not in (tmp_path / "told").read_text()


def test_without_a_terminal_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with starting():
        pass
    assert capsys.readouterr() == ("", "")

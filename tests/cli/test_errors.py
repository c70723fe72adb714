import io
import os
import select
import sys
import termios
from typing import TextIO

import pytest

from sibeat.cli.errors import as_block, guarded, put, report, tell, terminal_width
from sibeat.ecg import errors
from sibeat.ecg.errors import OutputError, RecordError, SibeatError


def all_kinds(kind: type[SibeatError]) -> list[type[SibeatError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in all_kinds(child))]


def test_every_error_has_an_exit_code_of_the_contract() -> None:
    codes = {kind.__name__: kind.exit_code for kind in all_kinds(SibeatError)}
    assert {code for name, code in codes.items() if name != "SibeatError"} == {2, 3, 4, 5, 6}
    assert codes["StreamLost"] == 5
    assert issubclass(errors.StreamLost, errors.SourceError)


def test_a_message_is_a_block_that_ends_with_the_next_step() -> None:
    error = OutputError("cannot write a.jsonl: no room; expected a disk with room; make some")
    assert as_block(error).splitlines() == [
        "sibeat: cannot write a.jsonl: no room",
        "  expected a disk with room",
        "  make some",
    ]


def test_a_report_shows_where_it_was_raised_only_when_that_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for debug in (False, True):
        with pytest.raises(RecordError) as raised:
            raise RecordError("208.dat is short")
        assert report(raised.value, debug) == 3
        told = capsys.readouterr()
        assert told.out == ""
        assert ("Traceback" in told.err) is debug
        assert told.err.endswith("sibeat: 208.dat is short\n")


def test_lines_for_people_are_broken_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    block = "sibeat: what happened here is long\n  expected a shorter one, so make it short"
    tell(block, sys.stderr)
    assert capsys.readouterr().err == f"{block}\n"
    terminal, inside = os.openpty()
    with os.fdopen(inside, "w") as stream:
        termios.tcsetwinsize(inside, (10, 30))
        assert terminal_width(stream) == 30
        tell(block, stream)
        shown = b""
        while shown.count(b"\n") < 4 and select.select([terminal], [], [], 10)[0]:
            shown += os.read(terminal, 1000)  # a terminal may hand lines on one by one
    os.close(terminal)
    assert shown.decode().replace("\r", "").splitlines() == [
        "sibeat: what happened here is",
        "  long",
        "  expected a shorter one, so",
        "    make it short",
    ]


def test_a_reader_that_is_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        put("nobody reads this", stream)
        put("nor this", stream)


def test_a_stream_without_a_file_is_silenced_too() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    stream: TextIO = Gone()
    put("x", stream)
    assert sys.stdout is not stream


def test_a_guarded_program_leaves_with_the_code_of_its_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def main() -> None:
        raise RecordError("208.dat is short; get it again")

    with pytest.raises(SystemExit) as left:
        guarded(main)
    assert left.value.code == 3
    assert capsys.readouterr().err == "sibeat: 208.dat is short\n  get it again\n"
    guarded(lambda: None)


def test_every_guarded_program_takes_debug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main() -> None:
        assert sys.argv == ["program", "--data", "x"]
        raise RecordError("208.dat is short")

    monkeypatch.setattr(sys, "argv", ["program", "--debug", "--data", "x"])
    with pytest.raises(SystemExit) as left:
        guarded(main)
    assert left.value.code == 3
    assert "Traceback" in capsys.readouterr().err

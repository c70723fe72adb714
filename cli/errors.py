"""Errors become messages and exit codes; output that nobody reads is no error."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

from sibeat.ecg.errors import OutputError, SibeatError, has_no_room

DEBUG_OPTION = "--debug"


def guarded(main: Callable[[], None]) -> None:
    """Run a program; an error that the user should know becomes a message and an exit code.

    ``--debug`` is an option of every program that runs in here, whatever else it takes.
    """
    debug = DEBUG_OPTION in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != DEBUG_OPTION]
    try:
        main()
    except SibeatError as error:
        sys.exit(report(error, debug))


def report(error: SibeatError, debug: bool) -> int:
    """Say on standard error what went wrong, and give the exit code.

    Parameters
    ----------
    error : what was raised
    debug : show where it was raised, too
    """
    if debug:
        put("".join(traceback.format_exception(error)), sys.stderr)
    tell(as_block(error), sys.stderr)
    return error.exit_code


def as_block(error: SibeatError) -> str:
    """Write a message as a block: what happened, then what was expected and the next step."""
    first, *rest = str(error).split("; ")
    return "\n".join([f"sibeat: {first}", *(f"  {line}" for line in rest)])


def tell(text: str, stream: TextIO) -> None:
    """Print lines for people; on a terminal they are broken between words, never within one."""
    from sibeat.monitor.wording import broken

    width = terminal_width(stream)
    lines = text.splitlines()
    begins = (line[: len(line) - len(line.lstrip())] for line in lines)
    told = (
        broken(line.strip(), width, begin, hang=len(begin) + 2)
        for line, begin in zip(lines, begins, strict=True)
    )
    put("\n".join(told), stream)


def terminal_width(stream: TextIO) -> int | None:
    """Columns of the terminal that a stream goes to; None: it is no terminal, or does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def put(text: str, stream: TextIO) -> None:
    """Print `text`; when nobody reads it any more (a closed pipe or terminal), go on quietly.

    Raises
    ------
    OutputError
        When results were to go to a file and there is no room for them. A message is not worth it.
    """
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        _silence(stream)
        if has_no_room(error) and stream is sys.stdout:
            raise OutputError(
                f"cannot write to standard output ({error.strerror}); "
                "expected room for the results; make some, or lead them elsewhere"
            ) from error


def _silence(stream: TextIO) -> None:
    """Lead what is still to come, the interpreter's last flush too, to nowhere."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # not a real file: nothing is flushed at exit
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)

"""Single keys from the terminal, without Return, also when standard input is a pipe.

The terminal is put in cbreak mode (Ctrl-C still works), with flow control and Ctrl-Z off: a
stopped process would leave the alternate screen behind. Without termios (Windows) or without a
terminal there are no keys, and everything else works.
"""

import os
import re
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal, TypeAlias

try:
    import termios
except ImportError:  # pragma: no cover - Windows
    termios = None  # type: ignore[assignment]

Key: TypeAlias = Literal["quit", "freeze", "acknowledge", "gain_up", "gain_down", "mark"]

KEYS: dict[str, Key] = {
    "q": "quit",
    " ": "freeze",
    "a": "acknowledge",
    "+": "gain_up",
    "=": "gain_up",
    "-": "gain_down",
    "_": "gain_down",
    "e": "mark",
}
"""``=`` and ``_`` share their keys with + and - on many keyboards"""

ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""arrow and function keys (ECMA-48 control sequences, SS3 and Alt-something)"""
READ_BYTES = 64

Mode: TypeAlias = list[Any]
"""terminal mode as termios has it: four flags, two speeds and the control characters"""


def decode(data: bytes) -> list[Key]:
    """Keys in what the terminal sent; anything unknown is left out."""
    typed = ESCAPE.sub(b"", data).decode("ascii", "ignore").lower()
    return [KEYS[letter] for letter in typed if letter in KEYS]


class KeyReader:
    """Keys from a terminal that is already in cbreak mode."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal

    def read(self, timeout_s: float) -> list[Key] | None:
        """Keys pressed within `timeout_s`; None when the terminal is gone."""
        ready, _, _ = select.select([self._terminal], [], [], timeout_s)
        if not ready:
            return []
        try:
            data = os.read(self._terminal, READ_BYTES)
        except OSError:  # the terminal was closed under us: EIO
            return None
        return decode(data) if data else None


@contextmanager
def open_keys(terminal: int | None = None) -> Iterator[KeyReader | None]:
    """Read single keys inside the block; the terminal is as it was after it.

    Parameters
    ----------
    terminal
        Descriptor of a terminal. By default standard input if it is one, else ``/dev/tty``.

    Yields
    ------
    A reader, or None where there is no terminal to read keys from.
    """
    own = _find_terminal() if terminal is None and termios else terminal
    if termios is None or own is None or not os.isatty(own) or _in_background(own):
        yield None
        return
    before = termios.tcgetattr(own)
    try:
        termios.tcsetattr(own, termios.TCSANOW, _cbreak(before, os.fpathconf(own, "PC_VDISABLE")))
        yield KeyReader(own)
    finally:
        with suppress(termios.error):  # the terminal is gone: nothing is left to restore
            termios.tcsetattr(own, termios.TCSADRAIN, before)
        if terminal is None and own != _stdin():
            os.close(own)


def _in_background(terminal: int) -> bool:
    """Whether reading would stop this process, because the shell has it in the background."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # not the terminal of this session: nobody's foreground
        return False


def _stdin() -> int | None:
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # no standard input, or a replaced one
        return None


def _find_terminal() -> int | None:
    standard = _stdin()
    if standard is not None and os.isatty(standard):
        return standard
    try:
        return os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return None


def _cbreak(mode: Mode, disabled: int) -> Mode:
    """Terminal mode without line editing, echo, flow control and the suspend key."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, letters = mode
    letters = list(letters)
    letters[termios.VSUSP] = bytes([disabled])
    letters[termios.VMIN], letters[termios.VTIME] = 1, 0
    # NOFLSH: else the kernel drops waiting output on Ctrl-C, and never wakes a thread that was
    # blocked in a full write; the process would hang for good
    quiet = lflag & ~(termios.ECHO | termios.ICANON) | termios.NOFLSH
    return [iflag & ~termios.IXON, oflag, cflag, quiet, ispeed, ospeed, letters]

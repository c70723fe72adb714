"""Single keys from the terminal, without Return, also when standard input is a pipe.

The terminal is put in cbreak mode (Ctrl-C still works), with flow control and Ctrl-Z off: a
stopped process would leave the alternate screen behind. A job in the background leaves the terminal
alone, and one that comes to the foreground (``fg``) takes it. Without termios (Windows) or without
a terminal there are no keys, and everything else works.
"""

import os
import re
import select
import sys
import time
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

TOKEN = re.compile(
    rb"(?P<unfinished>\x1b+(?:\[\[?|\[[0-?]*[ -/]*|O)?\Z)"
    rb"|\x1b+(?:\[\[[^\x1b]|\[[0-?]*[ -/]*[@-~]|O[^\x1b]|[^\x1b\[O])|.",
    re.DOTALL,
)
"""a letter, or what an arrow or function key sends (ECMA-48 control sequences, SS3, F1 to F5 of
Linux's console, Alt-something, where Alt may be one more escape); its end may be on the way"""
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
"""let the terminal say what is pasted (xterm's bracketed paste), and not"""
PASTE_BEGIN, PASTE_END = b"\x1b[200~", b"\x1b[201~"
PASTE_PAUSES = 20
"""reads in a row that find nothing, after which a paste is over whose end was lost; chosen by us:
two seconds"""
READ_BYTES = 64

Mode: TypeAlias = list[Any]
"""terminal mode as termios has it: four flags, two speeds and the control characters"""


class KeyDecoder:
    """Bytes of a terminal in, keys out, wherever the bytes are split; what is pasted is no key."""

    def __init__(self) -> None:
        self._unfinished = b""
        self._pasting = False
        self._n_pauses = 0

    def feed(self, data: bytes) -> list[Key]:
        """Keys in what the terminal sent; anything unknown is left out."""
        tokens = list(TOKEN.finditer(self._unfinished + data))
        self._unfinished, self._n_pauses = b"", 0
        if tokens and tokens[-1]["unfinished"] and len(tokens[-1][0]) < READ_BYTES:
            self._unfinished = tokens.pop()[0]
        letters = b"".join(token[0] for token in tokens if self._is_typed(token[0]))
        typed = letters.decode("ascii", "ignore").lower()
        return [KEYS[letter] for letter in typed if letter in KEYS]

    def pause(self) -> None:
        """Nothing follows for now: an escape alone was that key, not the begin of a sequence."""
        self._n_pauses += 1
        if not self._unfinished.strip(b"\x1b"):
            self._unfinished = b""
        if self._n_pauses >= PASTE_PAUSES:
            self._pasting = False

    def _is_typed(self, token: bytes) -> bool:
        if token.endswith((PASTE_BEGIN, PASTE_END)):
            self._pasting = token.endswith(PASTE_BEGIN)
        return len(token) == 1 and not self._pasting


class KeyReader:
    """Keys from a terminal, which is put in cbreak mode whenever it is ours.

    Parameters
    ----------
    terminal : its descriptor
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before: Mode | None = None
        self._mode: Mode | None = None
        self._decoder = KeyDecoder()

    def read(self, timeout_s: float) -> list[Key] | None:
        """Keys pressed within `timeout_s`; None when the terminal is gone."""
        if not self.take():
            time.sleep(timeout_s)
            return []
        ready, _, _ = select.select([self._terminal], [], [], timeout_s)
        if not ready:
            self._decoder.pause()
            return []
        try:
            data = os.read(self._terminal, READ_BYTES)
        except OSError:  # the terminal was closed under us: EIO
            return None
        return self._decoder.feed(data) if data else None

    def take(self) -> bool:
        """Set the mode where it is another one (the shell's, after ``fg``); False: not ours now."""
        if _in_background(self._terminal):
            return False
        with suppress(termios.error):  # the terminal is gone: reading finds out
            found = termios.tcgetattr(self._terminal)
            if found != self._mode:
                self._before, self._decoder = found, KeyDecoder()
                mode = _cbreak(found, os.fpathconf(self._terminal, "PC_VDISABLE"))
                termios.tcsetattr(self._terminal, termios.TCSANOW, mode)
                self._mode = termios.tcgetattr(self._terminal)
        return True

    def give_back(self) -> None:
        """Restore the mode that was found last, but in the background: there the shell has it."""
        if self._before is not None and not _in_background(self._terminal):
            with suppress(termios.error):  # the terminal is gone: nothing is left to restore
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)


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
    if termios is None or own is None or not os.isatty(own):
        yield None
        return
    reader = KeyReader(own)
    try:
        reader.take()
        yield reader
    finally:
        reader.give_back()
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

"""Bytes in, whole lines out: LF, CRLF and CR end a line; the buffer is bounded."""

import re

LONGEST_LINE = 1024
"""bytes; chosen by us: 100 columns of ten digits. What is longer has lost its line ends"""
_LINE_END = re.compile(rb"[\r\n]")


class LineBuffer:
    """Cuts bytes into lines, the same ones for any split of the bytes.

    Parameters
    ----------
    drop_first : bool
        Whether the bytes before the first line end are half a line: the port was opened in its
        middle.
    """

    def __init__(self, drop_first: bool) -> None:
        self.n_overlong = 0
        """lines that were skipped because they were too long"""
        self._tail = b""
        self._overlong = False
        self._drop = drop_first

    def feed(self, data: bytes) -> list[bytes]:
        """Give the lines that the bytes complete, blank ones too, without their ends."""
        *lines, tail = _LINE_END.split(self._tail + data)
        whole = [line for line in lines if self._is_whole(line)]
        self._hold(tail)
        return whole

    def flush(self) -> list[bytes]:
        """Give the last line, which has no end."""
        return self.feed(b"\n")

    def resync(self) -> None:
        """Forget the half line at hand, and drop what comes up to the next line end."""
        self._tail = b""
        self._overlong = False
        self._drop = True

    def _is_whole(self, line: bytes) -> bool:
        """Tell whether a line is worth reading, and begin the next one."""
        dropped, overlong = self._drop, self._overlong or len(line) > LONGEST_LINE
        self._drop = self._overlong = False
        self.n_overlong += overlong and not dropped
        return not (dropped or overlong)

    def _hold(self, tail: bytes) -> None:
        self._overlong = self._overlong or len(tail) > LONGEST_LINE
        self._tail = b"" if self._overlong else tail

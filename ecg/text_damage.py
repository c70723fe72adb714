"""Lines that cannot be read, between those that can: where no time column counts, each is a sample.

A line that the cable spoilt was a sample, and those after it must stay in their places. One with
words in it is the board's talk (status, greeting after a reset) and takes no sample's place; so do
headers, comments and blank lines. Where a lost line end joined two lines this counts one too few,
where one too many cut a line in two one too much, for nothing tells these from other damage.
"""

import re

MOST_DAMAGED = 4
"""lines in a row that can have been damaged in their places; chosen by us, as for frames: noise
spoils some lines, longer garbage need not be any"""
_WORD = re.compile(r"[^\W\d_]{2}")
"""chosen by us: two damaged digits side by side hardly ever become letters, ``HR 72`` is talk"""


class DamagedLines:
    """Counts the samples that damaged lines stood for."""

    def __init__(self) -> None:
        self._n = 0

    def note(self, line: str) -> None:
        """Take a line that could not be read, and is no header."""
        self._n += _WORD.search(line) is None

    def take(self) -> int:
        """Give how many samples are missing before the line at hand, which can be read."""
        n_damaged, self._n = self._n, 0
        return n_damaged if n_damaged <= MOST_DAMAGED else 0

"""From one picture to the next: only lines that changed go to the terminal."""

from collections.abc import Callable

from rich.console import Console, ConsoleDimensions
from rich.text import Text

WHOLE_S = 1.0
"""time after which a whole picture is written, s; chosen by us: what others write over the screen,
and what a shell leaves there after Ctrl-Z, stands no longer than that"""


class Painter:
    """Writes pictures to a terminal; most of their lines are those of the picture before.

    Parameters
    ----------
    console : the terminal, in its alternate screen
    clock : seconds of a clock that never goes back
    """

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console, self._clock = console, clock
        self._lines: list[Text] = []
        self._size: ConsoleDimensions | None = None
        self._whole_at_s = 0.0

    def paint(self, lines: list[Text], size: ConsoleDimensions) -> None:
        """Show a picture, in one write.

        Parameters
        ----------
        lines : as many as the terminal has rows, each as wide as it is, so that nothing has to be
            cleared and nothing flickers; styled by spans
        size : of the terminal for which they were drawn
        """
        now_s = self._clock()
        if size != self._size or now_s - self._whole_at_s >= WHOLE_S:
            self._lines, self._size, self._whole_at_s = [], size, now_s
        before = dict(enumerate(self._lines))
        with self._console:
            for row, line in enumerate(lines):
                if line != before.get(row):
                    self._console.update_screen_lines([list(line.render(self._console))], y=row)
        self._lines = lines

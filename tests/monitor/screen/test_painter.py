"""From picture to picture: a terminal gets what changed, and shows the last one."""

from io import StringIO

import pytest
from rich.console import Console, ConsoleDimensions
from rich.text import Text

from sibeat.monitor.screen.painter import WHOLE_S, Painter

SIZE = ConsoleDimensions(8, 3)


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Screen:
    """A terminal, as what is written to it since last asked."""

    def __init__(self) -> None:
        self._file = StringIO()
        self.console = Console(
            file=self._file, width=8, height=3, force_terminal=True, color_system="standard"
        )
        self.console.set_alt_screen(True)
        self.clock = Clock()
        self.painter = Painter(self.console, self.clock)
        self.written()

    def written(self) -> str:
        text = self._file.getvalue()
        self._file.seek(0)
        self._file.truncate()
        return text

    def after(self, *rows: str | Text, size: ConsoleDimensions = SIZE) -> str:
        lines = [Text(row.ljust(8)) if isinstance(row, str) else row for row in rows]
        self.painter.paint(lines, size)
        return self.written()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def at(row: int) -> str:
    """Escape that goes to the first cell of a row."""
    return f"\x1b[{row + 1};1H"


def test_the_first_picture_is_written_whole_each_line_in_its_place(screen: Screen) -> None:
    assert screen.after("one", "two", "three") == (f"{at(0)}one     {at(1)}two     {at(2)}three   ")


def test_of_the_next_only_what_changed(screen: Screen) -> None:
    screen.after("one", "two", "three")
    assert screen.after("one", "TWO", "three") == f"{at(1)}TWO     "
    assert screen.after("one", "TWO", "three") == ""


def test_another_colour_is_a_change(screen: Screen) -> None:
    screen.after("one", "two", "three")
    red = Text("two     ")
    red.stylize("red", 0, 3)
    assert screen.after("one", red, "three") == f"{at(1)}\x1b[31mtwo\x1b[0m     "


def test_another_size_is_another_picture(screen: Screen) -> None:
    screen.after("one", "two", "three")
    smaller = ConsoleDimensions(8, 2)
    assert screen.after("one", "two", size=smaller) == f"{at(0)}one     {at(1)}two     "


def test_what_others_wrote_over_it_is_gone_after_a_second(screen: Screen) -> None:
    screen.after("one", "two", "three")
    screen.clock.now_s += 0.9 * WHOLE_S
    assert screen.after("one", "two", "three") == ""
    screen.clock.now_s += 0.1 * WHOLE_S
    assert screen.after("one", "two", "three").count("\x1b[") == 3
    assert screen.after("one", "two", "three") == ""

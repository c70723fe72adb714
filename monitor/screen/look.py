"""What the terminal can show: colour or not, Unicode or not, and the palette.

Colours have one meaning each. Green is signal, magenta an abnormal beat, blue what the student
made; red, yellow and cyan are left to alarms (high, medium, low, as IEC 60601-1-8 has them).
Without colour the attributes bold, dim and reverse and the letters of the marks say the same.
"""

import os
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.console import Console

from sibeat.monitor.events import Priority

Tone: TypeAlias = Literal[
    "plain",
    "quiet",
    "title",
    "grid",
    "signal",
    "abnormal",
    "hatch",
    "beat",
    "student",
    "high",
    "medium",
    "low",
    "information",
    "warning",
    "rule",
]

TONES: dict[Tone, tuple[str, str]] = {
    "plain": ("", ""),
    "quiet": ("grey58", "dim"),
    "title": ("bold", "bold"),
    "grid": ("grey30", "dim"),
    "signal": ("green3", ""),
    "abnormal": ("bold orchid1", "bold"),
    "hatch": ("grey42", "dim"),
    "beat": ("bright_white", "bold"),
    "student": ("dodger_blue1", "dim"),
    "high": ("bold red1", "bold"),
    "medium": ("bold yellow1", "bold"),
    "low": ("bold cyan1", "bold"),
    "information": ("grey70", ""),
    "warning": ("bold black on yellow1", "bold reverse"),
    "rule": ("grey35", "dim"),
}
"""style in colour, style without"""

STARS: dict[Priority, str] = {"high": "***", "medium": "**", "low": "*", "information": ""}
"""how bedside monitors write the priority of an alarm"""

WITHOUT_BRAILLE = "linux"
"""TERM of a screen on the computer itself, without a desktop: it takes UTF-8, but its fonts have at
most 512 glyphs and no braille, and the trace would be a field of question marks"""

ASCII_FOR = str.maketrans(
    {
        "·": "-",
        "–": "-",
        "…": "~",
        "●": "*",
        "▾": ".",
        "◆": "^",
        "─": "-",
        "━": "=",
        "┄": ".",
        "×": "x",
        "µ": "u",
    }
)
"""one character each, so that nothing moves"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the terminal can show."""

    colour: bool = True
    unicode: bool = True

    @classmethod
    def of(cls, console: Console) -> "Look":
        """Ask a console (which itself asks NO_COLOR, TERM and the encoding)."""
        colour = console.color_system is not None and not console.no_color
        braille = os.environ.get("TERM") != WITHOUT_BRAILLE
        return cls(colour, braille and not console.options.ascii_only)

    def tone(self, name: Tone) -> str:
        """Rich style of a tone."""
        return TONES[name][0 if self.colour else 1]

    def clean(self, text: str) -> str:
        """`text` without control characters, in ASCII where the terminal has no more."""
        shown = "".join(letter if letter.isprintable() else "?" for letter in text)
        if self.unicode:
            return shown
        return shown.translate(ASCII_FOR).encode("ascii", "replace").decode("ascii")

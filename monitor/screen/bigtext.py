"""Letters that can be read from two metres: a pixel font, drawn in half blocks or whole ones.

Glyphs are five pixels high and mostly three wide (drawn by us). Half blocks put two pixels into a
cell: three rows high. Whole blocks make a pixel two cells wide: five rows high. Without Unicode
digits are drawn with strokes, as on a pocket calculator, and words stay small.
"""

from typing import Literal, TypeAlias

Size: TypeAlias = Literal["half", "whole"]

N_PIXELS_Y = 5
N_ROWS: dict[Size, int] = {"half": 3, "whole": 5}

GLYPHS = {
    "0": "###|#.#|#.#|#.#|###",
    "1": ".#.|##.|.#.|.#.|###",
    "2": "###|..#|###|#..|###",
    "3": "###|..#|.##|..#|###",
    "4": "#.#|#.#|###|..#|..#",
    "5": "###|#..|###|..#|###",
    "6": "###|#..|###|#.#|###",
    "7": "###|..#|..#|..#|..#",
    "8": "###|#.#|###|#.#|###",
    "9": "###|#.#|###|..#|###",
    "-": "..|..|##|..|..",
    " ": "..|..|..|..|..",
    "A": "###|#.#|###|#.#|#.#",
    "B": "##.|#.#|##.|#.#|##.",
    "C": "###|#..|#..|#..|###",
    "D": "##.|#.#|#.#|#.#|##.",
    "E": "###|#..|##.|#..|###",
    "F": "###|#..|##.|#..|#..",
    "G": "###|#..|#.#|#.#|###",
    "H": "#.#|#.#|###|#.#|#.#",
    "I": "#|#|#|#|#",
    "J": "..#|..#|..#|#.#|###",
    "K": "#.#|#.#|##.|#.#|#.#",
    "L": "#..|#..|#..|#..|###",
    "M": "#...#|##.##|#.#.#|#...#|#...#",
    "N": "#..#|##.#|#.##|#..#|#..#",
    "O": "###|#.#|#.#|#.#|###",
    "P": "###|#.#|###|#..|#..",
    "Q": "###|#.#|#.#|###|..#",
    "R": "##.|#.#|##.|#.#|#.#",
    "S": "###|#..|###|..#|###",
    "T": "###|.#.|.#.|.#.|.#.",
    "U": "#.#|#.#|#.#|#.#|###",
    "V": "#.#|#.#|#.#|#.#|.#.",
    "W": "#...#|#...#|#.#.#|##.##|#...#",
    "X": "#.#|#.#|.#.|#.#|#.#",
    "Y": "#.#|#.#|.#.|.#.|.#.",
    "Z": "###|..#|.#.|#..|###",
}

STROKES = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "-": ("   ", " _ ", "   "),
}

HALF_BLOCKS = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}


def big(text: str, size: Size) -> list[str]:
    """Rows of `text` in big letters, all of one length; unknown characters become spaces."""
    glyphs = [GLYPHS.get(letter, GLYPHS[" "]).split("|") for letter in text.upper()]
    pixels = [".".join(glyph[y] for glyph in glyphs) for y in range(N_PIXELS_Y)]
    if size == "whole":
        return [row.replace("#", "██").replace(".", "  ") for row in pixels]
    pixels.append("." * len(pixels[0]))
    pairs = zip(pixels[::2], pixels[1::2], strict=True)
    return ["".join(HALF_BLOCKS[pair] for pair in zip(*rows, strict=True)) for rows in pairs]


def stroke_digits(text: str) -> list[str]:
    """Three rows of `text`, which holds digits and ``-`` only, in plain ASCII."""
    glyphs = [STROKES[letter] for letter in text]
    return [" ".join(glyph[y] for glyph in glyphs) for y in range(3)]

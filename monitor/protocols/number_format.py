"""Numbers inside frames: sign, width and byte order, for many frames at once."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

NumberFormat: TypeAlias = Literal[
    "u8", "u16be", "u16le", "u24be", "u24le", "u32be", "u32le",
    "i8", "i16be", "i16le", "i24be", "i24le", "i32be", "i32le",
]  # fmt: skip
"""sign, bits, and which byte comes first: the most (be) or the least significant (le)"""

Frames: TypeAlias = NDArray[np.uint8]
"""(n_frames, n_bytes); rows may overlap (sliding windows), so never write into them"""
Codes: TypeAlias = NDArray[np.int64]


def n_bits(number: NumberFormat) -> int:
    """Width of a number, bits."""
    return int(number.strip("uibel"))


def code_range(number: NumberFormat) -> tuple[int, int]:
    """Lowest and highest number of a format."""
    bits = n_bits(number)
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if number[0] == "i" else (0, (1 << bits) - 1)


def read_numbers(frames: Frames, at: int, number: NumberFormat) -> Codes:
    """Read one number of each frame.

    Parameters
    ----------
    frames : (n_frames, n_bytes)
    at : place of its first byte
    number : its format

    Returns
    -------
    (n_frames,)
    """
    width = n_bits(number) // 8
    codes = np.zeros(len(frames), np.int64)
    for place in _places(number, width):
        codes = (codes << 8) | frames[:, at + place]
    if number[0] == "i":
        codes -= (codes >> (8 * width - 1)) << (8 * width)
    return codes


def write_numbers(frames: Frames, at: int, number: NumberFormat, codes: Codes) -> None:
    """Write one number into each frame; what does not fit is clipped.

    Parameters
    ----------
    frames : (n_frames, n_bytes), written
    at : place of its first byte
    number : its format
    codes : (n_frames,)
    """
    rest = np.clip(codes, *code_range(number))
    for place in reversed(_places(number, n_bits(number) // 8)):
        frames[:, at + place] = rest & 0xFF
        rest = rest >> 8


def _places(number: NumberFormat, width: int) -> list[int]:
    """Places of the bytes, the most significant first."""
    places = list(range(width))
    return places[::-1] if number.endswith("le") else places

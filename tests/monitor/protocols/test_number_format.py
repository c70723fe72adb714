"""Numbers in frames against the ways of writing them that Python knows."""

from typing import get_args

import numpy as np
import pytest

from sibeat.monitor.protocols.number_format import (
    NumberFormat,
    code_range,
    n_bits,
    read_numbers,
    write_numbers,
)

FORMATS: tuple[NumberFormat, ...] = get_args(NumberFormat)


@pytest.mark.parametrize("number", FORMATS)
def test_numbers_are_written_as_python_writes_them(number: NumberFormat) -> None:
    low, high = code_range(number)
    codes = np.array([low, high, 0, 1, high // 3, low // 3, 0xA0])
    codes = np.clip(codes, low, high)
    width = n_bits(number) // 8
    frames = np.zeros((len(codes), width + 2), np.uint8)
    write_numbers(frames, 1, number, codes)
    order = "little" if number.endswith("le") else "big"
    for row, code in zip(frames, codes.tolist(), strict=True):
        assert row[1:-1].tobytes() == code.to_bytes(width, order, signed=number[0] == "i")
        assert row[0] == row[-1] == 0
    assert read_numbers(frames, 1, number).tolist() == codes.tolist()


@pytest.mark.parametrize("number", FORMATS)
def test_what_does_not_fit_is_clipped(number: NumberFormat) -> None:
    low, high = code_range(number)
    frames = np.zeros((2, 4), np.uint8)
    write_numbers(frames, 0, number, np.array([low - 1, high + 1]))
    assert read_numbers(frames, 0, number).tolist() == [low, high]

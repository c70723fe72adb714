"""Text as a board says it: a value a line, all of its bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.stream import Chunk, Gap
from sibeat.monitor.simulator.speaking import TextEncoder

FS = 250.0


def chunk(*values: float, start: int = 0) -> Chunk:
    return Chunk(start, np.array(values, np.float32))


def test_text_is_a_value_a_line() -> None:
    encoder = TextEncoder(FS)
    assert encoder.encode(chunk(0.5, -1.25, float("nan"))) == b"0.5\n-1.25\nnan\n"
    assert encoder.encode(Gap(0, 2, "lead_off")) == b"!\n!\n"
    assert encoder.encode(Gap(0, 2, "dropped")) == b""
    assert encoder.preamble() == b"# sibeat simulate, 250 Hz\nII [mV]\n"
    assert TextEncoder(FS, "").preamble() == b""


@pytest.mark.parametrize(
    ("unit", "lines"),
    [
        ("us", b"2776,0.5\n5552,0.25\n"),
        ("ms", b"3,0.5\n6,0.25\n"),
        ("s", b"0.002776,0.5\n0.005552,0.25\n"),
    ],
)
def test_time_column(unit: str, lines: bytes) -> None:
    encoder = TextEncoder(360.23, time_column=unit)  # type: ignore[arg-type]
    assert encoder.encode(chunk(0.5, 0.25, start=1)) == lines
    assert encoder.preamble().endswith(f"time_{unit},II [mV]\n".encode())
    assert encoder.encode(Gap(0, 1, "lead_off")).endswith(b",!\n")


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_every_float32_comes_back_exactly(value: float) -> None:
    line = TextEncoder(FS).encode(chunk(value))
    assert np.float32(float(line)).tobytes() == np.float32(value).tobytes()

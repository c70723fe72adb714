"""Rows wait for the rate of their time column, and its losses are exact whatever --fs says."""

from collections.abc import Iterable

import pytest

from sibeat.monitor.sources.text_protocol import TextDecoder

from .text_decoding import decode, flat, losses


def stamped(micros: Iterable[int]) -> bytes:
    return "".join(f"{time},{i}\n" for i, time in enumerate(micros)).encode()


def stamp(i: int, column: str) -> str:
    """Time of line `i`, as a column writes it."""
    if column == "time":
        return f"12:00:{i // 250:02d}"
    return str({"micros": 4000 * i, "time_ms": i * 1000 // 360, "time_us": 4 * i}[column])


@pytest.mark.parametrize(
    ("column", "fs"),
    [
        *[
            ("micros", fs)
            for fs in (125.0, 240.0, 244.0, 246.0, 250.0, 254.0, 262.0, 300.0, 1000.0)
        ],
        *[("time_ms", fs) for fs in (343.0, 350.0, 360.0, 375.0)],
        *[("time_us", fs) for fs in (250.0, 300.0)],  # a thousandth of the time, by its name
    ],
)
def test_losses_are_counted_exactly_whatever_rate_is_stated(column: str, fs: float) -> None:
    lost = {700, 701, 2600, 3001, 4000}
    lines = [f"{stamp(i, column)},{i}" for i in range(5000) if i not in lost]
    decoded, _ = decode("\n".join([f"{column},ecg", *lines]), fs=fs)
    assert [i for i, entry in enumerate(decoded) if entry == "dropped"] == sorted(lost)
    assert len(decoded) == 5000


@pytest.mark.parametrize("fs", [None, 250.0, 300.0])
@pytest.mark.parametrize("first", [0, 220])
def test_a_column_of_whole_seconds_makes_up_no_losses(fs: float | None, first: int) -> None:
    lines = [f"{stamp(i, 'time')},{i}" for i in range(first, 8000)]
    decoded, _ = decode("\n".join(["time,ecg", *lines]), fs=fs)
    assert losses(decoded) == []
    assert len(decoded) == 8000 - first


@pytest.mark.parametrize(
    ("fs", "column", "n_lines"),
    [
        (250.0, "micros", 64),
        (246.0, "micros", 64),
        (300.0, "micros", 2502),
        (250.0, "time_us", 2500),
    ],
)
def test_only_a_rate_that_a_time_column_contradicts_is_waited_for_as_long_as_any(
    fs: float, column: str, n_lines: int
) -> None:
    decoder = TextDecoder(drop_first=False, fs=fs)
    lines = [f"{stamp(i, column)},{i}\n".encode() for i in range(n_lines)]
    assert decoder.feed(f"{column},ecg\n".encode() + b"".join(lines[:-1])) == []
    assert len(flat(decoder.feed(lines[-1]))) == n_lines


def test_a_port_that_went_away_before_the_rate_was_known_leaves_nothing_of_it() -> None:
    decoder = TextDecoder(drop_first=False, fs=300.0)
    assert decoder.feed(stamped(range(0, 400_000, 4000))) == []
    assert decoder.resync() == []
    decoded = decoder.feed(b"half a line\n" + stamped(range(0, 400_000, 3333)))
    assert len(flat(decoded)) == 121
    assert decoder.stated_fs == 300.0

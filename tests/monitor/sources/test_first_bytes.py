"""What is said while no sample comes: nothing at first, then what may be wrong."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sibeat.monitor.sources.base import ByteArrival, DecoderCounts
from sibeat.monitor.sources.first_bytes import Expected, FirstBytes

EXPECTED = Expected("frames of x", "is it on?", "check --protocol")


class Waiting:
    """First bytes that come at an even pace."""

    def __init__(self, data: bytes, good_share: float = 0.0) -> None:
        self.first = FirstBytes(EXPECTED)
        self._data, self._good_share = data, good_share
        self._counts = DecoderCounts()
        self._now_s = 100.0

    def for_s(self, seconds: float, data: bytes | None = None) -> str:
        """Let so many seconds pass; gives the hint after them."""
        data = self._data if data is None else data
        for _ in range(round(seconds / 0.1)):
            self._now_s += 0.1
            n_bytes = self._counts.n_bytes + len(data)
            n_good = self._counts.n_good_bytes + round(self._good_share * len(data))
            self._counts = replace(self._counts, n_bytes=n_bytes, n_good_bytes=n_good)
            self.first.note(ByteArrival(self._now_s, data), self._counts)
        return self.first.hint


@pytest.mark.parametrize(("data", "good_share"), [(b"", 0.0), (b"x" * 400, 0.0)])
def test_nothing_is_said_in_the_first_seconds(data: bytes, good_share: float) -> None:
    assert Waiting(data, good_share).for_s(4.8) == ""
    assert FirstBytes(EXPECTED).hint == ""


def test_a_silent_port_is_asked_about() -> None:
    waiting = Waiting(b"")
    assert waiting.for_s(5.2) == "0 bytes came in 5 s: is it on?"
    assert waiting.for_s(10.0) == "0 bytes came in 15 s: is it on?"


def test_bytes_that_do_not_fit_are_counted_and_the_option_named() -> None:
    said = Waiting(b"x" * 400).for_s(5.2)
    assert said == "20,800 bytes came, none of them fits frames of x: check --protocol"
    assert "too few of them fit frames of x" in Waiting(b"x" * 400, 0.3).for_s(5.2)


def test_a_greeting_and_then_nothing_is_no_misfit() -> None:
    waiting = Waiting(b"hello")
    waiting.for_s(1.0)
    assert waiting.for_s(5.2, b"") == "50 bytes came, then nothing for 5 s: is it on?"


def test_lines_that_hold_no_sample_ask_for_the_electrode() -> None:
    waiting = Waiting(b"!\r\n", 1.0)
    assert waiting.for_s(14.0) == "", "a time column is read for 10 s"
    assert waiting.for_s(1.3).endswith("no sample in them: is an electrode off?")


def test_another_bit_rate_begins_anew() -> None:
    waiting = Waiting(b"x" * 400)
    waiting.for_s(4.0)
    waiting.first.restart()
    assert waiting.for_s(4.0) == ""
    assert waiting.for_s(1.2).startswith("20,800 bytes")
    waiting.first.restart()
    assert waiting.for_s(5.2, b"") == "0 bytes came in 5 s: is it on?"


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Let threads take turns at nearly every step."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("many_switches")
def test_a_hint_may_be_asked_for_while_the_reader_begins_anew() -> None:
    first = FirstBytes(EXPECTED)

    def read_on() -> None:
        for n in range(50_000):
            first.note(ByteArrival(10.0 * n, b"x"), DecoderCounts(1))
            first.note(ByteArrival(10.0 * n + 5.5, b"x"), DecoderCounts(2))
            first.restart()

    reader = threading.Thread(target=read_on)
    reader.start()
    while reader.is_alive():
        hint = first.hint  # raised a TypeError when it looked twice
        assert hint == "" or " came" in hint
    reader.join()

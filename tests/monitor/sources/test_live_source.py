"""Opening a live source: the right bit rate is found, or the message says what is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError
from sibeat.ecg.stream import Chunk
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder

NOISE = np.random.default_rng(0).integers(0, 256, 100_000, dtype=np.uint8).tobytes()
NUMBERS = b"512\r\n513\r\n" * 10_000


class FakeTransport:
    """Gives 20 bytes every 20 ms of what the rate at hand makes of the line."""

    name = "serial fake"

    def __init__(self, *rates: bytes) -> None:
        self._rates = list(rates)
        self.closed = False

    def arrivals(self) -> Iterator[ByteArrival]:
        for i in range(3000):
            if self.closed:
                return
            yield ByteArrival(i * 0.02, self._rates[0][20 * i : 20 * i + 20])

    def next_rate(self) -> bool:
        del self._rates[:1]
        return bool(self._rates)

    def close(self) -> None:
        self.closed = True


def opened(*rates: bytes, fs: float | None = 250.0) -> LiveSource:
    decoder = TextDecoder(fs=fs)
    clock = datetime(2024, 1, 1, 12, 0, 20, tzinfo=UTC)
    source = LiveSource(
        FakeTransport(*rates), decoder, LiveStream(decoder, fs), "s", wall_clock=lambda: clock
    )
    source.open()
    return source


def test_noise_at_the_first_rate_makes_it_try_the_second() -> None:
    source = opened(NOISE, NUMBERS)
    values = [value for c in source if isinstance(c, Chunk) for value in c.samples.tolist()]
    assert set(values) == {512.0, 513.0}


def test_noise_at_every_rate_names_the_option() -> None:
    with pytest.raises(SourceError, match=r"look like another rate.*--baud"):
        opened(NOISE, NOISE)


def test_text_without_numbers_is_no_matter_of_rates() -> None:
    with pytest.raises(SourceError, match="no lines of numbers"):
        opened(b"$GPGGA,hello\r\n" * 10_000, NUMBERS)


def test_a_greeting_and_a_little_noise_are_forgiven() -> None:
    source = opened(NOISE[:200] + b"\nAD8232 demo, wait\n" + NUMBERS)
    assert source.info.fs == 250.0


def test_the_first_sample_has_a_time() -> None:
    source = opened(NUMBERS, fs=None)
    assert source.info.fs == 200.0
    assert source.info.start_time is not None
    first_s = (datetime(2024, 1, 1, 12, 0, 20, tzinfo=UTC) - source.info.start_time).total_seconds()
    assert first_s == pytest.approx(10.3, abs=0.1)


def test_closing_while_opening_ends_it() -> None:
    decoder = TextDecoder()
    transport = FakeTransport(b"")
    source = LiveSource(transport, decoder, LiveStream(decoder), "s")
    source.close()
    with pytest.raises(SourceError, match="closed"):
        source.open()


def test_a_silent_source_says_what_may_be_wrong_until_a_sample_comes() -> None:
    decoder = TextDecoder()
    source = LiveSource(FakeTransport(b""), decoder, LiveStream(decoder), "s")
    with pytest.raises(SourceError, match="no samples came"):
        source.open()
    assert source.status().detail.startswith("0 bytes came in 60 s: is the board on")
    assert opened(NUMBERS, fs=None).status().detail == ""


def test_a_port_that_has_just_come_back_is_not_asked_about_its_absence() -> None:
    hints: list[str] = []

    class LeavingTransport(FakeTransport):
        def arrivals(self) -> Iterator[ByteArrival]:
            yield ByteArrival(0.0, b"hello\r\n")
            yield ByteArrival(1.0, kind="lost")
            yield ByteArrival(40.0, kind="back")
            for time_s in (40.1, 46.0):
                yield ByteArrival(time_s)
                hints.append(source.status().detail)

    decoder = TextDecoder()
    source = LiveSource(LeavingTransport(b""), decoder, LiveStream(decoder), "s")
    with pytest.raises(SourceError, match="no samples came"):
        source.open()
    assert "bytes came" not in hints[0]
    assert hints[1].startswith("0 bytes came in 6 s")

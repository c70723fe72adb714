"""A transport, a decoder and the sample clock as one source; what serial port and pipe share."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sibeat.ecg.errors import SibeatError, SourceError
from sibeat.ecg.stream import Item, StreamInfo
from sibeat.monitor.sources.base import ByteArrival, Decoder, KnownBoard, SourceStatus, Transport
from sibeat.monitor.sources.first_bytes import LINES_OF_NUMBERS, Expected, FirstBytes, Verdict
from sibeat.monitor.sources.live_stream import LiveStream

COMPLAINTS: dict[Verdict, str] = {
    "wrong rate": "the bytes look like another rate, expected {expected}; try --baud with the rate "
    "that the board's sketch sets, and --protocol with what it speaks: a board of `sibeat ports "
    "--boards`, or a TOML file of its own",
    "no numbers": "there is text but no lines of numbers, expected {expected}: check which sketch "
    "or program sends it",
}


class LiveSource:
    """A source whose samples come when they come.

    Parameters
    ----------
    transport : Transport
        Gives the bytes.
    decoder : Decoder
        Makes samples of them.
    stream : LiveStream
        Puts these on the sample clock; has the same decoder.
    name : str
        Of the session, also that of its annotation file.
    live : bool
        Whether samples are lost when nobody takes them.
    wall_clock : callable
        Gives the time in UTC.
    expected : Expected
        What should come, for messages.
    found : callable
        Says which board it is, once the stream has begun.
    """

    def __init__(
        self,
        transport: Transport,
        decoder: Decoder,
        stream: LiveStream,
        name: str,
        live: bool = True,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        expected: Expected = LINES_OF_NUMBERS,
        found: Callable[[], KnownBoard] = KnownBoard,
    ) -> None:
        self.live = live
        self._transport, self._decoder, self._stream = transport, decoder, stream
        self.name = name
        """of the session"""
        self._wall_clock = wall_clock
        self._expected, self._found = expected, found
        self._arrivals: Iterator[ByteArrival] | None = None
        self._ready: list[Item] = []
        self._info: StreamInfo | None = None
        self._first = FirstBytes(expected)
        self._closed = False

    @property
    def info(self) -> StreamInfo:
        """What is streamed; known once ``open`` has returned."""
        assert self._info is not None, "the source is not open"
        return self._info

    def open(self) -> StreamInfo:
        """Open the transport and wait until the sampling rate is settled.

        Raises
        ------
        SourceError
            The device cannot be opened, its bytes cannot be read, or its rate is none.
        UsageError
            The lead that was asked for does not exist.
        """
        self._arrivals = self._transport.arrivals()
        try:
            for arrival in self._arrivals:
                self._ready += self._stream.feed(arrival)
                if self._stream.fs is not None:
                    return self._settled(self._stream.fs)
                self._judge(arrival)
        except SibeatError:
            self._let_go()
            raise
        if not self._finishes():
            raise SourceError(f"{self._transport.name} was closed before its first sample")
        self._ready += self._stream.finish()
        assert self._stream.fs is not None
        return self._settled(self._stream.fs)

    def __iter__(self) -> Iterator[Item]:
        """Yield what comes, when it comes.

        Raises
        ------
        StreamLost
            The device went away and did not come back in time.
        """
        assert self._arrivals is not None, "the source is not open"
        try:
            yield from self._ready
            self._ready = []
            for arrival in self._arrivals:
                yield from self._stream.feed(arrival)
        finally:  # also when whoever iterates goes away: the board is to be told
            self._let_go()
        if self._finishes():
            yield from self._stream.finish()

    def status(self) -> SourceStatus:
        """How the stream is doing; as long as nothing can be read of it, what may be wrong."""
        status = self._stream.status()
        hint = self._first.hint if self._stream.waiting else ""
        return replace(status, detail=hint) if hint else status

    def close(self) -> None:
        """Let the transport go; the iteration ends within a tenth of a second."""
        self._closed = True
        self._transport.close()

    @property
    def evidence(self) -> str:
        """Why it is the board that was found, in words; empty where the user said which it is."""
        return self._found().evidence

    @property
    def transport_name(self) -> str:
        """Where the bytes come from, as shown to the user."""
        return self._transport.name

    def tap(self, tapped: Callable[[Transport], Transport]) -> None:
        """Listen in on what the transport tells; before ``open``."""
        self._transport = tapped(self._transport)

    def _let_go(self) -> None:
        """End the transport's generator, which says what ends the talk and closes the device."""
        if isinstance(self._arrivals, Generator):
            self._arrivals.close()

    def _finishes(self) -> bool:
        """Tell whether what the input's end completes is still to come."""
        return not (self._closed or self._stream.ended)

    def _settled(self, fs: float) -> StreamInfo:
        age_s = self._ready[-1].stop / fs if self._ready else 0.0
        self._info = StreamInfo(
            name=self.name,
            source=", ".join(filter(None, [self._transport.name, self._found().name])),
            fs=fs,
            lead=self._decoder.lead,
            unit=self._decoder.unit,
            start_time=self._wall_clock() - timedelta(seconds=age_s),
        )
        return self._info

    def _judge(self, arrival: ByteArrival) -> None:
        """Try another bit rate, or give up, when what comes cannot be read."""
        if arrival.kind == "lost":
            self._first.restart()
            return
        verdict = self._first.note(arrival, self._decoder.counts)
        if verdict == "wrong rate" and self._transport.next_rate():
            self._decoder.resync()
            self._stream.restart()
            self._first.restart()
        elif verdict is not None:
            complaint = COMPLAINTS[verdict].format(expected=self._expected.what)
            raise SourceError(f"{self._transport.name}: {complaint}")

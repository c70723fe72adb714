"""What every source is, and what the parts of a live source say to each other.

A source is opened and read by one thread; ``status`` and ``close`` may be called from any other.
Live sources go ``Transport -> ByteArrival -> Decoder -> LiveStream``: whoever keeps the sequence of
``ByteArrival`` records has all that a replay of the stream needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sibeat.ecg.stream import FloatArray, Item, StreamInfo, Unit

SourceState: TypeAlias = Literal["connecting", "streaming", "silent", "lost", "ended"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source is doing: a snapshot."""

    state: SourceState = "connecting"
    n_dropped: int = 0
    """samples known to be missing, for whatever reason but lead off"""
    n_gaps: int = 0
    """gaps these samples lie in; contiguous pieces of one reason are one gap"""
    n_reconnects: int = 0
    """times that the port went away and came back"""
    n_garbage: int = 0
    """lines or frames that could not be decoded"""
    fs: float | None = None
    """sampling rate as measured so far, Hz; None when there is nothing to measure"""
    detail: str = ""
    """what a user should know now: ``measuring the sampling rate, which takes 10 s``"""
    losses: Literal["counted", "inferred"] = "counted"
    """whether losses are known by counters or time stamps, or only by the arrival clock"""
    warnings: tuple[str, ...] = ()
    """what is wrong with the stream, although it goes on"""


class Source(Protocol):
    """Somewhere samples come from."""

    @property
    def live(self) -> bool:
        """Whether samples are lost when nobody takes them; False: the source can wait."""

    @property
    def info(self) -> StreamInfo:
        """What the source says of its stream; known once ``open`` has returned."""

    def open(self) -> StreamInfo:
        """Get ready to be iterated; blocks until the sampling rate is settled (live: up to 10 s).

        Raises
        ------
        SourceError
            The source cannot be opened, or its rate or its lines make no sense.
        """

    def __iter__(self) -> Iterator[Item]:
        """Yield contiguous chunks and gaps, in time; ends with the stream or after ``close``."""

    def status(self) -> SourceStatus:
        """How the source is doing."""

    def close(self) -> None:
        """Let go of what is open and make the iteration end soon; may be called twice."""


@dataclass(frozen=True, slots=True)
class ByteArrival:
    """What a transport has to tell: bytes, that none came, or that the device went or came."""

    time_s: float
    """arrival clock, s; rises"""
    data: bytes = b""
    """what was read; empty for a read that timed out"""
    kind: Literal["read", "lost", "back"] = "read"


@dataclass(frozen=True, slots=True)
class KnownBoard:
    """Which board it is, as far as that is known."""

    name: str = ""
    """as the stream's source says it: ``bitalino``, or ``bitalino (found)``"""
    evidence: str = ""
    """why it is that one, in words; empty where the user said so"""


class Transport(Protocol):
    """A way for bytes to come in: a serial port, a pipe, later a recording of one."""

    @property
    def name(self) -> str:
        """As shown to the user: ``serial /dev/ttyUSB0``."""

    def arrivals(self) -> Iterator[ByteArrival]:
        """Open the device and yield every read, time-outs too; ends with the input or ``close``.

        Raises
        ------
        SourceError
            The device cannot be opened, or did not come back in time (StreamLost).
        """

    def next_rate(self) -> bool:
        """Go on at the next bit rate worth a try; False when there is none left."""

    def close(self) -> None:
        """Close the device; ``arrivals`` ends within a tenth of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Consecutive samples out of a decoder."""

    values: FloatArray
    """(n_samples,), in the decoder's unit"""

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Missing:
    """Samples that a decoder knows to be missing between others."""

    n_samples: int
    reason: Literal["dropped", "lead_off"]
    anew: bool = False
    """whether the board's count began anew here: more may be missing, which only arrivals tell"""


Decoded: TypeAlias = Samples | Missing


@dataclass(frozen=True, slots=True)
class DecoderCounts:
    """What a decoder has met, bytes and lines (or frames)."""

    n_bytes: int = 0
    n_good_bytes: int = 0
    """bytes in lines or frames that were understood, about"""
    n_odd_bytes: int = 0
    """bytes that cannot occur in the protocol (text: neither printable nor blank)"""
    n_garbage: int = 0
    """lines or frames that were skipped"""


class Decoder(Protocol):
    """A protocol without I/O: bytes in, samples and gaps out; any split of the bytes is the same.

    It resynchronises after garbage, keeps a bounded buffer and counts what it skips.
    """

    @property
    def lead(self) -> str:
        """Name of the lead that is decoded; known once something was."""

    @property
    def unit(self) -> Unit:
        """Unit of the samples; known once something was decoded."""

    @property
    def stated_fs(self) -> float | None:
        """Sampling rate in Hz by the protocol's own word or its time stamps; None: not known."""

    @property
    def counts_losses(self) -> bool:
        """Whether losses of any length are counted: by time stamps, or a long counter."""

    @property
    def counter_period(self) -> int | None:
        """Samples after which a counter begins anew, where only that counts losses."""

    @property
    def counts(self) -> DecoderCounts:
        """What was met since the start."""

    def feed(self, data: bytes) -> list[Decoded]:
        """Decode what the bytes complete.

        Raises
        ------
        SourceError
            The lead that was asked for does not exist in this stream.
        """

    def flush(self) -> list[Decoded]:
        """Give what is still held back at the end of the stream."""

    def resync(self) -> list[Decoded]:
        """Forget the half frame at hand, since bytes are missing from here; gives what was held.

        A count that may have gone on meanwhile tells what is missing, before what comes next.
        """

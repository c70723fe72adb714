"""A board that is not there: speaks samples in a board's protocol, in real time, over a wire.

``speak`` paces against an absolute clock and asks an `Encoder` for the bytes, so a protocol is one
small class. What nobody listens to is lost, as with a real board; a listener that is slow is
waited for, as USB does it, and time is caught up afterwards.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sibeat.ecg.record import Record
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.monitor.item_cut import gap_pieces
from sibeat.monitor.simulator.wire import Wire
from sibeat.monitor.sources.pacing import Pacer

TimeColumn: TypeAlias = Literal["us", "ms", "s"]
_TICKS: dict[TimeColumn, float] = {"us": 1e6, "ms": 1e3, "s": 1.0}

UTTERANCE_S = 0.02
"""signal that is spoken at once, s; chosen by us: an FTDI adapter's latency is 16 ms"""


class Encoder(Protocol):
    """A protocol as its board speaks it."""

    def preamble(self) -> bytes:
        """What the board says first, and again to each new listener."""

    def encode(self, item: Item) -> bytes:
        """Turn samples, or the time that an electrode is off, into bytes."""


class TextEncoder:
    r"""One sample a line, ``%.9g``: any float32 comes back exactly; ``!`` while a lead is off.

    A comment goes before the header, since listeners drop the first line that they get.

    Examples
    --------
    >>> TextEncoder(fs=250.0, time_column="us").encode(Gap(start=2, n_samples=1, reason="lead_off"))
    b'8000,!\n'
    """

    def __init__(
        self, fs: float, name: str = "II [mV]", time_column: TimeColumn | None = None
    ) -> None:
        """Say how the lines look.

        Parameters
        ----------
        fs : sampling rate, Hz
        name : of the column of samples, with its unit; empty for no header at all
        time_column : unit of a first column of time; None for no such column
        """
        self._fs = fs
        self._name = name
        self._time_column = time_column

    def preamble(self) -> bytes:
        """Name the columns."""
        if not self._name:
            return b""
        columns = f"time_{self._time_column},{self._name}" if self._time_column else self._name
        return f"# sibeat simulate, {self._fs:g} Hz\n{columns}\n".encode()

    def encode(self, item: Item) -> bytes:
        """Write a line a sample.

        ``nan`` is what the record marks as not valid; samples that were lost are not said.
        """
        if isinstance(item, Chunk):
            fields = [f"{sample:.9g}" for sample in item.samples.tolist()]
        else:
            fields = ["!"] * item.n_samples if item.reason == "lead_off" else []
        return "".join(self._lines(item.start, fields)).encode()

    def _lines(self, start: int, fields: list[str]) -> Iterator[str]:
        if self._time_column is None:
            return (f"{field}\n" for field in fields)
        ticks = _TICKS[self._time_column] / self._fs
        digits = 6 if self._time_column == "s" else 0
        return (f"{(start + i) * ticks:.{digits}f},{field}\n" for i, field in enumerate(fields))


class Manners(Protocol):
    """Whether a board talks, and how it answers commands."""

    @property
    def talking(self) -> bool:
        """Whether samples are said."""

    def hear(self, data: bytes) -> bytes:
        """Take what was said to the board; gives its answer."""


class AlwaysTalking:
    """A board that takes no commands."""

    talking = True

    def hear(self, data: bytes) -> bytes:
        """Answer nothing."""
        return b""


@dataclass(slots=True)
class Spoken:
    """What a simulated board said so far."""

    n_samples: int = 0
    n_heard: int = 0
    """samples that somebody listened to"""


def speak(
    items: Iterable[Item],
    encoder: Encoder,
    wire: Wire,
    fs: float,
    pacer: Pacer,
    spoken: Spoken,
    manners: Manners | None = None,
    away: Callable[[float], bool] = lambda time_s: False,
) -> None:
    """Wait for a listener, then say the items, each when it has happened.

    Parameters
    ----------
    items : contiguous, each at most as long as a listener may wait (`UTTERANCE_S`)
    encoder : the protocol
    wire : closed by the caller
    fs : sampling rate, Hz
    pacer : the clock; begins when somebody listens
    spoken : counts what is said
    manners : of the board; by default it always talks
    away : tells whether the port is unplugged at a time of the stream, s
    """
    manners = manners or AlwaysTalking()
    wire.wait_for_listener()
    pacer.start()
    n_greeted, unplugged, answer = 0, False, b""
    for item in items:
        spoken.n_samples += item.stop - item.start
        pacer.wait_until(spoken.n_samples / fs)
        data = encoder.encode(item)
        if away(spoken.n_samples / fs) != unplugged:
            unplugged = not unplugged
            (wire.unplug if unplugged else wire.plug)()
        answer += manners.hear(wire.read())  # also the stop that a listener said before it left
        if answer and wire.listening():
            wire.write(answer)
            answer = b""
        if not manners.talking:
            continue
        if wire.listening() and n_greeted != wire.n_listeners:
            n_greeted, data = wire.n_listeners, encoder.preamble() + data
        if wire.write(data):
            spoken.n_heard += item.stop - item.start


def synthetic_items(ecg: SyntheticEcg, n_block: int, n_samples: int | None) -> Iterator[Item]:
    """Stream a synthetic ECG in blocks of ``n_block`` samples; its labels are let go."""
    for item in ecg.blocks(n_block, n_samples):
        ecg.take_labels()
        yield item


def record_items(record: Record, n_block: int, n_samples: int | None) -> Iterator[Item]:
    """Stream a real record's lead in pieces of up to ``n_block`` samples.

    Raises
    ------
    RecordError
        After the last sample there is, when the record is truncated.
    """
    known = [n for n in (n_samples, record.n_samples) if n is not None]
    for item in record.items(0, min(known, default=None), n_block):
        yield from gap_pieces(item, n_block) if isinstance(item, Gap) else (item,)

"""The replay of a raw recording: the live run once more, to the bit.

The recorded arrivals go through the decoder and the live-stream code that the live run had, by the
recorded clock. What the consumer lost then because it was too slow is lost again, and the stream
ends where the consumer ended.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sibeat.ecg.errors import RecordError, SourceError
from sibeat.ecg.stream import Gap, Item, StreamInfo
from sibeat.monitor.item_cut import before, from_on
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.sources.base import Decoder, SourceStatus
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.pacing import Pacer
from sibeat.monitor.sources.recorded_transport import RecordedTransport

WAS_GONE = "the port was gone here"


class RecordedSource(LiveSource):
    """Replays a raw recording.

    Parameters
    ----------
    reader : of the recording
    decoder : made as for the live run
    stream : has the same decoder, and the live run's settings
    speed : times real time; None: as fast as the samples are taken
    pacer : with its own clock, for tests
    """

    def __init__(
        self,
        reader: RecordingReader,
        decoder: Decoder,
        stream: LiveStream,
        speed: float | None = 1.0,
        pacer: Pacer | None = None,
    ) -> None:
        self._reader = reader
        self._recorded = RecordedTransport(reader, pacer or Pacer(speed))
        name = str(reader.header.get("name", reader.path.stem))
        super().__init__(
            self._recorded, decoder, stream, name, live=False, wall_clock=self._recorded_time
        )

    def open(self) -> StreamInfo:
        """Read on until the sampling rate is settled.

        Raises
        ------
        SourceError
            As for the live run; RecordError when the recording ends before.
        """
        try:
            return super().open()
        except SourceError as error:
            if not self._recorded.cut:
                raise
            raise RecordError(
                f"{self._recorded.name} ends before its sampling rate was settled; expected 10 s "
                "of it, or the rate by --fs HZ"
            ) from error

    def __iter__(self) -> Iterator[Item]:
        """Yield what the consumer of the live run got."""
        items = with_overflows(super().__iter__(), overflows_of(self._reader))
        yield from up_to(items, self._reader.end_sample)

    def status(self) -> SourceStatus:
        """How the stream was doing; nobody waits now, and nothing can be plugged in."""
        status = self._stream.status()
        return replace(status, detail=WAS_GONE) if status.state == "lost" else status

    def _finishes(self) -> bool:
        """Tell whether the input's end is recorded; a cut recording leaves half a frame."""
        return super()._finishes() and not self._recorded.cut

    def _recorded_time(self) -> datetime:
        header, now_s = self._reader.header, self._recorded.now_s
        started = datetime.fromisoformat(str(header["started"]))
        return started + timedelta(seconds=(now_s or 0.0) - float(header["clock_s"]))


def recorded_now(clock_s: float) -> dict[str, object]:
    """Give the fields of a header that join the arrival clock to the time of day."""
    return {"started": datetime.now(UTC).isoformat(), "clock_s": clock_s}


def overflows_of(reader: RecordingReader) -> list[Gap]:
    """Give what the recorded run's queue lost, in order."""
    notes = reader.survey.notes.get("overflow", [])
    gaps = [Gap(int(note["start"]), int(note["n_samples"]), "overflow") for note in notes]
    return sorted(gaps, key=lambda gap: gap.start)


def with_overflows(items: Iterable[Item], overflows: Sequence[Gap]) -> Iterator[Item]:
    """Put gaps in the place of whatever lies in them.

    Parameters
    ----------
    items : contiguous
    overflows : apart from each other, in order
    """
    left = deque(overflows)
    reached = 0
    for item in items:
        rest: Item | None = item
        reached = item.stop
        while rest is not None and left and rest.stop > left[0].start:
            head = before(rest, left[0].start)
            if head is not None:
                yield head
            rest = from_on(rest, left[0].stop)
            if rest is not None:
                yield left.popleft()
        if rest is not None:
            yield rest
    if left and left[0].start < reached:
        yield Gap(left[0].start, min(left[0].stop, reached) - left[0].start, "overflow")


def up_to(items: Iterable[Item], limit: int | None) -> Iterator[Item]:
    """Yield what lies before the sample index `limit`; None: everything."""
    if limit is not None and limit <= 0:
        return
    for item in items:
        part = before(item, limit)
        if part is not None:
            yield part
        if limit is not None and item.stop >= limit:
            return

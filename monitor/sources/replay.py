"""A recording as a source: what a live one would have given, at any speed or as fast as it goes.

The sample index is the record's own, also when the replay begins in its middle. A sample is given
when the time of the chunk that holds it has passed, never earlier: what a live source would do.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Record
from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.monitor.item_cut import gap_pieces
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.sources.pacing import BLOCK_S, Pacer, chunk_samples
from sibeat.monitor.sources.rate_check import override_warning


class ReplaySource:
    """Replays one lead of a record.

    Parameters
    ----------
    record : Record
        From :func:`sibeat.ecg.record.open_record`.
    start_s, duration_s : float
        Part of the record to replay, s; a duration of None goes to its end.
    speed : float or None
        Times real time; None: as fast as the samples are taken.
    chunk_s : float, optional
        Length of a chunk in s; by default 40 ms of real time, or 10 s when nothing is paced.
    pacer : Pacer, optional
        With its own clock, for tests.

    Raises
    ------
    UsageError
        The part lies outside the record, or the speed is not positive.
    RecordError
        The record has not a single sample.
    """

    live = False

    def __init__(
        self,
        record: Record,
        start_s: float = 0.0,
        duration_s: float | None = None,
        speed: float | None = 1.0,
        chunk_s: float | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        self._record = record
        self._first, self._stop = _part(record, start_s, duration_s)
        self._chunk = chunk_samples(record.fs, speed, chunk_s)
        self._pacer = pacer or Pacer(speed)
        self._closed = False
        self._last: Item | None = None
        warning = override_warning(record.name, record.fs, record.stated_fs)
        self._status = SourceStatus(fs=record.fs, warnings=(warning,) if warning else ())
        self._info = StreamInfo(
            name=record.name,
            source=f"replay {record.name}",
            fs=record.fs,
            lead=record.lead,
            unit=record.unit,
            first_sample=self._first,
            n_samples=None if self._stop is None else self._stop - self._first,
            start_time=_time_of(record, self._first),
        )

    @property
    def info(self) -> StreamInfo:
        """What is replayed; known from the start."""
        return self._info

    def open(self) -> StreamInfo:
        """Say what is replayed; there is nothing to wait for."""
        return self._info

    def __iter__(self) -> Iterator[Item]:
        """Yield chunks and gaps, each when it is due.

        Raises
        ------
        RecordError
            After the last sample there is, when the record holds fewer than its header says.
        UsageError
            The record says nothing of its length, and ends before the part begins.
        """
        self._status = replace(self._status, state="streaming")
        self._pacer.start()
        for item in self._pieces():
            self._pacer.wait_until((item.stop - self._first) / self._info.fs)
            if self._closed:
                break
            self._note(item)
            yield item
        self._status = replace(self._status, state="ended")
        if self._first and self._last is None and not self._closed:  # a text tells its end late
            raise UsageError(
                f"--start {self._first / self._info.fs:g} s lies outside {self._info.name}, which "
                "ends before: give an earlier time"
            )

    def _pieces(self) -> Iterator[Item]:
        """Cut what the record gives at once into chunks."""
        at_once = max(self._chunk, round(BLOCK_S * self._info.fs) // self._chunk * self._chunk)
        for item in self._record.items(self._first, self._stop, at_once):
            if isinstance(item, Gap):
                yield from gap_pieces(item, self._chunk)
                continue
            for offset in range(0, len(item.samples), self._chunk):
                yield Chunk(item.start + offset, item.samples[offset : offset + self._chunk])

    def _note(self, item: Item) -> None:
        """Count what is missing; contiguous pieces are one gap."""
        before, self._last = self._last, item
        n_garbage = self._record.n_skipped
        if isinstance(item, Gap) and item.reason != "lead_off":
            new = not (isinstance(before, Gap) and before.reason == item.reason)
            n_dropped = self._status.n_dropped + item.n_samples
            n_gaps = self._status.n_gaps + new
            self._status = replace(self._status, n_dropped=n_dropped, n_gaps=n_gaps)
        if n_garbage != self._status.n_garbage:
            self._status = replace(self._status, n_garbage=n_garbage)

    def status(self) -> SourceStatus:
        """Whether the record has ended."""
        return self._status

    def close(self) -> None:
        """End the iteration at the next chunk, without waiting until it is due."""
        self._closed = True
        self._pacer.stop()


def _part(record: Record, start_s: float, duration_s: float | None) -> tuple[int, int | None]:
    """First sample of the part, and the one after its last; None: the record's end, unknown."""
    if not (start_s >= 0 and math.isfinite(start_s)):
        raise UsageError(f"--start {start_s:g} s is no time in a record: give 0 or more")
    if duration_s is not None and not (duration_s > 0 and math.isfinite(duration_s)):
        raise UsageError(f"--duration {duration_s:g} s is no length: give a number above 0")
    first = round(start_s * record.fs)
    end = record.n_samples
    if end == 0:
        raise RecordError(
            f"{record.name} holds no samples, only a header, expected a recording that goes on: "
            "get its files again"
        )
    if end is not None and first >= end:
        raise UsageError(
            f"--start {start_s:g} s lies outside {record.name}, which has {end / record.fs:g} s: "
            "give an earlier time"
        )
    if duration_s is None:
        return first, end
    stop = first + max(1, round(duration_s * record.fs))
    return first, stop if end is None else min(end, stop)


def _time_of(record: Record, sample: int) -> datetime | None:
    """UTC time of a sample; a record's time without a zone is taken as UTC."""
    base = record.start_time
    if base is None:
        return None
    aware = base if base.tzinfo else base.replace(tzinfo=UTC)
    return aware.astimezone(UTC) + timedelta(seconds=sample / record.fs)

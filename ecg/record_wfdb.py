"""WFDB records, of one segment or many; see :mod:`sibeat.ecg.wfdb_segment` for the samples.

Segments are read one by one, each with its own header, gain and unit, and only when their turn
comes: a day of a thousand segments opens at once. A lead that a segment lacks is NaN there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.lead import choose_lead
from sibeat.ecg.record import Piece, Record
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import Gap
from sibeat.ecg.wfdb_segment import BROKEN, Header, SegmentLead, header_lines, read_header

NO_SEGMENT = "~"
"""name of a segment in which nothing was recorded; header(5) of the WFDB Applications Guide"""


class WfdbRecord(Record):
    """One lead of a WFDB record.

    Parameters
    ----------
    stem : Path
        The record without extension.
    lead, fs
        As for :func:`sibeat.ecg.record.open_record`.
    """

    def __init__(self, stem: Path, lead: str | int | None = None, fs: float | None = None) -> None:
        self._stem = stem
        header = read_header(stem)
        try:
            self._open(header, lead, fs)
        except BROKEN as error:
            raise RecordError(
                f"the header {stem}.hea is broken ({type(error).__name__}: {error}), expected a "
                "WFDB header with its signals: get it again"
            ) from error

    def _open(self, header: Header, lead: str | int | None, fs: float | None) -> None:
        self.name = self._stem.name
        layout = self._layout(header)
        self.leads = _names(layout)
        if not self.leads:
            raise RecordError(f"{self._stem}.hea has no signals, expected at least one lead")
        self._channel = choose_lead(self.leads, lead)
        self.lead = self.leads[self._channel]
        first = SegmentLead(self._stem, layout, self._channel)
        self._per_frame = first.per_frame
        self.unit = "a.u." if first.scale is None else "mV"
        self._frame_rate = header.fs
        rate = header.fs * self._per_frame
        self.stated_fs = rate if _states_rate(self._stem) else None
        self.fs = _rate(rate, fs, self.name)
        self.start_time = _start(header)
        if self._is_multi:
            self._segments = list(zip(header.seg_name, header.seg_len, strict=True))
        else:
            first.available_frames()  # the signal file is there
            self._segments = [(self._stem.name, first.n_frames())]
        self.n_samples = sum(length for _, length in self._segments) * self._per_frame

    def _layout(self, header: Header) -> Header:
        """Give the header that names the leads: its own, or that of the first segment."""
        names = getattr(header, "seg_name", None)
        self._is_multi = names is not None
        self._by_name = self._is_multi and header.layout == "variable"
        if names is None:
            return header
        named = [name for name in names if name != NO_SEGMENT]
        if not named:
            raise RecordError(f"{self._stem}.hea has no segments, expected at least one")
        return read_header(self._stem.with_name(named[0]))

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        stop = self.n_samples if stop is None else min(stop, self.n_samples or 0)
        lengths = [length * self._per_frame for _, length in self._segments]
        ends = accumulate(lengths)
        for (name, _), length, end in zip(self._segments, lengths, ends, strict=True):
            first, last = max(start, end - length), min(stop or 0, end)
            if first < last:
                offset = end - length
                yield from self._segment(name, first - offset, last - offset)

    def _segment(self, name: str, start: int, stop: int) -> Iterator[Piece]:
        lead = None if name == NO_SEGMENT else self._segment_lead(name)
        if lead is None:
            yield Gap(0, stop - start, "invalid")
            return
        yield from lead.read(start, stop)

    def _segment_lead(self, name: str) -> SegmentLead | None:
        """Find the lead in a segment; None when it was not recorded there."""
        stem = self._stem.with_name(name)
        header = read_header(stem)
        leads = _names(header)
        if self._by_name and self.lead not in leads:
            return None
        channel = leads.index(self.lead) if self._by_name else self._channel
        lead = SegmentLead(stem, header, channel)
        if channel >= len(leads) or lead.per_frame != self._per_frame:
            raise RecordError(
                f"segment {stem}.hea does not hold {self.lead} as {self.name}.hea says, expected "
                f"signal {channel} with {self._per_frame} samples a frame: get the record again"
            )
        self._require_alike(lead)
        return lead

    def _require_alike(self, lead: SegmentLead) -> None:
        """Refuse a segment of another rate or unit: its samples would stand as if of the record's.

        Raises
        ------
        RecordError
            When it has one.
        """
        unit = "a.u." if lead.scale is None else "mV"
        fs = lead.header.fs if _states_rate(lead.stem) else self._frame_rate
        if unit != self.unit or fs != self._frame_rate:
            raise RecordError(
                f"segment {lead.stem}.hea has {self.lead} in {unit} at {fs:g} frames a second, "
                f"expected {self.unit} and {self._frame_rate:g} as {self.name}.hea says: get the "
                "record again"
            )


def _names(header: Header) -> tuple[str, ...]:
    """Names of the leads; a nameless one is called by its number."""
    return tuple(name or f"signal {i}" for i, name in enumerate(header.sig_name or []))


def _rate(stated: float, wanted: float | None, name: str) -> float:
    if wanted is not None:
        return check_fs(wanted, "--fs", UsageError)
    return check_fs(stated, f"the header of {name}")


def _states_rate(stem: Path) -> bool:
    """Tell whether a record line has its third field; without it WFDB takes 250 Hz."""
    return len(header_lines(stem)[0]) > 2


def _start(header: Header) -> datetime | None:
    """UTC time of the first sample; a time of day without a date is none."""
    if header.base_date is None or header.base_time is None:
        return None
    return datetime.combine(header.base_date, header.base_time, tzinfo=UTC)

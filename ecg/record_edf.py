"""EDF, EDF+ and BDF recordings, read a minute at a time.

edfio reads the header; where the samples lie is told by :mod:`sibeat.ecg.edf_layout`. In a
discontinuous file (EDF+D) the time between data records is a gap. In a file that we wrote the
samples that are not valid are NaN, and what fills the last data record is no signal.
"""

import io
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sibeat.ecg.edf_layout import INVALID, EdfLayout, end_of_signal, read_layout, record_onsets
from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.lead import choose_lead
from sibeat.ecg.record import Piece, Record
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import DoubleArray, Gap
from sibeat.ecg.voltage import scale_to_mv

if TYPE_CHECKING:
    from edfio import Bdf, Edf

UNIT_S = 60.0
"""signal that is read at once, s; chosen by us: as for WFDB"""
MOST_CODE = 2**23
"""largest number of a sample: those of a BDF have 24 bits"""
JITTER_S = 0.1
"""by which a data record may begin before the one before it ends, s; chosen by us: times by a
computer's clock are as late and as early as its load, and the samples follow each other"""


class EdfRecord(Record):
    """One lead of an EDF or BDF file.

    Parameters
    ----------
    path : Path
    lead, fs
        As for :func:`sibeat.ecg.record.open_record`.
    """

    def __init__(self, path: Path, lead: str | int | None = None, fs: float | None = None) -> None:
        self._layout = layout = read_layout(path)
        self.name = path.stem
        self.leads = tuple(layout.labels[i] for i in layout.leads)
        number = choose_lead(self.leads, lead)
        self.lead = self.leads[number]
        self._signal = layout.leads[number]
        self._per_record = layout.samples[self._signal]
        self.stated_fs = self._per_record / layout.record_s
        if fs is not None:
            self.fs = check_fs(fs, "--fs", UsageError)
        else:
            self.fs = check_fs(self.stated_fs, f"{self.lead} in {path}")
        try:
            self._calibrate(_header(layout), number)
        except (ValueError, LookupError, ArithmeticError) as error:
            raise RecordError(
                f"the header of {path} is broken ({error}), expected an EDF or BDF header: get "
                "the file again"
            ) from error
        self._starts = self._record_starts()
        self.n_samples = self._expected_samples()

    def _calibrate(self, header: "Edf | Bdf", number: int) -> None:
        signal = header.signals[number]
        physical, digital = signal.physical_range, signal.digital_range
        span = digital.max - digital.min
        scale = scale_to_mv(signal.physical_dimension)
        self._gain, self._offset = 1.0, 0.0
        if span == 0 or physical.max == physical.min:  # not calibrated: codes, as edfio has it
            scale = None
        else:
            self._gain = (physical.max - physical.min) / span * (scale or 1.0)
            self._offset = physical.max * (scale or 1.0) - self._gain * digital.max
        if not abs(self._gain) * MOST_CODE + abs(self._offset) <= float(np.finfo(np.float32).max):
            raise ValueError(f"a physical range of {physical.min:g} to {physical.max:g}")
        self.unit = "a.u." if scale is None else "mV"
        self.start_time = _start(header)

    def _record_starts(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """First sample of each data record in the file, on the lead's index."""
        layout = self._layout
        if not layout.discontinuous:
            return np.arange(layout.available_records, dtype=np.int64) * self._per_record
        with layout.path.open("rb") as file:
            onsets = record_onsets(layout, file)
        starts = np.round((onsets - onsets[:1]) * self._per_record / layout.record_s)
        unbroken = np.arange(len(starts)) * float(self._per_record)
        free: DoubleArray = np.maximum.accumulate(starts - unbroken) + unbroken
        if np.any((free - starts) / self._per_record * layout.record_s > JITTER_S):
            raise RecordError(
                f"the data records of {layout.path} overlap in time, expected each to begin after "
                "the one before it ends: convert the file to a continuous one"
            )
        return free.astype(np.int64)

    def _expected_samples(self) -> int:
        """Samples to the end, time between data records included, what fills the last one not."""
        missing = max(0, self._layout.n_records - len(self._starts))
        if missing:
            return self._known_end() + missing * self._per_record
        with self._layout.path.open("rb") as file:
            end_s = end_of_signal(self._layout, file)
        if end_s is None:
            return self._known_end()
        end = int(self._starts[-1]) + round(end_s * self._per_record / self._layout.record_s)
        return min(max(0, end), self._known_end())

    def _known_end(self) -> int:
        """Sample after the last that is there."""
        return int(self._starts[-1]) + self._per_record if len(self._starts) else 0

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        end = self.n_samples or 0
        stop = end if stop is None else min(stop, end)
        position = start
        with self._layout.path.open("rb") as file:
            for first, n_records in self._runs(start, stop):
                begin = int(self._starts[first])
                if begin > position:
                    yield Gap(0, min(begin, stop) - position, "dropped")
                codes = self._layout.digital(file, self._signal, first, n_records).ravel()
                codes = codes[max(0, start - begin) : max(0, stop - begin)]
                samples = (codes * self._gain + self._offset).astype(np.float32)
                if self._layout.ours:
                    samples[codes == INVALID] = np.nan
                yield samples
                position = max(position, begin + n_records * self._per_record)
        known = min(stop, self._known_end())
        if position < known:  # the part ends within the time between data records
            yield Gap(0, known - position, "dropped")
        if known < stop:
            raise RecordError(
                f"{self._layout.path} is truncated: got {known} samples of {self.lead}, "
                f"expected {end} by its header; get the file again, the samples before are good"
            )

    def _runs(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield contiguous data records: the first and how many, at most a minute of them."""
        most = max(1, int(UNIT_S / self._layout.record_s))
        first = int(np.searchsorted(self._starts, start, side="right")) - 1
        first = max(0, first)
        last = int(np.searchsorted(self._starts, stop))
        while first < last:
            starts = self._starts[first : min(last, first + most)]
            broken = np.flatnonzero(np.diff(starts) != self._per_record)
            n_records = int(broken[0]) + 1 if len(broken) else len(starts)
            yield first, n_records
            first += n_records


def _header(layout: EdfLayout) -> "Edf | Bdf":
    """Read the header and the first data record, which keeps the fraction of the start time."""
    import edfio

    with layout.path.open("rb") as file:
        head = io.BytesIO(file.read(layout.header_bytes + layout.record_bytes))
    read = edfio.read_bdf if layout.sample_bytes == 3 else edfio.read_edf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that data records are missing: we left them out
        return read(head, header_encoding="latin-1")


def _start(header: "Edf | Bdf") -> datetime | None:
    """Start of the recording; None when the date was made anonymous or is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two date fields that differ: the EDF+ one counts
        try:
            return header.startdatetime.replace(tzinfo=UTC)
        except (ValueError, LookupError):
            return None

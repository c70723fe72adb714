"""How the data records of an EDF or BDF file lie in it.

edfio tells what the header means; it cannot read a BDF in parts, and maps an EDF into memory, so
the bytes are counted here. EDF and EDF+: Kemp et al. (1992) and Kemp and Olivan (2003),
https://www.edfplus.info/specs; BDF: https://www.biosemi.com/faq/file_format.htm.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sibeat.ecg.errors import RecordError
from sibeat.ecg.stream import DoubleArray

FIXED_BYTES = 256
"""bytes of the header before the signals' fields, and of each signal's fields"""
LABEL_BYTES = 16
SAMPLES_FIELD = 216
"""bytes of a signal's fields before its samples per data record"""
EQUIPMENT = "sibeat"
"""by which a file that :mod:`sibeat.ecg.edf_writer` wrote names what recorded it"""
INVALID = -32768
"""code of what is not valid in such a file, and of nothing else; EDF+ has none of its own"""
END_OF_SIGNAL = "end of the signal"
"""annotation in the last data record of such a file: what follows only fills the record"""
ANNOTATION_LABELS = frozenset({"EDF Annotations", "BDF Annotations"})


@dataclass(frozen=True, slots=True)
class EdfLayout:
    """Where the samples lie."""

    path: Path
    sample_bytes: int
    """2 in an EDF, 3 in a BDF"""
    header_bytes: int
    stated_records: int
    """data records by the header's word; -1 when the recording was not closed"""
    record_s: float
    """length of a data record, s"""
    labels: tuple[str, ...]
    """of all signals, annotations too"""
    samples: tuple[int, ...]
    """(n_signals,), in a data record"""
    discontinuous: bool
    """whether there may be time between the data records (EDF+D)"""
    ours: bool
    """whether :mod:`sibeat.ecg.edf_writer` wrote it, so that `INVALID` and `END_OF_SIGNAL` hold"""

    @property
    def record_bytes(self) -> int:
        """Bytes of a data record."""
        return self.sample_bytes * sum(self.samples)

    @property
    def available_records(self) -> int:
        """Whole data records in the file."""
        return max(0, self.path.stat().st_size - self.header_bytes) // max(1, self.record_bytes)

    @property
    def n_records(self) -> int:
        """Data records that there should be."""
        return self.available_records if self.stated_records < 0 else self.stated_records

    @property
    def leads(self) -> tuple[int, ...]:
        """Indices of the signals that are no annotations."""
        return tuple(i for i, label in enumerate(self.labels) if label not in ANNOTATION_LABELS)

    @property
    def annotation(self) -> int | None:
        """Index of the signal that keeps the time, None in plain EDF."""
        found = (i for i, label in enumerate(self.labels) if label in ANNOTATION_LABELS)
        return next(found, None)

    def raw(
        self, file: BinaryIO, signal: int, first: int, n_records: int
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """Read one signal's bytes, (n_records, bytes in a data record)."""
        file.seek(self.header_bytes + first * self.record_bytes)
        data = np.frombuffer(file.read(n_records * self.record_bytes), dtype=np.uint8)
        data = data[: len(data) // self.record_bytes * self.record_bytes]
        begin = self.sample_bytes * sum(self.samples[:signal])
        end = begin + self.sample_bytes * self.samples[signal]
        return data.reshape(-1, self.record_bytes)[:, begin:end]

    def digital(self, file: BinaryIO, signal: int, first: int, n_records: int) -> DoubleArray:
        """Read one signal's codes, (n_records, samples in a data record)."""
        raw = self.raw(file, signal, first, n_records)
        parts = raw.reshape(len(raw), -1, self.sample_bytes).astype(np.int32)
        weights = 256 ** np.arange(self.sample_bytes)
        codes = parts @ weights
        half = 256**self.sample_bytes // 2
        return np.where(codes >= half, codes - 2 * half, codes).astype(np.float64)


def read_layout(path: Path) -> EdfLayout:
    """Read the header's numbers.

    Raises
    ------
    RecordError
        They are none, or make no sense.
    """
    try:
        with path.open("rb") as file:
            fixed = file.read(FIXED_BYTES)
            _require_whole(path, len(fixed), FIXED_BYTES)
            n_signals = int(fixed[252:256])
            fields = file.read(FIXED_BYTES * max(0, n_signals))
        _require_whole(path, FIXED_BYTES + len(fields), FIXED_BYTES * (1 + max(0, n_signals)))
        layout = _parse(path, fixed, fields, n_signals)
    except (OSError, ValueError) as error:
        raise RecordError(
            f"the header of {path} is broken ({error}), expected an EDF or BDF header: get the "
            "file again"
        ) from error
    if not layout.leads or min(layout.samples) < 0 or not layout.record_s > 0:
        raise RecordError(
            f"{path} holds {len(layout.leads)} signals beside annotations in data records of "
            f"{layout.record_s:g} s, expected at least one and a length above 0"
        )
    return layout


def _require_whole(path: Path, n_bytes: int, needed: int) -> None:
    if n_bytes < needed:
        raise RecordError(
            f"{path} ends after {n_bytes} bytes, inside its header, expected {needed} and then the "
            "signals: get the file again"
        )


def _parse(path: Path, fixed: bytes, fields: bytes, n_signals: int) -> EdfLayout:
    if n_signals < 1:
        raise ValueError(f"{n_signals} signals")
    labels = [fields[i * LABEL_BYTES : (i + 1) * LABEL_BYTES] for i in range(n_signals)]
    at = SAMPLES_FIELD * n_signals
    return EdfLayout(
        path=path,
        sample_bytes=3 if fixed[:1] == b"\xff" else 2,
        header_bytes=FIXED_BYTES * (n_signals + 1),
        stated_records=int(fixed[236:244]),
        record_s=float(fixed[244:252]),
        labels=tuple(label.decode("latin-1").strip() for label in labels),
        samples=tuple(int(fields[at + 8 * i : at + 8 * i + 8]) for i in range(n_signals)),
        discontinuous=fixed[192:197] in (b"EDF+D", b"BDF+D"),
        ours=fixed[192:197] == b"EDF+C" and fixed[88:168].split()[4:5] == [EQUIPMENT.encode()],
    )


def record_onsets(layout: EdfLayout, file: BinaryIO) -> DoubleArray:
    """Read the time at which each data record begins, (n_records,), s.

    Raises
    ------
    RecordError
        A data record does not tell.
    """
    onsets = np.empty(layout.available_records)
    for i in range(len(onsets)):
        signal = layout.annotation
        raw = b"" if signal is None else layout.raw(file, signal, i, 1).tobytes()
        try:
            onsets[i] = float(raw.partition(b"\x14")[0].partition(b"\x15")[0])
        except ValueError as error:
            raise RecordError(
                f"data record {i} of {layout.path} does not say when it begins, expected a time "
                "as EDF+D demands: convert the file to a continuous one"
            ) from error
    return onsets


def end_of_signal(layout: EdfLayout, file: BinaryIO) -> float | None:
    """Read where the signal ends, s since the last data record began; None: with that record.

    It is negative where data records followed for annotations alone.
    """
    signal, last = layout.annotation, layout.available_records - 1
    if not layout.ours or signal is None or last < 0:
        return None
    begin, *told = layout.raw(file, signal, last, 1).tobytes().split(b"\0")
    ends = [one for one in told if one.endswith(f"\x14{END_OF_SIGNAL}\x14".encode())]
    try:
        since_s = float(ends[-1].partition(b"\x14")[0]) - float(begin.partition(b"\x14")[0])
    except (LookupError, ValueError):  # none, or a damaged one
        return None
    return since_s if math.isfinite(since_s) else None

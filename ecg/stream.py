"""What travels through the pipeline: chunks of samples, and gaps where samples are missing.

The only clock is the absolute sample index (a plain int). It is the record's own index: a stream
that begins at ``--start`` 10 s of a 360 Hz record begins with index 3600.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
DoubleArray: TypeAlias = NDArray[np.float64]

Unit: TypeAlias = Literal["mV", "a.u."]
"""of samples; arbitrary units where nothing says how many make a mV"""
GapReason: TypeAlias = Literal[
    "dropped",  # the protocol's counter says that frames were lost
    "overflow",  # the bounded queue was full
    "silence",  # a live port sent nothing
    "reconnect",  # the port went away and came back
    "lead_off",  # the board says that an electrode is off
    "invalid",  # the record marks the samples as not valid (NaN)
]


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Consecutive samples of one lead."""

    start: int
    """absolute index of the first sample"""
    samples: FloatArray
    """(n_samples,), in the stream's unit (mV or a.u.); NaN where nothing valid was measured"""

    @property
    def stop(self) -> int:
        """Absolute index after the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples that are missing; they are never invented."""

    start: int
    """absolute index of the first missing sample"""
    n_samples: int
    reason: GapReason

    @property
    def stop(self) -> int:
        """Absolute index after the last missing sample."""
        return self.start + self.n_samples


Item: TypeAlias = Chunk | Gap


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source says of its stream before the first sample."""

    name: str
    """record or session name, also that of the annotation file"""
    source: str
    """where it comes from, as shown to the user: ``replay data/208``, ``serial /dev/ttyUSB0``"""
    fs: float
    """sampling rate, Hz"""
    lead: str
    unit: Unit = "mV"
    first_sample: int = 0
    """absolute index of the first sample"""
    n_samples: int | None = None
    """number of samples to come, None when it has no known end"""
    start_time: datetime | None = None
    """UTC time of the first sample, None when unknown"""

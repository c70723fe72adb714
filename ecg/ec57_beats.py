"""What of a record is judged: its beats by class, without ventricular flutter and shutdowns.

From VFON to VFOFF of the reference nothing is counted. A NOISE annotation of subtype -1 begins a
shutdown (the signal cannot be read), the next NOISE annotation of another subtype ends it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .annotation import Annotations, IntArray, aami_class

CLASSES = "NSVFQ"
"""AAMI classes in the order of the reports; a beat's class is its index here"""
END_OF_TIME = 1 << 62
"""end of a period that the annotations do not end"""
UNREADABLE = -1
"""subtype of a NOISE annotation that begins a shutdown"""


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """The beats of one annotator that count, in order."""

    samples: IntArray
    """(n_beats,)"""
    classes: IntArray
    """(n_beats,), index in `CLASSES`, by bxb's mapping"""

    def __len__(self) -> int:
        return len(self.samples)

    def since(self, sample: int) -> "Beats":
        """Those at `sample` and later."""
        first = np.searchsorted(self.samples, sample)
        return Beats(self.samples[first:], self.classes[first:])


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Stretches of a record, both ends included."""

    begins: IntArray
    """(n_periods,), in order"""
    ends: IntArray
    """(n_periods,), each at or after its begin"""

    def __bool__(self) -> bool:
        return len(self.begins) > 0

    def hold(self, samples: IntArray) -> NDArray[np.bool_]:
        """Say of each sample whether it lies in a period."""
        return self.touch(samples, samples)

    def touch(self, first: IntArray, last: IntArray) -> NDArray[np.bool_]:
        """Say of each interval ``first..last`` whether it shares a sample with a period."""
        return np.searchsorted(self.begins, last, "right") > np.searchsorted(self.ends, first)

    def since(self, sample: int) -> "Periods":
        """What of them lies at `sample` and later."""
        kept = self.ends >= sample
        return Periods(np.maximum(self.begins[kept], sample), self.ends[kept])


def judged_beats(annotations: Annotations, without: Periods) -> Beats:
    """Beats of an annotator outside some periods, classified by the mapping of EC57."""
    classes = [CLASSES.find(aami_class(symbol) or "-") for symbol in annotations.symbols]
    of_class = np.asarray(classes, dtype=np.int64)
    counted = (of_class >= 0) & ~without.hold(annotations.samples)
    return Beats(annotations.samples[counted], of_class[counted])


def flutter(annotations: Annotations) -> Periods:
    """From each VFON to its VFOFF."""
    return _periods(annotations, lambda symbol, _: symbol == "[", lambda symbol, _: symbol == "]")


def shutdowns(annotations: Annotations) -> Periods:
    """From each NOISE annotation that says "unreadable" to the next that does not."""
    return _periods(
        annotations,
        lambda symbol, subtype: symbol == "~" and subtype == UNREADABLE,
        lambda symbol, subtype: symbol == "~" and subtype != UNREADABLE,
    )


def _periods(
    annotations: Annotations, begins: Callable[[str, int], bool], ends: Callable[[str, int], bool]
) -> Periods:
    """Stretches from an annotation that begins one to the next that ends it."""
    found: list[tuple[int, int]] = []
    begin = None
    marks = zip(annotations.samples, annotations.symbols, annotations.subtypes, strict=True)
    for sample, symbol, subtype in marks:
        if begin is None and begins(symbol, int(subtype)):
            begin = int(sample)
        elif begin is not None and ends(symbol, int(subtype)):
            found.append((begin, int(sample)))
            begin = None
    if begin is not None:
        found.append((begin, END_OF_TIME))
    table = np.asarray(found, dtype=np.int64).reshape(-1, 2)
    return Periods(table[:, 0], table[:, 1])

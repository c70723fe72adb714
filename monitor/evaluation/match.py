"""Which reference beat each detected beat is: what alarms and scores are judged by.

Beats pair within 150 ms as in EC57, over the whole record: an alarm of the first five minutes rings
like any other. Flutter (VFON to VFOFF) has no reference beats; what is detected there is neither
right nor wrong.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import Annotations, IntArray, Mapping, aami_class
from sibeat.ecg.ec57_beats import flutter
from sibeat.ecg.ec57_match import align
from sibeat.ecg.ec57_report import STANDARD_WINDOW_MS

MAPPING: Mapping = "learning"
"""escape beats (e, j, n) are normal, as in the learning figures"""
CLASSES = ("N", "S", "V", "F", "Q")

Truth: TypeAlias = Literal["N", "S", "V", "F", "Q", "none", "flutter"]
"""class of the reference beat that a detected beat is; ``none``: there is no beat"""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Detected beats and reference beats of one record, paired."""

    truths: tuple[Truth, ...]
    """of each detected beat"""
    expected: NDArray[np.str_]
    """(n_reference,), class of each reference beat"""
    found: NDArray[np.bool_]
    """(n_reference,), whether it was detected"""


def match_beats(
    reference: Annotations, samples: IntArray, fs: float, mapping: Mapping = MAPPING
) -> Match:
    """Pair detected beats with the beats of the reference.

    Parameters
    ----------
    reference : of the whole record
    samples : (n_beats,), R-peaks in order, on the reference's index
    fs : sampling rate of the reference, Hz
    mapping : of symbols to classes
    """
    uncounted = flutter(reference)
    counted = reference.beat_mask & ~uncounted.hold(reference.samples)
    expected = np.array(
        [aami_class(symbol, mapping) for symbol in np.array(reference.symbols)[counted]], dtype="U7"
    )
    in_flutter = uncounted.hold(samples)
    judged = np.flatnonzero(~in_flutter)
    window = round(STANDARD_WINDOW_MS / 1000 * fs)
    left, right = align(reference.samples[counted], samples[judged], window).pairs
    truths = np.where(in_flutter, "flutter", "none").astype("U7")
    truths[judged[right]] = expected[left]
    found = np.zeros(len(expected), dtype=np.bool_)
    found[left] = True
    return Match(tuple(truths.tolist()), expected, found)

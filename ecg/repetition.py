"""Whether a candidate repeats the ones before it, as a fast heart does and noise does not.

A fast, wide tachycardia fills its own background: none of its beats stands out, and the measures
that weigh a lone candidate call it noise. What tells them apart is that the same comes again, in
time, and is the greatest there is meanwhile. So does a regular artefact as high as beats, such as
chest compressions or a strong tremor: it is heard as beats, as it is by bedside monitors.
"""

from typing import NamedTuple

import numpy as np

from .stream import DoubleArray

LEAST_CORRELATION = 0.8
"""of a QRS with the two that it repeats; chosen by us on DS1, where no candidate outside flutter
(record 207) repeats and would be refused otherwise"""
QRS_S = 0.1
"""reach of what is compared on each side of a candidate; chosen by us: a wide QRS is in it, and its
neighbours, which come a little earlier or later each time, are not"""
RR_S = (0.2, 0.5)
"""shortest and longest interval that counts; chosen by us: 300 bpm is a flutter of ventricles, and
much of a tremor is faster; wide beats at 120 bpm still stand out from their background"""
GREATEST_RR_RATIO = 1.3
"""of the two intervals, the longer over the shorter; chosen by us: a tachycardia of ventricles is
regular to a tenth or so"""
LEAST_LEVEL = -0.7
"""natural log of the envelope, half of it: over the usual beat's, from which a candidate counts,
and over a later one's, from which the two may be alike; chosen by us: T waves and atrial flutter
are smaller"""


class _Seen(NamedTuple):
    """A candidate that was taken."""

    place: int
    height: float
    shape: DoubleArray


class Repetition:
    """Compares each candidate of a stretch with those of the second before it.

    Parameters
    ----------
    fs : sampling rate, Hz
    """

    def __init__(self, fs: float) -> None:
        self._fs = fs
        self._seen: list[_Seen] = []

    def add(self, place: int, height: float, qrs: DoubleArray) -> bool:
        """Take the next candidate; return whether it repeats two of those before it.

        Parameters
        ----------
        place : absolute index
        height : natural log of its envelope
        qrs : (n,), the signal around it, of one length for all; cut short by a stretch's start or
            end it is like no other
        """
        oldest = place - 2 * RR_S[1] * self._fs
        self._seen = [seen for seen in self._seen if seen.place >= oldest]
        new = _Seen(place, height, _standardised(qrs))
        repeats = self._repeats(new)
        self._seen.append(new)
        return repeats

    def _repeats(self, new: _Seen) -> bool:
        same = [seen for seen in self._seen if _is_alike(seen, new)][-2:]
        if len(same) < 2 or not self._in_step(same[0].place, same[1].place, new.place):
            return False
        since = [seen for seen in self._seen if seen.place > same[0].place]
        return all(seen.height <= new.height or _is_alike(seen, new) for seen in since)

    def _in_step(self, first: int, second: int, third: int) -> bool:
        steps_s = ((second - first) / self._fs, (third - second) / self._fs)
        shorter, longer = min(steps_s), max(steps_s)
        return shorter >= RR_S[0] and longer <= min(RR_S[1], GREATEST_RR_RATIO * shorter)


def _is_alike(seen: _Seen, new: _Seen) -> bool:
    if len(seen.shape) != len(new.shape) or seen.height < new.height + LEAST_LEVEL:
        return False
    return float(seen.shape @ new.shape) >= LEAST_CORRELATION


def _standardised(qrs: DoubleArray) -> DoubleArray:
    """Bring a signal, (n,), to mean 0 and length 1, so that a product of two is a correlation."""
    centred = qrs - qrs.mean() if len(qrs) else qrs
    length = float(np.linalg.norm(centred))
    return centred / length if length > 0 else centred

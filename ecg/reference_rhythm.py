"""Rhythm events that beat annotations hold, by the definitions that the monitor follows.

Written apart from the monitor and another way: the classes of the beats are joined to a text, and
patterns are looked for in it. V is the AAMI class (V, E, r), all other beats are N, fusions too;
lost signal and flutter break the text, so nothing reaches over them.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from .annotation import Annotations, aami_class
from .ec57_beats import flutter, shutdowns
from .errors import RecordError
from .rhythm import Rhythm
from .stream import DoubleArray

PATTERNS = {
    "couplet": re.compile("(?<=N)VV(?=N)"),
    "run": re.compile("V{3,}"),
    "bigeminy": re.compile("(?:NV){3,}"),
    "trigeminy": re.compile("(?:NNV){3,}"),
}
VT_RR_S = 0.6
BRADY_RR_S = 1.5
TACHY_RR_S = 60.0 / 140.0
PAUSE_S, PAUSE_RATIO, PAUSE_FLOOR_S = 2.0, 1.8, 1.5
ASYSTOLE_S = 4.0
"""the defaults of `docs/rhythm_events.md`, where each names its source"""


class Extent(NamedTuple):
    """Where something is, from sample to sample, both included."""

    start: int
    stop: int


Episodes: TypeAlias = dict[str, list[Extent]]


def reference_episodes(annotations: Annotations) -> Episodes:
    """Name -> episodes, in order.

    Raises
    ------
    RecordError
        when the sampling rate is unknown
    """
    if not annotations.fs:
        raise RecordError(
            "annotations without a sampling rate: expected one in the file or in the record's "
            "header; put the header beside them"
        )
    text, samples = _text(annotations)
    found: Episodes = defaultdict(list)
    for name, form in PATTERNS.items():
        for match in form.finditer(text):
            found[name].append(Extent(samples[match.start()], samples[match.end() - 1]))
    rr_s = _intervals(text, samples, annotations.fs)
    found["vt-like"] = _vt(text, samples, rr_s)
    found["extreme-brady"] = _lasting(samples, rr_s, 4, lambda window: window.min() > BRADY_RR_S)
    found["extreme-tachy"] = _lasting(samples, rr_s, 16, lambda window: window.mean() < TACHY_RR_S)
    found["pause"], found["asystole-like"] = _pauses(samples, rr_s)
    return dict(found)


def rhythm_extents(annotations: Annotations, code: str) -> list[Extent]:
    """Where the annotator named the rhythm ``code``, such as ``(B``: up to the next rhythm."""
    changes = [
        (int(sample), note.rstrip("\0"))
        for sample, symbol, note in zip(
            annotations.samples, annotations.symbols, annotations.aux_notes, strict=True
        )
        if symbol == "+"
    ]
    last = int(max(annotations.samples, default=0))
    return [
        Extent(sample, after)
        for (sample, note), (after, _) in pairwise([*changes, (last, "")])
        if note == code
    ]


def _text(annotations: Annotations) -> tuple[str, list[int]]:
    """Write the beats as V and N, and ``|`` where nothing goes on, with the sample of each."""
    unknown = [flutter(annotations), shutdowns(annotations)]
    text, samples = [], []
    for sample, symbol in zip(annotations.samples, annotations.symbols, strict=True):
        here = np.array([sample])
        if any(periods.hold(here)[0] for periods in unknown):
            text.append("|")
        elif (beat := aami_class(symbol)) is not None:
            text.append("V" if beat == "V" else "N")
        else:
            continue
        samples.append(int(sample))
    return "".join(text), samples


def _intervals(text: str, samples: list[int], fs: float) -> DoubleArray:
    """RR interval after each beat, s; NaN where none is known."""
    rr_s = np.diff(samples) / fs
    known = ["|" not in pair for pair in (text[k : k + 2] for k in range(len(text) - 1))]
    return np.where(known, rr_s, np.nan)


def _vt(text: str, samples: list[int], rr_s: DoubleArray) -> list[Extent]:
    """Runs in which some five beats in a row are quick."""
    return [
        Extent(samples[match.start()], samples[match.end() - 1])
        for match in re.finditer("V{5,}", text)
        if any(rr_s[k : k + 4].mean() <= VT_RR_S for k in range(match.start(), match.end() - 4))
    ]


def _lasting(
    samples: list[int], rr_s: DoubleArray, n_rr: int, beyond: Callable[[DoubleArray], bool]
) -> list[Extent]:
    """Where windows of intervals are beyond a limit; windows that touch are one episode."""
    found: list[Extent] = []
    for k in range(len(rr_s) - n_rr + 1):
        window = rr_s[k : k + n_rr]
        if np.isnan(window).any() or not beyond(window):
            continue
        start, stop = samples[k], samples[k + n_rr]
        if found and start <= found[-1].stop:
            start = found.pop().start
        found.append(Extent(start, stop))
    return found


def _pauses(samples: list[int], rr_s: DoubleArray) -> tuple[list[Extent], list[Extent]]:
    """Long intervals: pauses, and those that are an asystole."""
    rhythm, pauses, asystoles = Rhythm(), list[Extent](), list[Extent]()
    for k, interval in enumerate(rr_s.tolist()):
        if np.isnan(interval):
            continue
        usual_s = rhythm.usual_rr_s or PAUSE_S
        limit_s = min(PAUSE_S, max(PAUSE_RATIO * usual_s, PAUSE_FLOOR_S))
        if interval >= limit_s:
            extent = Extent(samples[k], samples[k + 1])
            (asystoles if interval >= ASYSTOLE_S else pauses).append(extent)
        rhythm.add(interval)
    return pauses, asystoles

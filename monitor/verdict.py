"""How well the monitor did on a signal whose truth is known: what the demo's summary says."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sibeat.ecg.ec57_report import STANDARD_WINDOW_MS
from sibeat.ecg.synthetic import BeatLabel
from sibeat.monitor.events import Alert, BeatFinal, Event

MATCH_S = STANDARD_WINDOW_MS / 1000
"""two beats match within this time: EC57, and WFDB's bxb"""
LEAST_ECTOPICS = 0.80
"""share of the ectopic beats that the demo must flag"""
MOST_NORMALS = 0.05
"""share of the normal beats that the demo may flag"""


@dataclass(frozen=True, slots=True)
class DemoVerdict:
    """Labelled beats, and how many of them were flagged."""

    n_ectopics: int
    n_ectopics_flagged: int
    n_normals: int
    n_normals_flagged: int
    n_elsewhere: int = 0
    """flags where no labelled beat is"""

    @property
    def good(self) -> bool:
        """Whether enough ectopic beats, and few enough normal beats, were flagged."""
        return (
            self.n_ectopics_flagged >= LEAST_ECTOPICS * self.n_ectopics
            and self.n_normals_flagged <= MOST_NORMALS * self.n_normals
        )

    def __str__(self) -> str:
        elsewhere = f", {self.n_elsewhere} flags where no beat is" if self.n_elsewhere else ""
        return (
            f"{self.n_ectopics_flagged} of {self.n_ectopics} labelled ectopic beats flagged, "
            f"{self.n_normals_flagged} of {self.n_normals} normal beats{elsewhere}"
        )


def judge(truth: Sequence[BeatLabel], events: Iterable[Event], fs: float) -> DemoVerdict:
    """Compare what was flagged with what is true.

    A beat is flagged when an alert was given for it or its final score calls it abnormal: an alert
    that was withdrawn later rang all the same.

    Parameters
    ----------
    truth : labelled beats, in order of their samples
    events : all that the pipeline said
    fs : sampling rate, Hz
    """
    n_match = MATCH_S * fs
    flagged: set[int] = set()
    n_elsewhere = 0
    for sample in sorted({event.sample for event in events if _flags(event)}):
        nearest = _nearest(truth, sample)
        if nearest is None or abs(truth[nearest].sample - sample) > n_match:
            n_elsewhere += 1
        else:
            flagged.add(nearest)
    ectopic = {i for i, beat in enumerate(truth) if beat.symbol != "N"}
    return DemoVerdict(
        n_ectopics=len(ectopic),
        n_ectopics_flagged=len(flagged & ectopic),
        n_normals=len(truth) - len(ectopic),
        n_normals_flagged=len(flagged - ectopic),
        n_elsewhere=n_elsewhere,
    )


def _flags(event: Event) -> bool:
    return isinstance(event, Alert) or (isinstance(event, BeatFinal) and event.kind != "normal")


def _nearest(truth: Sequence[BeatLabel], sample: int) -> int | None:
    after = bisect_left(truth, sample, key=lambda beat: beat.sample)
    around = [i for i in (after - 1, after) if 0 <= i < len(truth)]
    return min(around, key=lambda i: abs(truth[i].sample - sample), default=None)

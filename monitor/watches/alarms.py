"""From scored beats to alerts: threshold, quality gate, refractory time, priority."""

from dataclasses import dataclass

import numpy as np

from sibeat.ecg.stream import FloatArray
from sibeat.model.scorer import BeatScore
from sibeat.monitor.events import Alert, Event, Kind, Priority, Revision, Stage
from sibeat.monitor.watches.refractory import Refractory

ERROR_TRACE_BINS = 32
"""numbers in an alert's error trace: one for every 28 ms of the window"""
PRIORITY: dict[Kind, Priority] = {
    "ventricular-like": "medium",
    "supraventricular-like": "low",
    "abnormal": "low",
}
"""Single beats are no emergency; runs and silence are events of high priority of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedBeat:
    """A beat with its provisional score and what was known then."""

    sample: int
    position: float
    score: BeatScore
    kind: Kind
    trusted: bool
    window: FloatArray
    rr_pre_s: float | None
    hr_bpm: float | None


def error_trace(window: FloatArray, reconstruction: FloatArray) -> tuple[float, ...]:
    """Mean squared error of the reconstruction in equal parts of the window."""
    squared = np.square(window - reconstruction).reshape(ERROR_TRACE_BINS, -1).mean(axis=1)
    return tuple(float(f"{value:.4g}") for value in squared)


class Alarms:
    """Gives an alert for each abnormal beat, and decides which are announced.

    Parameters
    ----------
    threshold : calibrated score from which a beat is abnormal
    refractory : samples in which a further alert of the same kind is not announced
    """

    def __init__(self, threshold: float, refractory: int) -> None:
        self._threshold, self._refractory = threshold, Refractory(refractory)

    def provisional(
        self, beat: JudgedBeat, decided_at: int, *, in_time: bool, calm: bool
    ) -> list[Event]:
        """Give an alert for an abnormal beat.

        Parameters
        ----------
        beat : scored
        decided_at : when
        in_time : False where it was decided later than a beat usually is
        calm : False while the signal is noisy: then nothing is announced
        """
        if beat.kind == "normal":
            return []
        stage: Stage = "provisional" if in_time else "late"
        return [self._alert(beat, beat.score, beat.kind, None, decided_at, stage, calm)]

    def final(
        self,
        beat: JudgedBeat,
        score: BeatScore,
        kind: Kind,
        rr_post_s: float | None,
        decided_at: int,
        *,
        calm: bool,
    ) -> list[Event]:
        """Withdraw an alert, or give a late one, by the final score."""
        if (beat.kind == "normal") == (kind == "normal"):
            return []
        if kind == "normal":
            return [Revision(beat.sample, decided_at, score.score, kind, rr_post_s)]
        return [self._alert(beat, score, kind, rr_post_s, decided_at, "late", calm)]

    def _alert(
        self,
        beat: JudgedBeat,
        score: BeatScore,
        kind: Kind,
        rr_post_s: float | None,
        decided_at: int,
        stage: Stage,
        calm: bool,
    ) -> Alert:
        return Alert(
            sample=beat.sample,
            decided_at_sample=decided_at,
            stage=stage,
            score=score.score,
            threshold=self._threshold,
            morphology=score.morphology,
            rhythm=score.rhythm,
            kind=kind,
            rr_pre_s=beat.rr_pre_s,
            rr_post_s=rr_post_s,
            hr_bpm=beat.hr_bpm,
            error_trace=error_trace(beat.window, score.reconstruction),
            priority=PRIORITY[kind],
            announced=calm and beat.trusted and self._refractory.lets(kind, beat.sample),
        )

"""One calibrated score for a beat: its shape, and its place in the rhythm.

The raw score is a product of powers, so its log is a plain sum: what the student says of the shape,
how far the shape is from this patient's usual beat, how premature the beat is, and (once
known) how long the following RR is. A sum won over a joint density between patients. The
calibrated score is logistic in that log, 0.5 at the default threshold.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import exp, log
from typing import Literal, TypeAlias

import numpy as np

from sibeat.ecg.beats import WINDOW_BEFORE
from sibeat.ecg.errors import ModelError
from sibeat.ecg.evidence import median
from sibeat.ecg.stream import DoubleArray, FloatArray

from .artefact import Student

Kind: TypeAlias = Literal["normal", "ventricular-like", "supraventricular-like", "abnormal"]

TEMPLATE_BEATS = 60
"""beats whose median is the patient's usual one ; chosen by us: about a minute"""
TEMPLATE_EVERY = 8
"""beats between two updates of it; chosen by us: a median of 60 changes little in eight beats"""
TEMPLATE_LEAST = 5
"""beats from which there is a usual one; chosen by us: the median of five stands two ectopics"""
QRS = slice(WINDOW_BEFORE - 43, WINDOW_BEFORE + 50)
"""120 ms before the R-peak to 140 ms after it: a wide QRS"""
FLOOR = 1e-6
"""least squared distance, so that a logarithm exists; -60 dB of the beat's amplitude"""


@dataclass(frozen=True, slots=True)
class ScorerWeights:
    """How the parts join; kept in the artefact's calibration.

    Chosen by us on the DS1 validation records by the AUC and AP of provisional and final scores, to
    round figures; the threshold is a quantile of their normal beats.
    """

    student: float = 0.25
    """weight of the student's log score"""
    template_qrs: float = 0.5
    """weight of the log distance from the usual QRS, amplitudes kept"""
    template_window: float = 0.5
    """weight of the log distance from the usual window, each normalised"""
    prematurity: float = 9.0
    """weight of the log of usual over preceding RR"""
    late_limit: float = 0.2
    """how far a late beat lowers that log: an escape beat must not pass as normal"""
    following: float = 4.0
    """weight of the log of following over usual RR"""
    pause_limit: float = 0.7
    """how far a long following RR raises that log: a compensatory pause, not a sinus pause"""
    threshold: float = -3.8
    """log raw score of the default threshold; `train.calibrate` sets it"""
    slope: float = 0.5
    """of the logistic; chosen so that six digits tell the most abnormal beats apart"""
    odd_qrs: float = -2.75
    """log distance from the usual QRS above which an abnormal beat is ventricular-like"""
    premature: float = 0.08
    """log prematurity above which an abnormal beat of usual QRS is supraventricular-like"""

    @classmethod
    def of(cls, stored: Mapping[str, float]) -> "ScorerWeights":
        """Read the weights from an artefact's calibration; empty gives the defaults.

        Raises
        ------
        ModelError
            When a weight is unknown: the model comes from another version.
        """
        unknown = set(stored) - {field.name for field in fields(cls)}
        if unknown:
            raise ModelError(
                f"the model's scorer has weights {', '.join(sorted(unknown))}, which this version "
                "does not know: upgrade sibeat or export the student anew"
            )
        return cls(**stored)

    def stored(self) -> dict[str, float]:
        """As an artefact's calibration keeps them."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class BeatScore:
    """What the scorer says of one beat."""

    score: float
    """calibrated, 0..1"""
    morphology: float
    """part of the raw log score from the shape"""
    rhythm: float
    """part of the raw log score from the RR intervals"""
    qrs_distance: float
    """log distance from the usual QRS"""
    log_prematurity: float
    """log of usual over preceding RR"""
    reconstruction: FloatArray
    """(320,), by the student"""

    @property
    def log_raw(self) -> float:
        """Natural log of the raw score."""
        return self.morphology + self.rhythm


class UsualBeat:
    """Running median of the patient's last beats, in two views of the same window."""

    def __init__(self) -> None:
        self._shapes: deque[DoubleArray] = deque(maxlen=TEMPLATE_BEATS)
        self._windows: deque[FloatArray] = deque(maxlen=TEMPLATE_BEATS)
        self._amplitudes: deque[float] = deque(maxlen=TEMPLATE_BEATS)
        self._n_seen = 0
        self._usual_qrs: DoubleArray | None = None
        self._usual_window: DoubleArray | None = None
        self._usual_amplitude = 1.0

    def distances(self, window: FloatArray, amplitude: float) -> tuple[float, float]:
        """Log squared distances from the usual QRS and from the usual window.

        Both are log FLOOR until there is a usual beat: nothing speaks against the first ones.
        """
        if self._usual_qrs is None or self._usual_window is None:
            return log(FLOOR), log(FLOOR)
        off_qrs = (_qrs_shape(window, amplitude) - self._usual_qrs) * (2.0 / self._usual_amplitude)
        off_window = window - self._usual_window
        return (
            log(float(off_qrs @ off_qrs) / len(off_qrs) + FLOOR),
            log(float(off_window @ off_window) / len(off_window) + FLOOR),
        )

    def learn(self, window: FloatArray, amplitude: float) -> None:
        """Take a beat into the memory; the median follows every eight beats, at first each."""
        self._shapes.append(_qrs_shape(window, amplitude))
        self._windows.append(window)
        self._amplitudes.append(amplitude)
        self._n_seen += 1
        n_held = len(self._windows)
        young = n_held < TEMPLATE_EVERY * 2
        if n_held >= TEMPLATE_LEAST and (young or self._n_seen % TEMPLATE_EVERY == 0):
            self._usual_qrs = _median_beat(self._shapes)
            self._usual_window = _median_beat(self._windows)
            self._usual_amplitude = median(list(self._amplitudes))


def _median_beat(beats: Iterable[DoubleArray | FloatArray]) -> DoubleArray:
    """Median of each sample over the beats; a sort is six times faster than np.median."""
    ordered = np.sort(np.array(list(beats), dtype=np.float64), axis=0)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return np.array(ordered[middle])
    return np.asarray(0.5 * (ordered[middle - 1] + ordered[middle]))


def _qrs_shape(window: FloatArray, amplitude: float) -> DoubleArray:
    """The QRS in the stream's unit, the window's mean taken off."""
    centred = window - window.mean()
    return np.asarray(centred[QRS], dtype=np.float64) * (0.5 * amplitude)


class Scorer:
    """Scores the beats of one patient in their order.

    Parameters
    ----------
    student : loaded artefact
    """

    def __init__(self, student: Student) -> None:
        self._student = student
        self.weights = ScorerWeights.of(student.contract.calibration.scorer)
        self._usual_beat = UsualBeat()

    def provisional(self, window: FloatArray, amplitude: float, log_rr: float) -> BeatScore:
        """Score a beat from what is known 500 ms after its R-peak.

        Parameters
        ----------
        window : (320,), normalised
        amplitude : of the window before normalising, the stream's unit
        log_rr : log of the preceding RR over the usual one; 0 where unknown
        """
        weights = self.weights
        reconstruction, log_error = self._student.reconstruct(window)
        qrs_distance, window_distance = self._usual_beat.distances(window, amplitude)
        morphology = (
            weights.student * log_error
            + weights.template_qrs * qrs_distance
            + weights.template_window * window_distance
        )
        rhythm = weights.prematurity * max(-log_rr, -weights.late_limit)
        return BeatScore(
            score=self._calibrate(morphology + rhythm),
            morphology=morphology,
            rhythm=rhythm,
            qrs_distance=qrs_distance,
            log_prematurity=-log_rr,
            reconstruction=reconstruction,
        )

    def final(self, provisional: BeatScore, log_rr_post: float) -> BeatScore:
        """Join the following RR to a provisional score.

        Parameters
        ----------
        provisional : of the same beat
        log_rr_post : log of the following RR over the usual one; 0 where it did not come
        """
        following = min(log_rr_post, self.weights.pause_limit)
        rhythm = provisional.rhythm + self.weights.following * following
        score = self._calibrate(provisional.morphology + rhythm)
        return replace(provisional, score=score, rhythm=rhythm)

    def learn(self, window: FloatArray, amplitude: float) -> None:
        """Let the patient's usual beat follow."""
        self._usual_beat.learn(window, amplitude)

    def kind(self, beat: BeatScore, threshold: float, *, trusted: bool) -> Kind:
        """Name what an abnormal beat looks like."""
        if beat.score < threshold:
            return "normal"
        if not trusted:
            return "abnormal"
        if beat.qrs_distance > self.weights.odd_qrs:
            return "ventricular-like"
        if beat.log_prematurity > self.weights.premature:
            return "supraventricular-like"
        return "abnormal"

    def _calibrate(self, log_raw: float) -> float:
        return 1.0 / (1.0 + exp(-self.weights.slope * (log_raw - self.weights.threshold)))

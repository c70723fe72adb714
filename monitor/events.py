"""What the pipeline says: frozen events, each with the sample at which it was decided.

``decided_at_sample`` is the length of the shortest stream prefix that yields the event, counted on
the record's index: a stream cut there yields it, one sample shorter does not.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sibeat.ecg.stream import FloatArray, GapReason
from sibeat.model.baseline import BaselineState
from sibeat.model.scorer import Kind as Kind

Stage: TypeAlias = Literal["provisional", "late"]
Priority: TypeAlias = Literal["high", "medium", "low", "information"]
Quality: TypeAlias = Literal["good", "noisy", "flat", "rail", "lead_off"]


@dataclass(frozen=True, slots=True, eq=False)
class BeatEvent:
    """A beat with its provisional score: known 500 ms after the R-peak plus the filter's delay."""

    sample: int
    """R-peak, the record's own index"""
    decided_at_sample: int
    score: float
    """calibrated, 0..1; 0.5 at the default threshold"""
    morphology: float
    """part of the raw log score that the beat's shape contributes"""
    rhythm: float
    """part of the raw log score that the RR context contributes"""
    kind: Kind
    abnormal: bool
    quality: Quality
    rr_pre_s: float | None
    hr_bpm: float | None
    window: FloatArray
    """(n_window,), the normalised beat on the student's grid"""
    reconstruction: FloatArray
    """(n_window,), what the student made of it"""


@dataclass(frozen=True, slots=True)
class BeatFinal:
    """A beat's final score: the following RR is known, or did not come in time. For annotations."""

    sample: int
    decided_at_sample: int
    score: float
    morphology: float
    rhythm: float
    kind: Kind
    rr_post_s: float | None


@dataclass(frozen=True, slots=True)
class Alert:
    """An abnormal beat."""

    sample: int
    decided_at_sample: int
    stage: Stage
    score: float
    threshold: float
    morphology: float
    rhythm: float
    kind: Kind
    rr_pre_s: float | None
    rr_post_s: float | None
    hr_bpm: float | None
    error_trace: tuple[float, ...]
    """squared error along the beat, a few dozen numbers"""
    priority: Priority
    announced: bool
    """False inside the refractory time"""


@dataclass(frozen=True, slots=True)
class Revision:
    """The following RR withdraws a provisional alert."""

    sample: int
    """R-peak of the alert that is withdrawn"""
    decided_at_sample: int
    score: float
    kind: Kind
    rr_post_s: float | None


@dataclass(frozen=True, slots=True)
class RhythmEvent:
    """A rhythm event: asystole-like, pause, run and others; or the user's own mark.

    Where an episode is over, an event of priority "information" says so: its name ends with "-end".
    """

    name: str
    sample: int
    """R-peak by which the event is true. For an asystole-like silence and for the end of an
    episode: the last R-peak before. For the end of such a silence: the R-peak that ends it, or the
    sample where signal is lost."""
    decided_at_sample: int
    priority: Priority
    announced: bool
    detail: str = ""
    onset_sample: int | None = None
    """R-peak with which it began, where that is not `sample`"""


@dataclass(frozen=True, slots=True)
class BaselineEvent:
    """The patient's baseline has changed: another state, another usual beat, or a first beat more.

    The events of state ``learning``, one for each of the first beats, are for the screen alone.
    """

    sample: int
    decided_at_sample: int
    state: BaselineState
    detail: str
    """in words; while learning how far it is, ``12/20``"""


@dataclass(frozen=True, slots=True)
class GapEvent:
    """Samples that were lost for one reason, given when they are back or another reason follows.

    A loss of up to 1 s in between is part of it, unless it is an overflow (`ecg.losses`).
    """

    sample: int
    decided_at_sample: int
    n_samples: int
    reason: GapReason
    bridged: bool
    """True when it was short enough (40 ms) to be bridged inside the filters"""
    goes_on: bool = False
    """True where samples are lost for another reason right after it"""


@dataclass(frozen=True, slots=True)
class QualityEvent:
    """The signal's quality changed."""

    sample: int
    decided_at_sample: int
    quality: Quality
    previous: Quality


Event: TypeAlias = (
    BeatEvent | BeatFinal | Alert | Revision | RhythmEvent | BaselineEvent | GapEvent | QualityEvent
)

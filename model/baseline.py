"""What is usual for this patient, learnt with care.

After a short learning period only ordinary beats are learnt: trusted, near the usual RR, not
abnormal. So ectopics, noise and artefacts never become the usual beat. A lasting change of shape
(a moved electrode, a bundle branch block) is learnt anew once a minute of beats agree with each
other at no higher rate; a ventricular run fails that. What was learnt anew is taken back if the old
shape returns soon. After a gap nothing is learnt until ordinary beats are back.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any, Literal, NamedTuple, TypeAlias

from sibeat.ecg.evidence import median
from sibeat.ecg.stream import FloatArray

from .usual_beat import YOUNG_BEATS, UsualBeat, distances_from_median

BaselineState: TypeAlias = Literal["learning", "following", "held", "off"]

LEARNING_BEATS = YOUNG_BEATS
"""beats that are learnt without conditions but trust; chosen by us: a quarter of a minute, whose
median stands nine ectopics"""
REGULAR = 0.2
"""natural log of RR over the usual RR, either way, within which a beat is in rhythm; chosen by us:
respiratory variation passes, a premature beat does not. Beats that are to be learnt anew must not
come at a median RR below that: a tachycardia of ectopic beats is no new baseline"""
RETURN_BEATS = 10
"""ordinary beats after a gap before learning goes on; chosen by us: some seconds of beats as they
were, of which an electrode that was moved gives few"""
RELEARN_BEATS = 60
"""trusted beats in a row without an ordinary one after which they may be the new usual ones"""
RELEARN_AFTER_GAP = 20
"""the same right after a gap, when an electrode may have been moved"""
ALIKE = -4.0
"""log distance of a beat from their median below which it agrees; chosen by us on DS1: beats of one
focus lie under it, noise and polymorphic beats above"""
AGREED_SHARE = 0.75
"""share of those beats that must agree; chosen by us: bigeminy with a few couplets has more ectopic
beats than others, and their median is an ectopic beat"""
UNKNOWN_RR_S = 0.6
"""the usual RR that a rate is compared with where none was learnt yet: 100 bpm, from which on a
rhythm is a tachycardia by definition"""
PROBATION_BEATS = 60
"""beats in which a newly learnt baseline can be taken back"""


class SeenBeat(NamedTuple):
    """A trusted beat that was not learnt."""

    window: FloatArray
    amplitude: float
    rr_s: float | None


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """What the baseline did."""

    state: BaselineState
    detail: str
    """in words; while learning how far it is, ``12/20``"""


class PatientBaseline:
    """The patient's usual beat, and the guard over what is learnt.

    Parameters
    ----------
    usual : from an earlier session of the same person, None to learn anew
    """

    def __init__(self, usual: UsualBeat | None = None) -> None:
        self.usual = UsualBeat() if usual is None else usual
        self.state: BaselineState = "learning" if usual is None else "held"
        self._since_gap = 0
        self._unlearnt: deque[SeenBeat] = deque(maxlen=RELEARN_BEATS)
        self._replaced: UsualBeat | None = None
        self._probation = 0
        self._for_replaced = 0
        self._learnt_rr_s: float | None = None

    def distances(self, window: FloatArray, amplitude: float) -> tuple[float, float]:
        """Log squared distances of a beat from the usual QRS and the usual window."""
        return self.usual.distances(window, amplitude)

    def observe(
        self, beat: SeenBeat, *, abnormal: bool, log_rr: float, usual_rr_s: float | None
    ) -> BaselineChange | None:
        """Take a trusted, scored beat; learn it or not.

        Parameters
        ----------
        beat : window, amplitude, preceding RR
        abnormal : by its provisional score
        log_rr : log of its preceding RR over the usual one (`Rhythm.log_preceding`): in a heart
            without order an early beat is in rhythm, too
        usual_rr_s : usual RR, None while unknown
        """
        if self.state == "learning":
            self._learnt_rr_s = usual_rr_s
            return self._learn_first(beat)
        change = self._end_probation(beat)
        if change is not None:
            return change
        if abnormal or abs(log_rr) > REGULAR:
            return self._put_aside(beat)
        self._unlearnt.clear()
        self._learnt_rr_s = usual_rr_s
        return self._ordinary(beat)

    def interrupt(self) -> BaselineChange | None:
        """Signal was lost: learn nothing until ordinary beats are back."""
        self._unlearnt.clear()
        self._since_gap = 0
        if self.state != "following":
            return None
        return self._enter("held", "signal was lost")

    def _learn_first(self, beat: SeenBeat) -> BaselineChange | None:
        self.usual.learn(beat.window, beat.amplitude)
        if self.usual.n_seen < LEARNING_BEATS:
            return BaselineChange("learning", f"{self.usual.n_seen}/{LEARNING_BEATS}")
        return self._enter("following", f"learnt from {self.usual.n_seen} beats")

    def _ordinary(self, beat: SeenBeat) -> BaselineChange | None:
        if self.state == "held":
            self._since_gap += 1
            if self._since_gap < RETURN_BEATS:
                return None
            return self._enter("following", f"{RETURN_BEATS} ordinary beats are back")
        self.usual.learn(beat.window, beat.amplitude)
        return None

    def _put_aside(self, beat: SeenBeat) -> BaselineChange | None:
        self._unlearnt.append(beat)
        needed = RELEARN_AFTER_GAP if self.state == "held" else RELEARN_BEATS
        if len(self._unlearnt) < needed or not self._are_slow_enough() or not self._agree():
            return None
        fresh = UsualBeat.of_beats((seen.window, seen.amplitude) for seen in self._unlearnt)
        self._unlearnt.clear()
        self._replaced, self.usual = self.usual, fresh
        self._probation, self._for_replaced = PROBATION_BEATS, 0
        return self._enter("following", f"learnt anew from {fresh.n_seen} beats of another shape")

    def _are_slow_enough(self) -> bool:
        """Compare their rate with that of the last learnt beats, not with what came since."""
        intervals = [seen.rr_s for seen in self._unlearnt if seen.rr_s is not None]
        usual_rr_s = self._learnt_rr_s or UNKNOWN_RR_S
        return bool(intervals) and median(intervals) >= exp(-REGULAR) * usual_rr_s

    def _agree(self) -> bool:
        """Tell whether nearly all beats that were put aside are like their median."""
        distances = distances_from_median([seen.window for seen in self._unlearnt])
        alike = sum(distance <= ALIKE for distance in distances)
        return alike >= AGREED_SHARE * len(distances)

    def _end_probation(self, beat: SeenBeat) -> BaselineChange | None:
        """Take the new baseline back once most beats are like the old one again."""
        if self._replaced is None:
            return None
        to_old = self._replaced.window_distance(beat.window)
        self._for_replaced += to_old < self.usual.window_distance(beat.window)
        self._probation -= 1
        if self._for_replaced > PROBATION_BEATS // 2:
            self.usual, self._replaced = self._replaced, None
            self._unlearnt.clear()
            return self._enter("following", "rolled back: the earlier shape returned")
        if self._probation <= 0:
            self._replaced = None
        return None

    def _enter(self, state: BaselineState, detail: str) -> BaselineChange:
        self.state = state
        return BaselineChange(state, detail)

    def stored(self) -> dict[str, Any] | None:
        """As a file keeps it: what is on probation is left out; None before the learning is over.

        What `of` makes of it goes on in the same way each time, to the bit.
        """
        if self.state == "learning":
            return None
        return (self._replaced or self.usual).stored()

    @classmethod
    def of(cls, stored: Mapping[str, Any], where: str) -> "PatientBaseline":
        """Start from a file of the same person; learning waits for ordinary beats.

        Raises
        ------
        ConfigError
            When the file holds no usual beat.
        """
        return cls(UsualBeat.of(stored, where))

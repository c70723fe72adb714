"""R-peaks on a stream, found causally: candidates, evidence, decision, re-centring.

A candidate is a local maximum of the 6 to 18 Hz envelope. 400 ms later its evidence is
weighed: envelopes and amplitude against the last eight beats, timing, what follows, and, where it
can turn the decision, neurokit2's opinion of the last 8 s. One that repeats those before it, as a
fast heart does, is a beat whatever is weighed. All moments are set by sample indices,
so no split of the stream into chunks changes a decision. The first 3 s of a stretch are a learning
period, decided at its end.

Work is bounded by construction: candidates are more than 160 ms apart, each is weighed once, on a
window of 8 s, and no more than that and what waits is held. Stated bound: 40 ms of processor time
for a step of 40 ms of any signal, beats and scores included (``python -m benchmarks.window_time``).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import exp

import numpy as np

from .bands import Bands
from .centring import polarity_of, refine
from .evidence import FLOOR, BeatMemory, Evidence, Level, decide, level_of, median
from .learning import NO_SIGNAL, Learning
from .local_maxima import local_maxima
from .repetition import LEAST_LEVEL, QRS_S, Repetition
from .stream import DoubleArray
from .votes import NEUTRAL, Voters

DOMINANCE_S = 0.16
"""a candidate is the greatest value this far on each side; chosen by us: under the refractory
period of 200 ms of Pan and Tompkins (1985), IEEE Trans Biomed Eng 32(3):230"""
LOOK_AHEAD_S = 0.40
"""what is known of the signal after a candidate when it is decided; chosen by us: with the filter's
150 ms it ends before the beat's own window does, so it delays no alert"""
SUCCESSOR_S = 0.30
"""time in which a greater peak makes a candidate a P wave; chosen by us: a long PR interval"""
VOTE_WINDOW_S = 8.0
"""signal that neurokit2's methods see; chosen by us: their thresholds settle in it"""
CREST_WINDOW_S = 4.0
"""signal whose median envelope is the background"""
CREST_STEP_S = 0.02
"""grid on which that median is taken: the envelope is smooth over 100 ms"""
FAINT_LEVEL = -2.5
"""a candidate this far (natural log) under the usual level is not looked at: 8 %"""
POLARITY_STEP = 0.125
"""share of a beat in the running polarity: the memory is eight beats"""
POLARITY_HOLD = 0.1
"""how far the running polarity must point the other way before R-peaks are sought there; chosen by
us on 108 of DS1 after 117 of DS2 had shown the flaw: near-equal deflections must not flip"""
NEAREST_S = 0.12
"""two R-peaks closer than this are one; chosen by us: below the dominance, for re-centred peaks"""


@dataclass(frozen=True, slots=True)
class RPeak:
    """A detected R-peak."""

    position: float
    """absolute index, between samples"""
    decided_at: int
    """length of the shortest stream prefix in which it is known"""
    crest: float
    """natural log of its envelope over the background"""
    repeats: bool = False
    """whether the two before it were the same, in time"""


Ask = Callable[[], float]
Judge = Callable[[int, Evidence, Ask], bool]


def judge_by_weights(candidate: int, evidence: Evidence, ask: Ask) -> bool:
    """Decide by the fitted weights alone."""
    return decide(evidence, ask)


class RPeakDetector:
    """Finds the R-peaks of one stretch of signal.

    Parameters
    ----------
    bands : signals of the stretch, fed by the caller
    voters : neurokit2's methods
    judge : whether it is a beat, from a candidate's index, its evidence without the vote, and a
        call that gives the vote
    """

    def __init__(self, bands: Bands, voters: Voters, judge: Judge = judge_by_weights) -> None:
        self._bands, self._voters, self._judge = bands, voters, judge
        self._fs = bands.fs
        self._reach = round(DOMINANCE_S * self._fs)
        self._ahead = round(LOOK_AHEAD_S * self._fs)
        self._successor = round(SUCCESSOR_S * self._fs)
        self._searched = bands.start
        self._candidates: deque[int] = deque()
        self._memory = BeatMemory()
        self._learning = Learning(self._memory, self._fs, bands.start)
        self._repetition = Repetition(self._fs)
        self._polarity = 0.0
        self._sign = 1
        self._last_position = -np.inf

    @property
    def latency(self) -> int:
        """Samples from a candidate to its decision, after the learning period."""
        return self._ahead + self._bands.beat_latency

    @property
    def needed_from(self) -> int:
        """Absolute index from which the detector still needs the bands."""
        oldest = self._candidates[0] if self._candidates else self._searched
        return oldest - round(VOTE_WINDOW_S * self._fs)

    def advance(self) -> list[RPeak]:
        """Decide all candidates that the bands now allow to decide."""
        self._find_candidates()
        peaks = []
        while self._candidates and self._is_due(self._candidates[0]):
            peak = self._decide(self._candidates.popleft())
            if peak is not None:
                peaks.append(peak)
        return peaks

    def _find_candidates(self) -> None:
        """Move the local maxima of the middle envelope that are certain into the queue."""
        envelope = self._bands.envelopes[0]
        stop = envelope.stop if self._bands.ended else envelope.stop - self._reach
        if stop <= self._searched:
            return
        low = max(self._searched - self._reach, self._bands.start)
        values = envelope.view(low, stop + self._reach)
        for place in (local_maxima(values, self._reach) + low).tolist():
            if self._searched <= place < stop:
                self._candidates.append(place)
        self._searched = stop

    def _decision_index(self, candidate: int) -> int:
        """Index of the beat band up to which a decision needs it."""
        return max(candidate, self._learning.ends_at) + self._ahead

    def _is_due(self, candidate: int) -> bool:
        return self._bands.ended or self._bands.beat.stop >= self._decision_index(candidate)

    def _decide(self, candidate: int) -> RPeak | None:
        level = self._measure(candidate)
        self._learning.take(candidate, level, self._waiting_levels, self._crest)
        if level.middle - self._memory.usual.middle < FAINT_LEVEL:
            return None
        repeats = self._repeats(candidate, level)
        evidence = self._weigh(candidate, level)
        if not (self._judge(candidate, evidence, partial(self._vote, candidate)) or repeats):
            return None
        return self._accept(candidate, level, evidence.crest, repeats=repeats)

    def _repeats(self, candidate: int, level: Level) -> bool:
        if level.middle - self._memory.usual.middle < LEAST_LEVEL:
            return False
        reach = round(QRS_S * self._fs)
        qrs = self._bands.beat.view(candidate - reach, candidate + reach)
        return self._repetition.add(candidate, level.middle, qrs)

    def _weigh(self, candidate: int, level: Level) -> Evidence:
        return self._memory.weigh(
            candidate,
            level,
            self._fs,
            successor=self._successor_excess(candidate),
            crest=self._crest(candidate),
        )

    def _accept(self, candidate: int, level: Level, crest: float, *, repeats: bool) -> RPeak | None:
        beat = self._bands.beat
        position = refine(
            beat.view(beat.start, beat.stop),
            self._fs,
            candidate - beat.start,
            polarity=self._sign,
            origin=beat.start,
        )
        if position - self._last_position < NEAREST_S * self._fs:
            return None
        self._memory.accept(candidate, level, self._fs)
        self._last_position = position
        self._follow_polarity(beat.view(candidate - self._reach, candidate + self._reach))
        decided_at = self._bands.decided_at(self._decision_index(candidate))
        return RPeak(position, decided_at, crest, repeats)

    def _follow_polarity(self, qrs: DoubleArray) -> None:
        """Let the direction of R-peaks follow that of the last eight beats or so."""
        self._polarity += POLARITY_STEP * (polarity_of(qrs) - self._polarity)
        if self._polarity * self._sign < -POLARITY_HOLD:
            self._sign = -self._sign

    def _measure(self, candidate: int) -> Level:
        """Levels at a candidate: each signal's maximum around it."""
        near = round(0.06 * self._fs)
        wide = round(0.08 * self._fs)
        middle, narrow, broad = self._bands.envelopes
        return level_of(
            (
                float(middle.view(candidate, candidate + 1)[0]),
                float(narrow.view(candidate - near, candidate + near + 1).max()),
                float(broad.view(candidate - near, candidate + near + 1).max()),
                float(np.abs(self._bands.beat.view(candidate - wide, candidate + wide + 1)).max()),
            )
        )

    def _waiting_levels(self) -> list[Level]:
        """Levels of the candidates of the learning period that are to be decided."""
        return [self._measure(c) for c in self._candidates if c < self._learning.ends_at]

    def _vote(self, candidate: int) -> float:
        end = self._decision_index(candidate)
        start = max(end - round(VOTE_WINDOW_S * self._fs), self._bands.start)
        window = self._bands.beat.view(start, end)
        if len(window) < 2 * self._fs:
            return NEUTRAL  # too short for neurokit2's thresholds
        if self._sign < 0:
            window = -window
        return self._voters.share(window, candidate - start)

    def _successor_excess(self, candidate: int) -> float:
        middle = self._bands.envelopes[0]
        after = middle.view(candidate + self._reach, candidate + self._successor)
        here = float(middle.view(candidate, candidate + 1)[0])
        if len(after) == 0:
            return 0.0
        return float(max(0.0, np.log(after.max() / here)))

    def _crest(self, candidate: int) -> float:
        middle = self._bands.envelopes[0]
        start = candidate - round(CREST_WINDOW_S * self._fs)
        background = self._background(middle.view(start, candidate + self._successor))
        return float(np.log(middle.view(candidate, candidate + 1)[0] / background))

    def _background(self, envelope: DoubleArray) -> float:
        """Median of an envelope where there is signal: a constant before it is no background."""
        values = envelope[:: max(1, int(CREST_STEP_S * self._fs))]
        signal = values[values >= values.max() * exp(-NO_SIGNAL)]
        return max(median(signal.tolist()), FLOOR)

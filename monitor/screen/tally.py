"""Counts beats and keeps the last ones: marks in view, and the last abnormal beat.

A beat may be found abnormal twice (provisional score and alert) or late, and an alert may be
withdrawn, in any order of events: the share counts each beat once.
"""

from collections import OrderedDict, deque
from dataclasses import replace

import numpy as np

from sibeat.ecg.stream import FloatArray, StreamInfo
from sibeat.monitor.events import Alert, BeatEvent, Kind, Revision, RhythmEvent
from sibeat.monitor.marks import USER_MARK
from sibeat.monitor.screen.snapshot import BeatView, Mark, frozen_array

N_RECENT = 16
"""beats whose window is kept for a late alert (chosen by us: a late alert follows its beat within
a few seconds)"""
N_FLAGGED = 512
"""abnormal beats that can still be withdrawn (chosen by us, as `N_RECENT`, with room)"""
MAX_RATE_HZ = 8.0
"""beats per second that the marks have room for (chosen by us: twice a fast tachycardia)"""


class BeatTally:
    """Beat counts, marks and the last abnormal beat, in bounded memory."""

    def __init__(self, view_s: float, info: StreamInfo) -> None:
        self._info = info
        self._marks: deque[Mark] = deque(maxlen=int(view_s * MAX_RATE_HZ))
        self._recent: deque[BeatEvent] = deque(maxlen=N_RECENT)
        self._flagged: OrderedDict[int, Kind] = OrderedDict()
        self.n_beats = 0
        self.n_abnormal = 0
        self.hr_bpm: float | None = None
        self.rr_s: float | None = None
        self.last_beat = info.first_sample
        self.beat: BeatView | None = None

    def add_beat(self, event: BeatEvent) -> None:
        """Count a beat."""
        self.n_beats += 1
        self.last_beat = max(self.last_beat, event.sample)
        self.hr_bpm, self.rr_s = event.hr_bpm, event.rr_pre_s
        self._recent.append(event)
        known = self._flagged.get(event.sample)
        self._marks.append(
            Mark(event.sample, known or (event.kind if event.abnormal else "normal"))
        )
        if event.abnormal:
            self._flag(event.sample, event.kind)
            self._show(event, event.kind, event.score, _squared_error(event))

    def add_alert(self, event: Alert) -> None:
        """Mark the beat of an alert as abnormal, also when it comes late."""
        self._flag(event.sample, event.kind)
        self._remark(event.sample, event.kind)
        for beat in self._recent:
            if beat.sample == event.sample:
                error = np.array(event.error_trace, np.float32)
                self._show(
                    beat, event.kind, event.score, error if len(error) else _squared_error(beat)
                )

    def add_rhythm(self, event: RhythmEvent) -> None:
        """Keep the place of a mark of the user."""
        if event.name == USER_MARK:
            self._marks.append(Mark(event.sample, "mark"))

    def revise(self, event: Revision) -> None:
        """Take an abnormal beat back."""
        if self._flagged.pop(event.sample, None):
            self.n_abnormal -= 1
        if self.beat and self.beat.sample == event.sample:
            self.beat = replace(self.beat, withdrawn=True)
        self._remark(event.sample, "normal")

    def marks_from(self, start: int) -> tuple[Mark, ...]:
        """Marks at or after sample `start`, in order."""
        marks = [mark for mark in self._marks if mark.sample >= start]
        return tuple(sorted(marks, key=lambda mark: mark.sample))

    def _flag(self, sample: int, kind: Kind) -> None:
        self.n_abnormal += sample not in self._flagged
        self._flagged[sample] = kind
        if len(self._flagged) > N_FLAGGED:
            self._flagged.popitem(last=False)

    def _remark(self, sample: int, kind: Kind) -> None:
        for place, mark in enumerate(self._marks):
            if mark.sample == sample and mark.kind != "mark":
                self._marks[place] = Mark(sample, kind)

    def _show(self, beat: BeatEvent, kind: Kind, score: float, error: FloatArray) -> None:
        self.beat = BeatView(
            sample=beat.sample,
            t_s=(beat.sample - self._info.first_sample) / self._info.fs,
            kind=kind,
            score=score,
            window=frozen_array(beat.window),
            reconstruction=frozen_array(beat.reconstruction),
            error_trace=frozen_array(error),
        )


def _squared_error(beat: BeatEvent) -> FloatArray:
    error: FloatArray = (beat.window - beat.reconstruction) ** 2
    return error

"""Ventricular-like beats in a row: couplet, run, VT-like.

A couplet is told by the beat that follows it, since a third ventricular-like one would make it a
run; by then both have their final score, and one that was withdrawn makes no couplet. A run is told
at its third beat, so that nobody waits for its end; its length and rate when it is over.
"""

from collections import deque

from sibeat.monitor.watches.episode import Episode, Told, WatchedBeat

COUPLET_BEATS = 2
RUN_BEATS = 3
"""ventricular-like beats in a row that make a couplet, and a run (ANSI/AAMI EC57; AHA/ACCF/HRS)"""
VT_BEATS = 5
"""beats of a VT-like run (PhysioNet/CinC Challenge 2015: five at more than 100 bpm)"""
VT_PATIENCE = 3
"""beats of another kind in a row that end it; chosen by us: as many as make a run, so that a fusion
or a capture beat does not raise the alarm anew"""


class RunWatch:
    """Counts ventricular-like beats in a row.

    Parameters
    ----------
    vt_bpm : rate from which five of them are VT-like
    """

    def __init__(self, vt_bpm: float) -> None:
        self._vt_bpm = vt_bpm
        self.run = Episode("run", patience=1)
        self.vt = Episode("vt-like", VT_PATIENCE)
        self._recent_s: deque[float] = deque(maxlen=VT_BEATS - 1)
        self._known_before = False
        self._all_stand = True
        self._forget()

    def beat(self, beat: WatchedBeat) -> list[Told]:
        """Take the next trusted beat."""
        self._all_stand = self._all_stand and (self._n == 0 or beat.last_stands)
        if not beat.ventricular:
            told = [*self._couplet(), *self._end_run(), *self.vt.absent()]
            self._forget()
            self._known_before = True
            return told
        if beat.rr_s is None:
            self._forget()
            self._known_before = False
        self._count(beat)
        return [*self._run(), *self._vt_like()]

    def doubt(self) -> list[Told]:
        """End the row: what this beat is nobody knows."""
        told = [*self._end_run(), *self.vt.absent()]
        self._forget()
        self._known_before = False
        return told

    def lose(self) -> list[Told]:
        """End the row; VT that was told lasts on."""
        told = self._end_run()
        self._forget()
        self._known_before = False
        return told

    def interrupt(self) -> list[Told]:
        """End the row, and the episode of VT with it."""
        told = [*self._end_run(), *self.vt.end(self._text())]
        self._forget()
        self._known_before = False
        return told

    def _forget(self) -> None:
        self._n, self._first, self._last, self._span_s = 0, 0, 0, 0.0
        self._all_stand = True
        self._recent_s.clear()

    def _count(self, beat: WatchedBeat) -> None:
        if self._n == 0:
            self._first = beat.sample
        else:
            self._span_s += beat.rr_s or 0.0
            self._recent_s.append(beat.rr_s or 0.0)
        self._n, self._last = self._n + 1, beat.sample

    def _couplet(self) -> list[Told]:
        if self._n != COUPLET_BEATS or not (self._known_before and self._all_stand):
            return []
        return [Told("couplet", self._last, self._first, self._text())]

    def _run(self) -> list[Told]:
        if self._n < RUN_BEATS:
            return []
        return self.run.present(self._first, self._last, self._text())

    def _end_run(self) -> list[Told]:
        return self.run.end(self._text())

    def _vt_like(self) -> list[Told]:
        recent = list(self._recent_s)
        if len(recent) < VT_BEATS - 1:
            return []
        if 60.0 * len(recent) < self._vt_bpm * sum(recent):
            return self.vt.absent()
        return self.vt.present(self._first, self._last, self._vt_text(sum(recent)))

    def _vt_text(self, recent_s: float) -> str:
        """Give the rate that makes it VT-like: that of the last five, in a row of any length."""
        last = f"last {VT_BEATS} of " if self._n > VT_BEATS else ""
        rate_bpm = 60.0 * (VT_BEATS - 1) / recent_s
        return f"{last}{self._n} ventricular-like beats in a row at {rate_bpm:.0f} bpm"

    def _text(self) -> str:
        rate = f" at {60.0 * (self._n - 1) / self._span_s:.0f} bpm" if self._span_s > 0 else ""
        return f"{self._n} ventricular-like beats in a row{rate}" if self._n else ""

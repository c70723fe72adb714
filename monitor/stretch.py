"""One stretch of signal without a long gap: its bands, R-peaks, beats and raw quality.

What it finds carries `decided_at`, the length of the shortest prefix of the stream in which it is
known, so that findings of different stages can be told in their true order however the chunks fell.
"""

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.beats import cut_window, normalise, samples_after, samples_before
from sibeat.ecg.continuity import Break
from sibeat.ecg.losses import Loss
from sibeat.ecg.quality import Extremes, RawQuality, RawQualityMeter
from sibeat.ecg.rpeaks import RPeak, RPeakDetector
from sibeat.ecg.stream import Chunk, DoubleArray, FloatArray
from sibeat.ecg.votes import Voters


@dataclass(frozen=True, slots=True)
class StretchStart:
    """Signal begins, at the start of the stream or after a gap."""

    start: int
    decided_at: int


@dataclass(frozen=True, slots=True, eq=False)
class CutBeat:
    """A beat with its window."""

    position: float
    """R-peak, absolute index between samples"""
    decided_at: int
    window: FloatArray
    """(320,), normalised"""
    amplitude: float
    crest: float
    """natural log of the QRS's envelope over the background"""
    whole: bool = True
    """False where the stretch began or ended within the window"""
    repeats: bool = False
    """whether the two before it were the same, in time"""


@dataclass(frozen=True, slots=True)
class SecondJudged:
    """Raw quality of a second."""

    start: int
    decided_at: int
    quality: RawQuality


Finding: TypeAlias = StretchStart | CutBeat | SecondJudged | Break | Loss


class Stretch:
    """Runs the stages of `ecg` over one stretch.

    Parameters
    ----------
    settings : sampling rate and mains
    voters : neurokit2's methods
    start : absolute index of the first sample
    extremes : of the stream so far; None where it begins
    """

    def __init__(
        self, settings: BandSettings, voters: Voters, start: int, extremes: Extremes | None = None
    ) -> None:
        self._bands = Bands(settings, start)
        self._detector = RPeakDetector(self._bands, voters)
        self._meter = RawQualityMeter(settings.fs, start, extremes)
        self._waiting: deque[RPeak] = deque()
        self._after = samples_after(settings.fs)
        self._before = samples_before(settings.fs)
        self._traced = start
        self._bridged: deque[range] = deque()

    @property
    def latency(self) -> int:
        """Samples from an R-peak to its beat."""
        return math.ceil(self._after) + 1 + self._bands.beat_latency

    def feed(self, values: DoubleArray, known_at: int = 0) -> list[Finding]:
        """Take the next samples, (n,); `known_at` where they bridge a gap."""
        if known_at:
            self._bridged.append(range(self._bands.stop, self._bands.stop + len(values)))
        self._bands.feed(values)
        findings: list[Finding] = [*self._cut_beats()]
        findings += [
            SecondJudged(second.start, second.stop, second.quality)
            for second in self._meter.feed(values)
        ]
        if known_at:
            findings = [replace(f, decided_at=max(f.decided_at, known_at)) for f in findings]
        return findings

    def end(self, decided_at: int) -> list[Finding]:
        """Close the stretch: what its signal still holds."""
        self._bands.end(decided_at)
        return [*self._cut_beats()]

    def take_trace(self) -> list[Chunk]:
        """Return the beat band since the last call, and let go of what no stage needs.

        Where a gap was bridged it is NaN, as nothing was measured there.
        """
        beat = self._bands.beat
        fresh = beat.view(self._traced, beat.stop).astype(np.float32)
        start, self._traced = self._traced, beat.stop
        while self._bridged and self._bridged[0].start < beat.stop:
            bridge = self._bridged[0]
            fresh[max(0, bridge.start - start) : bridge.stop - start] = np.nan
            if bridge.stop > beat.stop:
                break
            self._bridged.popleft()
        oldest_beat = self._waiting[0].position if self._waiting else beat.stop
        needed = min(self._detector.needed_from, int(oldest_beat - self._before) - 1)
        self._bands.forget_before(needed)
        return [Chunk(start, fresh)] if len(fresh) else []

    def _cut_beats(self) -> list[CutBeat]:
        self._waiting.extend(self._detector.advance())
        beats = []
        while self._waiting and self._is_due(self._waiting[0]):
            beats.append(self._cut(self._waiting.popleft()))
        return beats

    def _window_end(self, peak: RPeak) -> int:
        return math.floor(peak.position + self._after) + 1

    def _is_due(self, peak: RPeak) -> bool:
        return self._bands.ended or self._has_end(peak)

    def _has_end(self, peak: RPeak) -> bool:
        return self._bands.beat.stop >= self._window_end(peak)

    def _is_whole(self, peak: RPeak) -> bool:
        return peak.position - self._before >= self._bands.start and self._has_end(peak)

    def _cut(self, peak: RPeak) -> CutBeat:
        beat = self._bands.beat
        low = max(beat.start, math.floor(peak.position - self._before) - 1)
        piece = beat.view(low, self._window_end(peak) + 1)
        window, amplitude = normalise(cut_window(piece, self._bands.fs, peak.position - low))
        decided_at = max(peak.decided_at, self._bands.decided_at(self._window_end(peak)))
        return CutBeat(
            peak.position,
            decided_at,
            window,
            amplitude,
            peak.crest,
            whole=self._is_whole(peak),
            repeats=peak.repeats,
        )

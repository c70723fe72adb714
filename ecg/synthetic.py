"""A labelled synthetic ECG: one lead of one patient, seeded, streamed, of any length.

The signal is made in segments of a fixed length on the sample grid and cut to the blocks that the
caller wants, so the block size never changes a bit. Beats and noise are functions of time: the same
seed gives the same heart at every sampling rate. Nothing grows with the length of the stream.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .stream import Chunk, DoubleArray, FloatArray, Gap, Item
from .synthetic_beat import (
    REACH_AFTER_S,
    REACH_BEFORE_S,
    BeatSymbol,
    Heart,
    Waves,
    evaluate,
)
from .synthetic_episode import EpisodeKind, RhythmBeat
from .synthetic_noise import Noise
from .synthetic_rhythm import Breathing, Rhythm
from .synthetic_schedule import Span, SpanWindow, spans
from .synthetic_settings import SyntheticSettings, check

_N_SEGMENT = 1024  # chosen by us: a few heartbeats at any rate, small enough for real time

IntervalKind: TypeAlias = Literal["noise", "lead_off"] | EpisodeKind


@dataclass(frozen=True, slots=True, order=True)
class BeatLabel:
    """A beat that is in the signal."""

    sample: int
    """its R-peak"""
    symbol: BeatSymbol


@dataclass(frozen=True, slots=True, order=True)
class IntervalLabel:
    """A stretch of the signal with a name."""

    start: int
    """first sample"""
    stop: int
    """sample after the last; of an episode of the rhythm its last R-peak"""
    kind: IntervalKind


@dataclass(frozen=True, slots=True)
class Labels:
    """What is true of a part of the signal."""

    beats: list[BeatLabel]
    """in order of their samples"""
    intervals: list[IntervalLabel]
    """in order of their starts"""


class SyntheticEcg:
    """One synthetic recording.

    Examples
    --------
    >>> ecg = SyntheticEcg(SyntheticSettings(), fs=250.0, seed=1)
    >>> signal = [item.samples for item in ecg.blocks(100, n_samples=2500)]
    >>> len(ecg.take_labels().beats)
    12
    """

    def __init__(self, settings: SyntheticSettings, fs: float, seed: int) -> None:
        """Start a recording.

        Parameters
        ----------
        settings : what is in it
        fs : sampling rate, 100 to 2000 Hz
        seed : of everything that chance decides

        Raises
        ------
        UsageError
            when a setting cannot be meant
        """
        check(settings, fs)
        self.fs = fs
        self.position = 0
        """samples given so far"""
        heart, rhythm, noise, lead_off = np.random.default_rng(seed).spawn(4)
        onset_s = settings.rhythm.onset_s
        breathing = Breathing(rhythm)
        self._beats = _BeatWindow(Rhythm(settings.rhythm, breathing, rhythm), heart, breathing)
        self._noise = Noise(settings.noise, fs, onset_s, noise)
        self._lead_off = SpanWindow(
            spans(settings.lead_off_rate, onset_s, settings.lead_off_s, lead_off)
        )
        self._made = np.empty(0, np.float32)
        self._n_made = 0
        self._beat_labels: deque[BeatLabel] = deque()
        self._interval_labels: list[IntervalLabel] = []
        self._off: deque[tuple[int, int]] = deque()  # where the electrode is off, from position on

    def blocks(self, n_block: int, n_samples: int | None = None) -> Iterator[Item]:
        """Stream the signal from where the last call ended.

        Parameters
        ----------
        n_block : samples that one item spans at most
        n_samples : end, counted from the start of the recording; None for never

        Yields
        ------
        chunks of float32 mV, and gaps (``lead_off``) while the electrode is off
        """
        while n_samples is None or self.position < n_samples:
            start = self.position
            stop = start + n_block if n_samples is None else min(start + n_block, n_samples)
            samples = self._read(stop - start)
            self.position = stop
            yield from _cut(Chunk(start, samples), self._take_off(start, stop))

    def take_labels(self) -> Labels:
        """Give the labels of what ``blocks`` gave since the last call.

        A beat is given when its R-peak was, an interval when its first sample was.
        """
        beats = []
        while self._beat_labels and self._beat_labels[0].sample < self.position:
            beats.append(self._beat_labels.popleft())
        begun = sorted(label for label in self._interval_labels if label.start < self.position)
        self._interval_labels = [
            label for label in self._interval_labels if label.start >= self.position
        ]
        return Labels(beats, begun)

    def _read(self, n_samples: int) -> FloatArray:
        parts = [self._made]
        n_there = len(self._made)
        while n_there < n_samples:
            parts.append(self._segment())
            n_there += _N_SEGMENT
        joined = np.concatenate(parts)
        self._made = joined[n_samples:].copy()
        return joined[:n_samples]

    def _segment(self) -> FloatArray:
        t = np.arange(self._n_made, self._n_made + _N_SEGMENT) / self.fs
        self._n_made += _N_SEGMENT
        self._plan(float(t[0]), self._n_made / self.fs)
        return (self._beats.draw(t) + self._noise.segment(t)).astype(np.float32)

    def _plan(self, start_s: float, stop_s: float) -> None:
        """Decide, and label, all that happens up to ``stop_s``."""
        off = self._lead_off.advance(start_s, stop_s + REACH_AFTER_S)
        self._off += [(self._sample(span.start_s), self._sample(span.stop_s)) for span in off]
        self._label(off, "lead_off")
        self._label(self._noise.bursts.advance(start_s, stop_s), "noise")
        for before, beat in self._beats.advance(start_s, stop_s):
            self._label_beat(before)
            for episode in beat.episodes:
                self._label([episode], episode.kind)

    def _label_beat(self, beat: RhythmBeat) -> None:
        sample = self._sample(beat.time_s)
        if not any(start <= sample < stop for start, stop in self._off):
            self._beat_labels.append(BeatLabel(sample, beat.symbol))

    def _label(self, found: Sequence[Span], kind: IntervalKind) -> None:
        self._interval_labels += [
            IntervalLabel(self._sample(span.start_s), self._sample(span.stop_s), kind)
            for span in found
        ]

    def _sample(self, time_s: float) -> int:
        return round(time_s * self.fs)

    def _take_off(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Find where the electrode is off between two samples, and forget what is past."""
        inside = [(max(start, first), min(stop, last)) for first, last in self._off]
        while self._off and self._off[0][1] <= stop:
            self._off.popleft()
        return [(first, last) for first, last in inside if first < last]


class _BeatWindow:
    """The beats whose waves reach into the present, out of an endless rhythm."""

    def __init__(self, rhythm: Rhythm, rng: np.random.Generator, breathing: Breathing) -> None:
        self._rhythm = rhythm.beats()
        self._heart = Heart(rng)
        self._breathing = breathing
        self._near: deque[tuple[float, Waves]] = deque()
        self._next = next(self._rhythm)

    def advance(self, start_s: float, stop_s: float) -> list[tuple[RhythmBeat, RhythmBeat]]:
        """Go on; give the beats whose waves begin before ``stop_s``, each with the next one."""
        while self._near and self._near[0][0] + REACH_AFTER_S < start_s:
            self._near.popleft()
        known = []
        while self._next.time_s - REACH_BEFORE_S < stop_s:
            beat, self._next = self._next, next(self._rhythm)
            known.append((beat, self._next))
            self._near.append((beat.time_s, self._waves(beat)))
        return known

    def _waves(self, beat: RhythmBeat) -> Waves:
        return self._heart.beat(beat.symbol, beat.cycle_s, self._breathing.at(beat.time_s))

    def draw(self, t: DoubleArray) -> DoubleArray:
        """Draw the beats at the times ``t``: (n_samples,), in mV."""
        samples = np.zeros(len(t))
        for peak_s, waves in self._near:
            first, last = np.searchsorted(t, [peak_s - REACH_BEFORE_S, peak_s + REACH_AFTER_S])
            samples[first:last] += evaluate(waves, t[first:last] - peak_s)
        return samples


def _cut(chunk: Chunk, off: list[tuple[int, int]]) -> Iterator[Item]:
    """Replace the samples while the electrode is off by gaps."""
    at = chunk.start
    for start, stop in off:
        if at < start:
            yield Chunk(at, chunk.samples[at - chunk.start : start - chunk.start])
        yield Gap(start, stop - start, "lead_off")
        at = stop
    if at < chunk.stop:
        yield Chunk(at, chunk.samples[at - chunk.start :])

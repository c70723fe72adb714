"""Fast, wide rhythms, which fill their own background: told as such, and never as a silence."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, Gap
from sibeat.monitor.events import BeatEvent, QualityEvent, RhythmEvent

FS = 250.0
ONSET_S, END_S = 30.0, 60.0


def tachycardia(bpm, jitter, until_s=80.0):
    """30 s of sinus rhythm, 30 s of wide beats whose RR intervals vary, then sinus rhythm again."""
    rng = np.random.default_rng(round(bpm))
    beats = [(at, "N") for at in np.arange(0.5, ONSET_S - 0.6, 0.8)]
    at = ONSET_S
    while at < END_S:
        beats.append((at, "V"))
        at += 60.0 / bpm * (1.0 + jitter * rng.normal())
    return [*beats, *((late, "N") for late in np.arange(END_S + 0.8, until_s, 0.8))]


def rhythm(events, name):
    return [event for event in events if isinstance(event, RhythmEvent) and event.name == name]


@pytest.mark.parametrize("jitter", [0.0, 0.04])
@pytest.mark.parametrize("bpm", [130.0, 160.0, 190.0, 220.0])
def test_a_fast_wide_tachycardia_is_told_once_and_is_no_silence(bpm, jitter, watch, heart):
    samples = heart(FS, 80.0, tachycardia(bpm, jitter), noise_mv=0.02)
    events = [event for event, _ in watch([Chunk(0, samples)], FS)]
    assert rhythm(events, "asystole-like") == []
    (told,) = rhythm(events, "vt-like")
    assert told.decided_at_sample / FS < ONSET_S + 12 * 60.0 / bpm + 1.0
    (end,) = rhythm(events, "vt-like-end")
    assert END_S < end.decided_at_sample / FS < END_S + 6.0


def lossy(samples, every_s, lost_s):
    n, n_lost = round(every_s * FS), round(lost_s * FS)
    for start in range(0, len(samples), n):
        stop = min(start + n - n_lost, len(samples))
        yield Chunk(start, samples[start:stop])
        yield Gap(stop, n_lost, "dropped")


@pytest.mark.parametrize("every_s", [3.0, 4.0, 5.0])
def test_it_is_told_once_over_a_link_that_drops_samples(every_s, watch, heart):
    samples = heart(FS, 110.0, tachycardia(160.0, 0.02, 110.0), noise_mv=0.02)
    events = [event for event, _ in watch(lossy(samples, every_s, 0.06), FS)]
    assert rhythm(events, "asystole-like") == []
    assert len(rhythm(events, "vt-like")) == len(rhythm(events, "extreme-tachy")) == 1
    for name in ("vt-like-end", "extreme-tachy-end"):
        (end,) = rhythm(events, name)
        assert END_S < end.decided_at_sample / FS < END_S + 40.0  # few beats are whole


def test_its_beats_are_no_noise(watch, heart):
    samples = heart(FS, 80.0, tachycardia(190.0, 0.02), noise_mv=0.02)
    events = [event for event, _ in watch([Chunk(0, samples)], FS)]
    changes = [event for event in events if isinstance(event, QualityEvent)]
    assert [change for change in changes if change.sample < END_S * FS] == []
    beats = [event for event in events if isinstance(event, BeatEvent)]
    fast = [beat for beat in beats if ONSET_S + 2 < beat.sample / FS < END_S]
    assert len(fast) > 80
    assert {beat.quality for beat in fast} == {"good"}


def test_noise_as_high_as_beats_is_neither_trusted_nor_a_tachycardia(watch, heart):
    samples = heart(FS, 80.0, tachycardia(60.0, 0.0))
    noisy = slice(round(ONSET_S * FS), round(END_S * FS))
    samples[noisy] = np.random.default_rng(5).normal(0.0, 0.5, round((END_S - ONSET_S) * FS))
    events = [event for event, _ in watch([Chunk(0, samples)], FS)]
    settled = round((ONSET_S + 4) * FS)  # its background is noise, too, from there on
    told = [*rhythm(events, "vt-like"), *rhythm(events, "run"), *rhythm(events, "extreme-tachy")]
    assert [each for each in told if each.sample > settled] == []
    beats = [event for event in events if isinstance(event, BeatEvent)]
    noise = [beat for beat in beats if settled < beat.sample < END_S * FS]
    assert len(noise) > 3
    assert {beat.quality for beat in noise} == {"noisy"}

"""A stretch: findings, windows and trace are those of the whole signal, at prefixes they claim."""

import numpy as np
import pytest

from sibeat.ecg.bands import BandSettings
from sibeat.ecg.beats import N_WINDOW, cut_window, normalise
from sibeat.ecg.filters import filter_record
from sibeat.ecg.votes import Voters
from sibeat.monitor.stretch import CutBeat, SecondJudged, Stretch

FS = 250.0
START = 1000
BEATS = [(0.6 + 0.8 * k, "V" if k % 7 == 5 else "N") for k in range(24)]


def make_stretch(start: int = START) -> Stretch:
    return Stretch(BandSettings(FS, 50.0), Voters(("neurokit",), FS), start)


@pytest.fixture(scope="module")
def samples(heart):
    return heart(FS, 20.0, BEATS).astype(np.float64)


def run(samples, size, known_at=0):
    """Findings with the length at which each came; those of the end at the end."""
    stretch, findings, trace = make_stretch(), [], []
    for at in range(0, len(samples), size):
        piece = samples[at : at + size]
        came_at = START + at + len(piece)
        findings += [(finding, came_at) for finding in stretch.feed(piece, known_at)]
        trace += stretch.take_trace()
    end = START + len(samples)
    findings += [(finding, end) for finding in stretch.end(end)]
    return findings, trace + stretch.take_trace()


def plain(finding):
    if isinstance(finding, SecondJudged):
        return finding
    return (finding.position, finding.decided_at, finding.window.tobytes(), finding.amplitude)


@pytest.fixture(scope="module")
def by_sample(samples):
    return run(samples, 1)


@pytest.mark.parametrize("size", [7, 97, 1 << 20])
def test_any_split_gives_the_same_findings_and_trace(size, samples, by_sample):
    findings, trace = run(samples, size)
    ordered = sorted((f for f, _ in findings), key=lambda f: f.decided_at)
    assert [plain(f) for f in ordered] == [plain(f) for f, _ in by_sample[0]]
    joined, expected = (np.concatenate([c.samples for c in t]) for t in (trace, by_sample[1]))
    np.testing.assert_array_equal(joined, expected)


def test_findings_come_with_the_prefix_they_claim(by_sample):
    assert all(finding.decided_at == came_at for finding, came_at in by_sample[0])


def test_every_beat_is_cut_with_the_window_of_the_whole_record(samples, by_sample):
    beats = [finding for finding, _ in by_sample[0] if isinstance(finding, CutBeat)]
    expected = [START + time_s * FS for time_s, _ in BEATS]
    assert [beat.position for beat in beats] == pytest.approx(expected, abs=0.03 * FS)
    whole = filter_record(samples, FS, 50.0)
    for beat in beats:
        window, amplitude = normalise(cut_window(whole, FS, beat.position - START))
        assert beat.window.shape == (N_WINDOW,)
        np.testing.assert_allclose(beat.window, window, atol=1e-6)
        assert beat.amplitude == pytest.approx(amplitude, rel=1e-6)
        assert beat.crest > 0.8


def test_a_beat_comes_at_the_latest_a_latency_after_its_r_peak(by_sample):
    latency = make_stretch().latency
    beats = [f for f, _ in by_sample[0] if isinstance(f, CutBeat)]
    late = [beat for beat in beats if beat.decided_at - beat.position > latency]
    assert all(beat.position < START + 3 * FS for beat in late)  # the learning period
    assert late


def test_seconds_are_judged_at_their_end(by_sample):
    seconds = [finding for finding, _ in by_sample[0] if isinstance(finding, SecondJudged)]
    assert [second.start for second in seconds] == list(range(START, START + 5000, 250))
    assert all(second.decided_at == second.start + 250 for second in seconds)
    assert {second.quality for second in seconds} == {"good"}


def test_what_bridges_a_gap_is_known_only_with_the_sample_after_it(samples):
    stretch = make_stretch()
    stretch.feed(samples[:245])
    (second,) = stretch.feed(samples[245:253], known_at=START + 254)
    assert second.decided_at == START + 254


def test_the_end_gives_what_only_it_makes_known(samples):
    """A gap is seen to end the stretch some samples after the stretch's last one."""
    n = round(8.75 * FS)  # the beat at 8.6 s has no whole window
    stretch = make_stretch()
    stretch.feed(samples[:n])
    (beat,) = stretch.end(START + n + 11)
    assert beat.position == pytest.approx(START + 8.6 * FS, abs=2)
    assert beat.decided_at == START + n + 11
    assert stretch.end(START + n + 11) == []


@pytest.mark.parametrize("lead_s", [0.1, 0.3, 0.4, 0.45, 0.7])
def test_a_window_that_begins_before_the_stretch_is_not_whole(lead_s, samples):
    """The first R-peak comes that long after the start, as after a gap."""
    n_cut = round((BEATS[3][0] - lead_s) * FS)
    stretch = make_stretch()
    beats = [f for f in stretch.feed(samples[n_cut:]) if isinstance(f, CutBeat)]
    before_s = 140 / 360 + 8 / FS  # the window and the kernel that reads it
    assert beats[0].position == pytest.approx(START + lead_s * FS, abs=2)
    assert beats[0].whole == (lead_s > before_s)
    assert all(beat.whole for beat in beats[1:])


def test_the_past_is_let_go(samples):
    stretch = make_stretch()
    most = 0
    for _ in range(6):
        for at in range(0, len(samples), 500):
            stretch.feed(samples[at : at + 500])
            stretch.take_trace()
            most = max(most, stretch._bands.beat.stop - stretch._bands.beat.start)
    assert most < 30 * FS


def test_a_stretch_of_one_sample_has_no_beat():
    stretch = make_stretch()
    assert stretch.feed(np.ones(1)) == []
    assert stretch.end(START + 1) == []
    assert sum(len(chunk.samples) for chunk in stretch.take_trace()) == 1

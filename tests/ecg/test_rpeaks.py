"""The detector is causal, does not see where chunks were cut, and states when it knows a peak."""

from collections.abc import Callable

import numpy as np
import pytest

from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.evidence import DECISION, Evidence, log_odds
from sibeat.ecg.learning import LEARNING_S
from sibeat.ecg.rpeaks import (
    LOOK_AHEAD_S,
    NEAREST_S,
    Ask,
    RPeak,
    RPeakDetector,
    judge_by_weights,
)
from sibeat.ecg.stream import Chunk, DoubleArray
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.ecg.votes import Voters

Detect = Callable[..., list[RPeak]]
FS = 128.0
N = round(30 * FS)
RATES = [100.0, 111.0, 125.0, 250.0, 257.3, 500.0, 1000.0, 2000.0]
LIVELY = SyntheticSettings(
    RhythmSettings(heart_rate_bpm=80, ventricular_rate=8, supraventricular_rate=8, onset_s=3),
    NoiseSettings(level=1.5),
)


def synthetic(fs: float, n_samples: int, settings: SyntheticSettings) -> tuple[DoubleArray, list]:
    """Give an ECG and the samples of its R-peaks."""
    ecg = SyntheticEcg(settings, fs, seed=3)
    items = [item for item in ecg.blocks(n_samples, n_samples) if isinstance(item, Chunk)]
    signal = np.concatenate([item.samples for item in items]).astype(np.float64)
    return signal, [beat.sample for beat in ecg.take_labels().beats]


@pytest.fixture(scope="module")
def lively() -> DoubleArray:
    return synthetic(FS, N, LIVELY)[0]


@pytest.fixture(scope="module")
def peaks(lively: DoubleArray, detect: Detect) -> list[RPeak]:
    """R-peaks of the lively ECG, its end seen."""
    return detect([lively], FS)


def test_no_split_changes_a_bit(
    lively: DoubleArray,
    peaks: list[RPeak],
    detect: Detect,
    cut: Callable[[DoubleArray], list[DoubleArray]],
) -> None:
    assert len(peaks) > 30
    assert detect(cut(lively), FS) == peaks


def test_where_the_stretch_begins_changes_only_the_index(
    lively: DoubleArray, peaks: list[RPeak], detect: Detect
) -> None:
    moved = detect([lively[:500], lively[500:]], FS, start=4096)
    assert [p.decided_at - 4096 for p in moved] == [p.decided_at for p in peaks]
    assert [p.position - 4096 for p in moved] == pytest.approx([p.position for p in peaks])


def test_decided_at_is_the_length_of_the_shortest_prefix(
    lively: DoubleArray, peaks: list[RPeak], detect: Detect
) -> None:
    live = [peak for peak in peaks if peak.decided_at < N]
    assert len(live) > 30
    for peak in live[::4]:
        known, n = detect([lively[: peak.decided_at]], FS, ended=False), peak.decided_at
        assert peak in known
        assert peak not in detect([lively[: n - 1]], FS, ended=False)
        assert known == [other for other in peaks if other.decided_at <= n]


def test_each_peak_comes_with_the_sample_that_decides_it(
    lively: DoubleArray, peaks: list[RPeak]
) -> None:
    bands = Bands(BandSettings(FS, 50.0), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), FS))
    came = []
    for at in range(N):
        bands.feed(lively[at : at + 1])
        came += [(peak, at + 1) for peak in detector.advance()]
    assert [peak for peak, _ in came] == peaks[: len(came)]
    assert all(peak.decided_at == n for peak, n in came)
    assert all(peak.decided_at == N for peak in peaks[len(came) :])


def test_the_future_changes_nothing(
    lively: DoubleArray, peaks: list[RPeak], detect: Detect
) -> None:
    n = round(17.3 * FS)
    other = lively.copy()
    other[n:] = 1e6 * np.random.default_rng(8).normal(size=N - n)
    early = [peak for peak in peaks if peak.decided_at <= n]
    assert detect([other], FS)[: len(early)] == early


@pytest.mark.parametrize("fs", RATES)
def test_the_stated_latency_is_true_at_any_rate(fs: float, detect: Detect) -> None:
    signal, _ = synthetic(fs, round(8 * fs), LIVELY)
    bands = Bands(BandSettings(fs, 50.0), 0)
    latency = RPeakDetector(bands, Voters(("neurokit",), fs)).latency
    assert latency == round(LOOK_AHEAD_S * fs) + bands.beat_latency
    peaks = detect([signal], fs, ended=False)
    assert len(peaks) > 5
    for peak in peaks:
        if peak.position > (LEARNING_S + 0.1) * fs:
            delay_s = (peak.decided_at - peak.position - latency) / fs
            assert abs(delay_s) < 0.08  # the candidate lies within the QRS
        else:
            assert peak.decided_at >= LEARNING_S * fs


@pytest.mark.parametrize("fs", RATES)
def test_every_beat_of_a_clean_ecg_is_found_between_samples(fs: float, detect: Detect) -> None:
    clean = SyntheticSettings(RhythmSettings(heart_rate_bpm=75, onset_s=3), NoiseSettings(level=0))
    signal, labels = synthetic(fs, round(12 * fs), clean)
    found = np.array([peak.position for peak in detect([signal], fs)])
    inner = [at for at in labels if 0.1 * fs < at < 11.9 * fs]
    assert len(found) == pytest.approx(len(inner), abs=1)
    for at in inner:
        assert np.abs(found - at).min() / fs < 0.012  # a label is a whole sample of 10 ms
    rr = np.diff(found)
    assert np.abs(rr - rr.mean()).max() / fs < 0.1  # breathing alone moves them


def test_peaks_rise_and_what_is_held_is_bounded(lively: DoubleArray, peaks: list[RPeak]) -> None:
    positions = [peak.position for peak in peaks]
    assert positions == sorted(positions)
    assert min(np.diff(positions)) >= 0.12 * FS
    bands = Bands(BandSettings(FS, 50.0), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), FS))
    for _ in range(4):
        for at in range(0, N, 64):
            bands.feed(lively[at : at + 64])
            detector.advance()
            bands.forget_before(detector.needed_from)
            assert bands.beat.stop - bands.beat.start < 25 * FS


def test_several_methods_vote_together(lively: DoubleArray, detect: Detect) -> None:
    joined = detect([lively], FS, methods=("neurokit", "pantompkins1985", "elgendi2010"))
    assert len(joined) > 30


def test_a_judge_sees_each_candidate_once_and_has_the_last_word(lively: DoubleArray) -> None:
    seen: list[int] = []

    def never(candidate: int, *_: object) -> bool:
        seen.append(candidate)
        return False

    bands = Bands(BandSettings(FS), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), FS), never)
    bands.feed(lively)
    bands.end()
    assert detector.advance() == []
    assert seen == sorted(set(seen))
    assert len(seen) > 30


class CountingVoters(Voters):
    """neurokit2's methods, and how often they were asked."""

    asked = 0

    def share(self, window: DoubleArray, at: int) -> float:
        """Count, then ask."""
        self.asked += 1
        return super().share(window, at)


def test_leaving_out_votes_that_turn_nothing_changes_no_peak(lively: DoubleArray) -> None:
    def ask_always(_: int, evidence: Evidence, ask: Ask) -> bool:
        return log_odds(evidence._replace(vote=ask())) > DECISION

    noisy = lively + np.random.default_rng(0).normal(size=N) * 0.2
    found, asked = [], []
    for judge in (judge_by_weights, ask_always):
        bands, voters = Bands(BandSettings(FS), 0), CountingVoters(("neurokit",), FS)
        detector = RPeakDetector(bands, voters, judge)
        bands.feed(noisy)
        bands.end()
        found.append(detector.advance())
        asked.append(voters.asked)
    assert found[0] == found[1]
    assert 0 < asked[0] < asked[1] / 4


def test_two_candidates_of_one_deflection_are_one_peak() -> None:
    seen: list[int] = []

    def always(candidate: int, *_: object) -> bool:
        seen.append(candidate)
        return True

    rng = np.random.default_rng(1)
    carrier = np.sin(2 * np.pi * 33 * np.arange(2 * N) / FS)  # not in the candidates' envelope
    bands = Bands(BandSettings(FS), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), FS), always)
    bands.feed(rng.normal(size=2 * N) + 5 * carrier * rng.normal(size=2 * N))
    positions = [peak.position for peak in detector.advance()]
    assert 100 < len(positions) < len(seen)
    assert min(np.diff(positions)) >= NEAREST_S * FS


def test_the_very_end_is_decided_when_it_is_seen(lively: DoubleArray, detect: Detect) -> None:
    bands = Bands(BandSettings(FS, 50.0), 0)
    detector = RPeakDetector(bands, Voters(("neurokit",), FS))
    bands.feed(lively)
    before = detector.advance()
    bands.end(decided_at=N + 6)
    after = detector.advance()
    assert after
    assert {peak.decided_at for peak in after} == {N + 6}
    assert all(peak.decided_at <= N for peak in before)
    assert detector.advance() == []

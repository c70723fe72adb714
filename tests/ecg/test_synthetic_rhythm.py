"""Rhythm of the synthetic heart: rates, ectopic beats, pauses and episodes are as asked."""

from itertools import pairwise

import numpy as np
import pytest

from .conftest import heart, render


@pytest.mark.parametrize("rate", [40.0, 72.0, 150.0])
def test_heart_rate_is_as_asked(rate: float) -> None:
    _, labels = render(heart(heart_rate_bpm=rate), 250, 180)
    assert len(labels.beats) == pytest.approx(3 * rate, rel=0.04)


def test_counts_are_as_asked() -> None:
    wanted = heart(ventricular_rate=6, supraventricular_rate=5, pause_rate=2, onset_s=0)
    _, labels = render(wanted, 250, 300)
    symbols = [b.symbol for b in labels.beats]
    assert symbols.count("V") == pytest.approx(30, abs=1)
    assert symbols.count("A") == pytest.approx(25, abs=1)
    assert [i.kind for i in labels.intervals].count("pause") == pytest.approx(10, abs=1)


def test_plain_rhythm_until_the_onset() -> None:
    wanted = heart(ventricular_rate=60, supraventricular_rate=60, onset_s=10)
    _, labels = render(wanted, 250, 12)
    assert {b.symbol for b in labels.beats if b.sample < 2500} == {"N"}
    assert {b.symbol for b in labels.beats if b.sample >= 2500} > {"N"}


def test_ectopic_beats_are_premature_and_the_pauses_after_them_tell_them_apart() -> None:
    wanted = heart(ventricular_rate=5, supraventricular_rate=5, onset_s=2)
    _, labels = render(wanted, 1000, 200)
    beats = labels.beats
    around = {"V": [], "A": []}
    for before, beat, after in zip(beats, beats[1:], beats[2:], strict=False):
        if beat.symbol != "N" and before.symbol == after.symbol == "N":
            premature = (beat.sample - before.sample) * 72 / 60_000
            assert 0.5 < premature < 0.85
            around[beat.symbol].append((after.sample - before.sample) * 72 / 60_000)
    assert np.mean(around["V"]) == pytest.approx(2.0, abs=0.05)  # full compensatory pause
    assert max(around["A"]) < 1.95  # the sinus node was reset
    assert min(map(len, around.values())) > 10


def test_a_run_has_the_beats_asked_for() -> None:
    _, labels = render(heart(ventricular_rate=4, ventricular_run=3, onset_s=2), 250, 120)
    runs = "".join(b.symbol for b in labels.beats).replace("N", " ").split()
    assert set(runs) == {"VVV"}
    assert len(runs) == pytest.approx(8, abs=1)


def test_a_pause_holds_no_beat_and_lasts_as_asked() -> None:
    _, labels = render(heart(pause_rate=3, pause_s=3.0, onset_s=2), 250, 120)
    assert labels.intervals
    samples = [b.sample for b in labels.beats]
    for pause in labels.intervals:
        assert pause.stop - pause.start == pytest.approx(750, abs=1)
        assert not any(pause.start < s < pause.stop for s in samples)
        assert pause.start in samples
    longest = max(b - a for a, b in pairwise(samples))
    assert longest == pytest.approx(750, abs=1)


@pytest.mark.parametrize(
    ("wanted", "kind", "shape"),
    [
        ({"ventricular_rate": 4, "ventricular_run": 2}, "couplet", "VV"),
        ({"ventricular_rate": 4, "ventricular_run": 4}, "run", "VVVV"),
        ({"ventricular_rate": 4, "ventricular_run": 6}, "vt", "VVVVVV"),
        ({"bigeminy_rate": 2, "pattern_cycles": 3}, "bigeminy", "VNVNV"),
        ({"trigeminy_rate": 2, "pattern_cycles": 3}, "trigeminy", "VNNVNNV"),
        ({"brady_rate": 1, "brady_beats": 5}, "brady", "NNNNN"),
        ({"tachy_rate": 1, "tachy_beats": 20}, "tachy", "N" * 20),
        ({"asystole_rate": 2}, "asystole", "NN"),
    ],
)
def test_an_episode_is_labelled_from_its_first_to_its_last_beat(
    wanted: dict[str, float], kind: str, shape: str
) -> None:
    _, labels = render(heart(onset_s=2, **wanted), 250, 120)
    last = labels.beats[-1].sample
    episodes = [i for i in labels.intervals if i.kind == kind and i.stop <= last]
    assert episodes
    for episode in episodes:
        inside = [b for b in labels.beats if episode.start <= b.sample <= episode.stop]
        assert "".join(beat.symbol for beat in inside) == shape
        assert (inside[0].sample, inside[-1].sample) == (episode.start, episode.stop)


def test_rates_of_episodes_are_as_asked() -> None:
    settings_ = heart(onset_s=2, brady_rate=1, tachy_rate=1, asystole_rate=1)
    _, labels = render(settings_, 250, 240)
    for kind, rr_s in (("brady", 60 / 32), ("tachy", 60 / 170), ("asystole", 8.0)):
        episode = next(interval for interval in labels.intervals if interval.kind == kind)
        inside = [b.sample for b in labels.beats if episode.start <= b.sample <= episode.stop]
        assert np.diff(inside) / 250 == pytest.approx(rr_s, abs=0.01)

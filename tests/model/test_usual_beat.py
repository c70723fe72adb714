"""The usual beat: a running median, two distances, and its way into a file and back."""

import json
from math import log

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.model.usual_beat import FLOOR, LEAST_BEATS, MEMORY_BEATS, NO_DISTANCE, UsualBeat


def learnt_of(*beats, n=10):
    usual = UsualBeat()
    for k in range(n):
        usual.learn(*beats[k % len(beats)])
    return usual


def test_there_is_a_usual_beat_from_the_fifth_on(narrow, wide):
    usual = UsualBeat()
    for _ in range(LEAST_BEATS):
        assert usual.distances(wide, 1.0) == (NO_DISTANCE, NO_DISTANCE)
        usual.learn(narrow, 1.0)
    assert min(usual.distances(wide, 1.0)) > log(0.01)
    assert usual.distances(narrow, 1.0) == pytest.approx((log(FLOOR), log(FLOOR)), abs=1e-6)
    assert usual.n_seen == LEAST_BEATS


def test_the_usual_beat_follows_a_slow_change(make_beat):
    """Width doubles over 600 beats: each stays near the usual one, the first is far at the end."""
    usual, worst = UsualBeat(), -np.inf
    for k, width in enumerate(np.linspace(6.0, 12.0, 600)):
        window = make_beat(width=float(width))
        if k > MEMORY_BEATS:
            worst = max(worst, usual.distances(window, 1.0)[0])
        usual.learn(window, 1.0)
    assert worst < usual.distances(make_beat(width=6.0), 1.0)[0] - 2.0


@pytest.mark.parametrize("every", [2.5, 3, 5])
def test_a_minority_is_not_the_median(every, narrow, wide):
    usual = UsualBeat()
    for k in range(1, 200):
        ectopic = int(k / every) > int((k - 1) / every)
        usual.learn(wide if ectopic else narrow, 1.8 if ectopic else 1.0)
    assert max(usual.distances(narrow, 1.0)) < -6.0
    assert min(usual.distances(wide, 1.8)) > -2.0


def test_the_qrs_distance_keeps_amplitudes_and_the_window_distance_does_not(narrow):
    qrs, window = learnt_of((narrow, 1.0)).distances(narrow, 2.0)
    assert window == pytest.approx(log(FLOOR), abs=1e-6)
    assert qrs > log(FLOOR) + 5.0


@pytest.mark.parametrize("gain", [1e-3, 200.0, 1e6])
def test_no_distance_depends_on_the_unit(gain, make_beat, wide):
    one, other = UsualBeat(), UsualBeat()
    for k in range(20):
        one.learn(make_beat(width=6 + 0.1 * k), 1.0 + 0.01 * k)
        other.learn(make_beat(width=6 + 0.1 * k), gain * (1.0 + 0.01 * k))
    assert one.distances(wide, 1.4) == pytest.approx(other.distances(wide, 1.4 * gain), abs=1e-9)


def test_memory_holds_the_last_beats_only(narrow):
    usual = learnt_of((narrow, 1.0), n=3 * MEMORY_BEATS)
    assert len(usual._windows) == len(usual._shapes) == len(usual._amplitudes) == MEMORY_BEATS
    assert usual.n_seen == 3 * MEMORY_BEATS


def test_learning_at_once_is_learning_one_by_one(make_beat, wide):
    beats = [(make_beat(width=6 + 0.1 * k), 1.0 + 0.01 * k) for k in range(8)]
    at_once, one_by_one = UsualBeat.of_beats(beats), learnt_of(*beats, n=8)
    assert at_once.distances(wide, 1.3) == one_by_one.distances(wide, 1.3)
    assert at_once.stored() == one_by_one.stored()


def test_too_few_beats_are_no_usual_beat(narrow):
    usual = UsualBeat.of_beats([(narrow, 1.0)] * (LEAST_BEATS - 1))
    assert usual.stored() is None
    assert usual.distances(narrow, 1.0) == (NO_DISTANCE, NO_DISTANCE)


def test_into_a_file_and_back_to_the_bit(make_beat, wide):
    usual = learnt_of(*((make_beat(width=6 + 0.1 * k), 1.0 + 0.01 * k) for k in range(20)), n=100)
    stored = json.loads(json.dumps(usual.stored()))
    again = UsualBeat.of(stored, "a file")
    assert again.stored() == usual.stored() == stored
    assert again.distances(wide, 1.4) == pytest.approx(usual.distances(wide, 1.4), abs=1e-2)
    twin = UsualBeat.of(stored, "a file")
    for k in range(40):
        for each in (again, twin):
            each.learn(make_beat(width=6 + 0.2 * k), 1.0)
        assert again.distances(wide, 1.4) == twin.distances(wide, 1.4)


def test_what_came_from_a_file_gives_way_to_what_is_learnt(narrow, wide):
    usual = UsualBeat.of(learnt_of((wide, 1.0)).stored(), "a file")
    for _ in range(MEMORY_BEATS):
        usual.learn(narrow, 1.0)
    assert max(usual.distances(narrow, 1.0)) < -6.0


GOOD = {"window": [0.5] * 320, "amplitude": 1.0, "n_seen": 20}


@pytest.mark.parametrize(
    "broken",
    [
        {"window": [0.5] * 319},
        {"window": [0.5] * 319 + [float("nan")]},
        {"window": [0.5] * 319 + [1.5]},
        {"window": [[0.5] * 320]},
        {"window": [[0.5], 0.5]},
        {"window": [10**400] * 320},
        {"window": "a beat"},
        {"window": None},
        {"window": {}},
        {"amplitude": 0.0},
        {"amplitude": -1.0},
        {"amplitude": float("nan")},
        {"amplitude": float("inf")},
        {"amplitude": []},
        {"n_seen": 4},
        {"n_seen": float("inf")},
        {"n_seen": "many"},
    ],
    ids=str,
)
def test_what_holds_no_usual_beat_is_refused(broken):
    with pytest.raises(ConfigError, match=r"^my\.json holds .*expected .*learn it anew"):
        UsualBeat.of(GOOD | broken, "my.json")


@pytest.mark.parametrize("missing", ["window", "amplitude", "n_seen"])
def test_a_missing_part_is_named(missing):
    with pytest.raises(ConfigError, match=f"KeyError: '{missing}'"):
        UsualBeat.of({key: value for key, value in GOOD.items() if key != missing}, "my.json")
    assert UsualBeat.of(GOOD, "my.json").n_seen == 20

"""The joint score: its scale, what it learns of a patient, and the names it gives."""

from itertools import pairwise
from math import log
from types import SimpleNamespace

import numpy as np
import pytest

from sibeat.ecg.errors import ModelError
from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import load_student
from sibeat.model.scorer import (
    FLOOR,
    TEMPLATE_BEATS,
    TEMPLATE_LEAST,
    BeatScore,
    Scorer,
    ScorerWeights,
    UsualBeat,
)

GRID = np.arange(320) - 140
LOG_ERROR = -4.0
WEIGHTS = ScorerWeights()


def beat(width: float = 6.0, sign: float = 1.0, shift: float = 0.0) -> FloatArray:
    """A bump at the R-peak with a T wave, normalised."""
    shape = sign * np.exp(-0.5 * ((GRID - shift) / width) ** 2)
    shape += 0.25 * np.exp(-0.5 * ((GRID - 95) / 18.0) ** 2)
    scaled = 2 * (shape - shape.min()) / (shape.max() - shape.min()) - 1
    return scaled.astype(np.float32)


NARROW, WIDE = beat(), beat(width=22.0, sign=-1.0)


class FlatStudent:
    """Finds every beat equally well known."""

    def __init__(self, scorer: dict[str, float]) -> None:
        self.contract = SimpleNamespace(calibration=SimpleNamespace(scorer=scorer))

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        return window, LOG_ERROR


def make_scorer(**weights: float) -> Scorer:
    return Scorer(FlatStudent(weights))  # type: ignore[arg-type]


def learnt(n: int = 20, **weights: float) -> Scorer:
    scorer = make_scorer(**weights)
    for k in range(n):
        scorer.learn(beat(width=6.0 + 0.05 * (k % 3)), 1.0)
    return scorer


def scored(log_raw: float, scorer: Scorer) -> BeatScore:
    """A beat of a given log raw score, through the public way."""
    blank = BeatScore(0.0, log_raw, 0.0, 0.0, 0.0, NARROW)
    return scorer.final(blank, 0.0)


def test_the_score_is_strictly_increasing_without_ties():
    scorer = make_scorer()
    logs = np.linspace(-40.0, 40.0, 8001)
    scores = [scored(float(x), scorer).score for x in logs]
    assert all(low < high for low, high in pairwise(scores))
    assert scores[0] > 0.0
    assert scores[-1] < 1.0


def test_six_digits_tell_the_most_abnormal_beats_apart():
    scorer = make_scorer()
    printed = [f"{scored(x, scorer).score:.6g}" for x in np.arange(-20.0, 20.0, 0.5)]
    assert len(set(printed)) == len(printed)


@pytest.mark.parametrize("threshold", [-3.8, 0.0, 2.25])
def test_the_score_is_a_half_at_the_default_threshold(threshold):
    assert scored(threshold, make_scorer(threshold=threshold)).score == 0.5


def test_the_parts_add_up_to_the_raw_score():
    scorer = learnt()
    given = scorer.provisional(WIDE, 1.2, log_rr=log(0.7))
    final = scorer.final(given, log_rr_post=log(1.3))
    for one in (given, final):
        assert one.log_raw == one.morphology + one.rhythm
        assert one.score == scored(one.log_raw, scorer).score
    assert final.morphology == given.morphology
    assert final.rhythm == pytest.approx(
        WEIGHTS.prematurity * log(1 / 0.7) + WEIGHTS.following * log(1.3)
    )


def test_the_morphology_is_the_weighted_sum_by_hand():
    scorer, usual = learnt(), UsualBeat()
    for k in range(20):
        usual.learn(beat(width=6.0 + 0.05 * (k % 3)), 1.0)
    qrs, window = usual.distances(WIDE, 1.2)
    given = scorer.provisional(WIDE, 1.2, 0.0)
    assert given.morphology == pytest.approx(
        WEIGHTS.student * LOG_ERROR + WEIGHTS.template_qrs * qrs + WEIGHTS.template_window * window
    )
    assert given.qrs_distance == qrs
    np.testing.assert_array_equal(given.reconstruction, WIDE)


def test_premature_beats_score_higher_and_late_ones_a_little_lower():
    scorer = learnt()
    scores = [scorer.provisional(NARROW, 1.0, log(rr)).score for rr in (0.5, 0.8, 1.0, 1.2)]
    assert scores == sorted(scores, reverse=True)
    very_late = [scorer.provisional(NARROW, 1.0, log(rr)).rhythm for rr in (1.3, 2.0, 5.0)]
    assert (
        very_late == [-WEIGHTS.prematurity * WEIGHTS.late_limit] * 3
    )  # an escape beat must not pass as normal


def test_a_compensatory_pause_raises_the_score_up_to_a_limit():
    scorer = learnt()
    given = scorer.provisional(WIDE, 1.0, 0.0)
    rhythms = [scorer.final(given, log(rr)).rhythm for rr in (0.7, 1.0, 1.5, 2.1, 6.0)]
    logs = [log(0.7), 0.0, log(1.5), WEIGHTS.pause_limit, WEIGHTS.pause_limit]
    assert rhythms == pytest.approx([WEIGHTS.following * each for each in logs])


def test_the_first_beats_do_not_alarm_whatever_they_are():
    scorer = make_scorer()
    for k in range(TEMPLATE_LEAST):
        given = scorer.provisional(WIDE if k % 2 else NARROW, 1.0 + k, 0.0)
        assert scorer.kind(given, 0.5, trusted=True) == "normal"
        scorer.learn(NARROW, 1.0)
    assert scorer.kind(scorer.provisional(WIDE, 1.0, 0.0), 0.5, trusted=True) != "normal"


def test_there_is_a_usual_beat_from_the_fifth_on():
    usual = UsualBeat()
    for _ in range(TEMPLATE_LEAST):
        assert usual.distances(WIDE, 1.0) == (log(FLOOR), log(FLOOR))
        usual.learn(NARROW, 1.0)
    assert min(usual.distances(WIDE, 1.0)) > log(0.01)
    assert usual.distances(NARROW, 1.0) == pytest.approx((log(FLOOR), log(FLOOR)), abs=1e-6)


def test_the_usual_beat_follows_a_slow_change():
    """Width doubles over 600 beats: each stays near the usual one, the first is far at the end."""
    usual, worst = UsualBeat(), -np.inf
    widths = np.linspace(6.0, 12.0, 600)
    for k, width in enumerate(widths):
        window = beat(width=float(width))
        if k > TEMPLATE_BEATS:
            worst = max(worst, usual.distances(window, 1.0)[0])
        usual.learn(window, 1.0)
    assert worst < usual.distances(beat(width=6.0), 1.0)[0] - 2.0


@pytest.mark.parametrize("every", [2.5, 3, 5])
def test_an_ectopic_minority_does_not_become_the_usual_beat(every):
    usual = UsualBeat()
    for k in range(1, 200):
        ectopic = int(k / every) > int((k - 1) / every)
        usual.learn(WIDE if ectopic else NARROW, 1.8 if ectopic else 1.0)
    near, far = usual.distances(NARROW, 1.0), usual.distances(WIDE, 1.8)
    assert max(near) < -6.0
    assert min(far) > -2.0


def test_the_qrs_distance_keeps_amplitudes_and_the_window_distance_does_not():
    usual = UsualBeat()
    for _ in range(10):
        usual.learn(NARROW, 1.0)
    qrs, window = usual.distances(NARROW, 2.0)
    assert window == pytest.approx(log(FLOOR), abs=1e-6)
    assert qrs > log(FLOOR) + 5.0


@pytest.mark.parametrize("gain", [1e-3, 200.0, 1e6])
def test_no_distance_depends_on_the_unit(gain):
    one, other = UsualBeat(), UsualBeat()
    for k in range(20):
        one.learn(beat(width=6 + 0.1 * k), 1.0 + 0.01 * k)
        other.learn(beat(width=6 + 0.1 * k), gain * (1.0 + 0.01 * k))
    assert one.distances(WIDE, 1.4) == pytest.approx(other.distances(WIDE, 1.4 * gain), abs=1e-9)


def test_memory_holds_the_last_beats_only():
    usual = UsualBeat()
    for _ in range(3 * TEMPLATE_BEATS):
        usual.learn(NARROW, 1.0)
    assert len(usual._windows) == len(usual._shapes) == len(usual._amplitudes) == TEMPLATE_BEATS


@pytest.mark.parametrize(
    ("score", "qrs", "premature", "trusted", "kind"),
    [
        (0.49, 0.0, 1.0, True, "normal"),
        (0.49, 0.0, 1.0, False, "normal"),
        (0.5, -2.7, 0.0, True, "ventricular-like"),
        (0.9, -2.7, 1.0, True, "ventricular-like"),
        (0.9, -2.8, 0.09, True, "supraventricular-like"),
        (0.9, -2.8, 0.07, True, "abnormal"),
        (0.9, 0.0, 1.0, False, "abnormal"),
    ],
)
def test_the_kind_of_a_beat(score, qrs, premature, trusted, kind):
    given = BeatScore(score, 0.0, 0.0, qrs, premature, NARROW)
    assert make_scorer().kind(given, 0.5, trusted=trusted) == kind


def test_the_threshold_of_the_user_decides_what_is_abnormal():
    given = BeatScore(0.6, 0.0, 0.0, 0.0, 0.0, NARROW)
    kinds = [make_scorer().kind(given, t, trusted=True) for t in (0.3, 0.6, 0.61)]
    assert kinds == ["ventricular-like", "ventricular-like", "normal"]


def test_weights_go_into_an_artefact_and_back():
    weights = ScorerWeights(threshold=-1.25, slope=0.75)
    assert ScorerWeights.of(weights.stored()) == weights
    assert ScorerWeights.of({}) == ScorerWeights()


def test_a_weight_of_another_version_is_refused_by_name():
    with pytest.raises(ModelError, match=r"weights aura, zest.*upgrade sibeat or export"):
        make_scorer(zest=1.0, aura=2.0, slope=1.0)


def test_the_shipped_student_tells_shapes_apart():
    scorer = Scorer(load_student())
    for _ in range(20):
        scorer.learn(NARROW, 1.0)
    usual, odd = (scorer.provisional(window, 1.0, 0.0) for window in (NARROW, WIDE))
    assert usual.score < 0.5 < odd.score
    assert odd.reconstruction.shape == (320,)

"""The joint score: its scale, what it learns of a patient, and the names it gives."""

from itertools import pairwise
from math import log
from types import SimpleNamespace

import numpy as np
import pytest

from sibeat.ecg.errors import ModelError
from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import load_student
from sibeat.model.baseline import LEARNING_BEATS, PatientBaseline, SeenBeat
from sibeat.model.scorer import SCORE_FORM, BeatScore, Scorer, ScorerWeights
from sibeat.model.usual_beat import LEAST_BEATS, NO_DISTANCE, UsualBeat

from .conftest import made_beat

LOG_ERROR = -4.0
WEIGHTS = ScorerWeights()


NARROW, WIDE = made_beat(), made_beat(width=22.0, sign=-1.0)


class FlatStudent:
    """Finds every beat equally well known."""

    def __init__(self, scorer: dict[str, float]) -> None:
        self.contract = SimpleNamespace(calibration=SimpleNamespace(scorer=scorer))

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        return window, LOG_ERROR


def make_scorer(baseline: PatientBaseline | None = None, **weights: float) -> Scorer:
    return Scorer(FlatStudent(weights), baseline)  # type: ignore[arg-type]


def learn(scorer: Scorer, window: FloatArray, amplitude: float = 1.0, log_rr: float = 0.0):
    score = scorer.provisional(window, amplitude, log_rr)
    return scorer.learn(SeenBeat(window, amplitude, 0.8), score, 0.8)


def learnt(n: int = 20, **weights: float) -> Scorer:
    scorer = make_scorer(PatientBaseline(), **weights)
    for k in range(n):
        learn(scorer, made_beat(width=6.0 + 0.05 * (k % 3)))
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
    scorer = make_scorer(PatientBaseline(), threshold=threshold)
    assert scored(threshold, scorer).score == 0.5


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
        usual.learn(made_beat(width=6.0 + 0.05 * (k % 3)), 1.0)
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
    scorer = make_scorer(PatientBaseline())
    for k in range(LEAST_BEATS):
        given = scorer.provisional(WIDE if k % 2 else NARROW, 1.0 + k, 0.0)
        assert scorer.kind(given, 0.5, trusted=True) == "normal"
        learn(scorer, NARROW)
    assert scorer.kind(scorer.provisional(WIDE, 1.0, 0.0), 0.5, trusted=True) != "normal"


def test_without_a_baseline_student_and_rhythm_judge_alone_by_their_own_threshold():
    scorer = make_scorer(None, threshold=5.0, threshold_alone=WEIGHTS.student * LOG_ERROR)
    for k in range(40):
        given = scorer.provisional(WIDE if k == 30 else NARROW, 1.0, 0.0)
        assert given.morphology == WEIGHTS.student * LOG_ERROR
        assert given.qrs_distance == NO_DISTANCE
        assert given.score == 0.5
        assert learn(scorer, NARROW) is None
    assert scorer.interrupt() is None


def test_an_abnormal_beat_is_not_learnt_whatever_threshold_alerts_have():
    scorer = learnt()
    n_seen = scorer.baseline.usual.n_seen
    odd = scorer.provisional(WIDE, 1.0, 0.0)
    assert odd.score >= 0.5
    learn(scorer, WIDE)
    learn(scorer, NARROW, log_rr=log(0.5))
    assert scorer.baseline.usual.n_seen == n_seen
    learn(scorer, NARROW)
    assert scorer.baseline.usual.n_seen == n_seen + 1


def test_what_the_baseline_does_is_told():
    scorer = make_scorer(PatientBaseline())
    told = [learn(scorer, NARROW) for _ in range(LEARNING_BEATS)]
    assert [change.state for change in told] == ["learning"] * 19 + ["following"]
    assert told[11].detail == f"12/{LEARNING_BEATS}"
    assert learn(scorer, NARROW) is None
    assert scorer.interrupt().state == "held"


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


def test_a_calibration_for_another_raw_score_is_refused():
    stored = ScorerWeights().stored()
    with pytest.raises(ModelError, match=r"score form 7, this version.*form 1: export the student"):
        make_scorer(**{**stored, "form": 7.0})
    del stored["form"]  # as artefacts had it before it was kept
    assert ScorerWeights.of(stored) == ScorerWeights()


def test_a_student_without_a_calibration_is_of_any_form(monkeypatch):
    """As the export makes it, before it sets the thresholds."""
    monkeypatch.setattr("sibeat.model.scorer.SCORE_FORM", 2)
    assert ScorerWeights.of({}) == ScorerWeights()
    assert ScorerWeights.of(ScorerWeights().stored()) == ScorerWeights()
    with pytest.raises(ModelError, match="of score form 1, this version's scores are of form 2"):
        ScorerWeights.of({"slope": 0.5})


def test_the_raw_score_is_that_of_its_form():
    """If these numbers change, `SCORE_FORM` must be raised: stored thresholds are of these."""
    assert SCORE_FORM == 1
    shape = {"student": 0.25, "template_qrs": 0.5, "template_window": 0.5}
    rhythm = {"prematurity": 9.0, "late_limit": 0.2, "following": 4.0, "pause_limit": 0.7}
    scorer = learnt(**shape, **rhythm)
    usual = scorer.provisional(NARROW, 1.0, log(0.97))
    odd = scorer.final(scorer.provisional(WIDE, 1.2, log(0.7)), log(1.3))
    assert [usual.log_raw, odd.log_raw] == pytest.approx([-11.98328, 4.01121], abs=1e-4)


def test_a_weight_of_another_version_is_refused_by_name():
    with pytest.raises(ModelError, match=r"weights aura, zest.*upgrade sibeat or export"):
        make_scorer(zest=1.0, aura=2.0, slope=1.0)


def test_the_shipped_student_tells_shapes_apart():
    scorer = Scorer(load_student(), PatientBaseline())
    for _ in range(20):
        learn(scorer, NARROW)
    usual, odd = (scorer.provisional(window, 1.0, 0.0) for window in (NARROW, WIDE))
    assert usual.score < 0.5 < odd.score
    assert odd.reconstruction.shape == (320,)

"""Intervals over patients: where they lie, what their width follows, and who is one patient."""

import numpy as np
import pytest

from sibeat.train.intervals import Bootstrap

RECORDS = np.repeat([f"{k}" for k in range(100, 110)], 100)


def make_scores(spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Ten patients whose abnormal beats lie more or less apart."""
    random = np.random.default_rng(0)
    abnormal = np.tile(np.arange(100) % 5 == 0, 10)
    apart = np.repeat(random.normal(1.5, spread, 10), 100)
    return random.normal(size=1000) + abnormal * apart, abnormal


def test_the_figure_lies_inside_and_unlike_patients_widen_it() -> None:
    widths = []
    for spread in (0.0, 1.0):
        scores, abnormal = make_scores(spread)
        found = Bootstrap(200).intervals(scores, abnormal, RECORDS)
        assert found is not None
        low, high = found["auc"]
        assert low < np.mean(scores[abnormal][:, None] > scores[~abnormal]) < high
        widths.append(high - low)
    assert widths[1] > 2 * widths[0]


def test_the_seed_decides() -> None:
    scores, abnormal = make_scores(1.0)
    first, again, other = (
        Bootstrap(50, seed).intervals(scores, abnormal, RECORDS) for seed in (0, 0, 1)
    )
    assert first == again != other


def test_a_score_does_not_differ_from_itself() -> None:
    scores, abnormal = make_scores(1.0)
    found = Bootstrap(50).difference(scores, 2 * scores, abnormal, RECORDS)
    assert found == {"auc": [0.0, 0.0], "ap": [0.0, 0.0]}


def test_a_better_score_is_better_in_pairs() -> None:
    scores, abnormal = make_scores(0.0)
    found = Bootstrap(50).difference(scores + abnormal, scores, abnormal, RECORDS)
    assert found is not None
    assert found["auc"][0] > 0


def test_one_patient_has_no_interval_though_two_records() -> None:
    scores, abnormal = make_scores(0.0)
    records = np.where(np.arange(1000) < 500, "201", "202")
    assert Bootstrap(10).intervals(scores, abnormal, records) is None


def test_an_interval_leaves_out_a_fortieth_at_each_end(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = np.linspace(0.0, 1.0, 1001).repeat(2).reshape(-1, 1, 2)
    monkeypatch.setattr(Bootstrap, "_replicates", lambda *_: figures)
    scores, abnormal = make_scores(1.0)
    ends = [0.025, 0.975]
    assert Bootstrap().intervals(scores, abnormal, RECORDS) == {"auc": ends, "ap": ends}
    assert Bootstrap().stated()["level"] == 0.95

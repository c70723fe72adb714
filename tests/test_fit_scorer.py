"""The walk over the scorer's weights: which scores its threshold is taken from."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sibeat.model.artefact import load_student
from sibeat.model.scorer import ScorerWeights
from tests.train.conftest import make_beats


def test_the_threshold_follows_provisional_scores_as_the_calibrations_does(
    benchmark_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_scorer = benchmark_module("fit_scorer")
    beats, asked = make_beats(), []

    def scores(_: object, weights: ScorerWeights) -> tuple[np.ndarray, np.ndarray]:
        asked.append(weights.threshold)
        return np.full(len(beats), 1.0), np.full(len(beats), 2.0)

    monkeypatch.setattr(fit_scorer.Judged, "scores", scores)
    judged = fit_scorer.Judged(load_student(), beats, (np.empty(0), np.empty(0)))
    judged.figures(ScorerWeights(threshold=-7.0))
    assert asked == [-7.0, 1.0]

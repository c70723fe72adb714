"""The ceiling's features are what the scorer saw; its table has a line for each model."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.model.artefact import load_student
from sibeat.model.baseline import PatientBaseline, SeenBeat

FS, SECONDS = 250.0, 90.0


@pytest.fixture(scope="module")
def ceiling(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("supervised_ceiling")


@pytest.fixture(scope="module")
def detected(ceiling: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("records")
    settings = SyntheticSettings(RhythmSettings(ventricular_rate=10.0))
    write_synthetic_record(folder / "one", SyntheticEcg(settings, FS, 0), round(SECONDS * FS))
    return ceiling.detect("one", folder, None)


def test_each_beat_has_its_features(detected: Any) -> None:
    n_beats = len(detected.samples)
    assert detected.features.shape == (n_beats, 5)
    assert len(detected.truths) == len(detected.shipped) == n_beats
    ectopic, usual = (detected.features[detected.truths == name] for name in "VN")
    apart = np.median(ectopic, axis=0) - np.median(usual, axis=0)
    assert (apart > 0).all()  # stranger, further from the usual beat, premature, with a pause


def test_features_are_the_terms_of_the_scorer_s_sum(ceiling: ModuleType) -> None:
    scorer = ceiling.ListeningScorer(load_student(), PatientBaseline())
    numbers = np.random.default_rng(0)
    beat = np.sin(np.linspace(0.0, 6.0, 320))
    for noise in [0.01] * 40 + [0.3]:
        window = (beat + noise * numbers.normal(size=320)).astype(np.float32)
        score = scorer.provisional(window, 1.0, 0.05)
        scorer.final(score, 0.1)
        scorer.learn(SeenBeat(window, 1.0, 0.8), score, 0.8)
        kept, weights = scorer.kept[-1], scorer.weights
        shape = weights.student * kept.log_error
        shape += weights.template_qrs * kept.qrs_distance
        shape += weights.template_window * kept.window_distance
        assert shape == pytest.approx(score.morphology, rel=1e-6)
        assert (kept.log_prematurity, kept.log_following) == (-0.05, 0.1)
    assert kept.qrs_distance != score.qrs_distance  # by this patient's measure


def test_the_table_has_a_line_for_each_model_of_each_group(ceiling: ModuleType) -> None:
    gross = dict.fromkeys(ceiling.COLUMNS.values(), 50.0)
    groups = {name: {"gross": gross} for name in ("DS2", "232")}
    lines = list(ceiling.table({"trees": groups, ceiling.SHIPPED: groups}))
    assert len(lines) == 2 + 2 * 2
    assert lines[2] == "| DS2 | trees | 50.0 | 50.0 | 50.0 | 50.0 |"

"""RR features by hand, and that nothing but the following RR comes from the future."""

import numpy as np
import pytest

from sibeat.train.rr_features import NAMES, rr_features

from .conftest import make_beats


def test_a_regular_rhythm_is_all_zeros_but_its_rate() -> None:
    features = dict(zip(NAMES, rr_features(make_beats()).T, strict=True))
    assert np.allclose(features.pop("log usual"), np.log(300 / 360))
    for column in features.values():
        assert np.allclose(column, 0)


def test_a_premature_beat_by_hand() -> None:
    beats = make_beats(n_per_record=40)
    beats.rr_pre[35], beats.rr_post[35] = 150, 450
    features = dict(zip(NAMES, rr_features(beats)[35], strict=True))
    half, half_more = np.log(0.5), np.log(1.5)
    assert features["log preceding over usual"] == pytest.approx(half)
    assert features["log following over usual"] == pytest.approx(half_more)
    assert features["log following over preceding"] == pytest.approx(half_more - half)
    assert features["log preceding over the one before"] == pytest.approx(half)


def test_later_beats_change_nothing() -> None:
    beats, other = make_beats(n_per_record=60), make_beats(n_per_record=60)
    other.rr_pre[31:60] = 100
    assert np.array_equal(rr_features(beats)[:31], rr_features(other)[:31])
    assert not np.array_equal(rr_features(beats)[31:60], rr_features(other)[31:60])

"""The demo: a source like any other, whose truth is known."""

import numpy as np
import pytest

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Chunk
from sibeat.monitor.sources.demo import DemoSource
from sibeat.monitor.sources.pacing import Pacer


def played(source: DemoSource) -> np.ndarray:
    return np.concatenate([item.samples for item in source if isinstance(item, Chunk)])


def test_it_plays_what_it_says() -> None:
    source = DemoSource(speed=None)
    info = source.open()
    assert info == source.info
    assert (info.fs, info.n_samples, info.unit, info.first_sample) == (250.0, 7500, "mV", 0)
    assert len(played(source)) == 7500
    assert source.status().state == "ended"
    source.close()


def test_it_holds_both_kinds_of_ectopics_after_a_plain_start() -> None:
    source = DemoSource(speed=None)
    played(source)
    symbols = [beat.symbol for beat in source.truth]
    assert symbols.count("V") == 4
    assert symbols.count("A") == 3
    assert symbols.count("N") >= 25
    ectopic = [beat.sample / 250 for beat in source.truth if beat.symbol != "N"]
    assert ectopic[0] > 8
    assert ectopic[-1] < 28.5  # time for its score


@pytest.mark.parametrize("chunk_s", [0.004, 0.05, 0.7, 60.0])
def test_chunks_change_nothing(chunk_s: float) -> None:
    whole, cut = DemoSource(speed=None), DemoSource(speed=None, chunk_s=chunk_s)
    assert played(whole).tobytes() == played(cut).tobytes()
    assert whole.truth == cut.truth


def test_truth_grows_with_what_was_given() -> None:
    source = DemoSource(speed=None, chunk_s=0.5)
    for item in source:
        assert all(beat.sample < item.stop for beat in source.truth)
        if item.start > 1000:
            assert source.truth[-1].sample > item.start - 500
        if item.start > 3000:
            break


def test_it_is_paced() -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    pacer = Pacer(2.0, clock=lambda: now[0], sleep=sleep)
    source = DemoSource(speed=2.0, duration_s=10, pacer=pacer)
    for item in source:
        assert now[0] - 100.0 == pytest.approx(item.stop / 250 / 2)


def test_close_ends_it() -> None:
    source = DemoSource(speed=1.0, duration_s=3600)
    items = iter(source)
    next(items)
    assert source.status().state == "streaming"
    source.close()
    source.close()
    assert list(items) == []
    assert source.status().state == "ended"


@pytest.mark.parametrize(
    "wrong", [{"speed": 0.0}, {"speed": -1.0}, {"duration_s": 0.0}, {"fs": 50.0}]
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        DemoSource(**wrong)

"""What repeats: candidates written out, and those of real hearts and of noise."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.record import open_record
from sibeat.ecg.repetition import GREATEST_RR_RATIO, LEAST_LEVEL, RR_S, Repetition
from sibeat.ecg.rpeaks import RPeak
from sibeat.ecg.stream import DoubleArray

FS = 1000.0
_TIME = np.arange(-100, 100) / FS


def wave(width_s: float = 0.03, sign: float = 1.0) -> DoubleArray:
    return np.asarray(sign * np.exp(-0.5 * (_TIME / width_s) ** 2))


def repeats(
    rr_s: Sequence[float], shapes: Iterable[DoubleArray], heights: Iterable[float] = ()
) -> list[bool]:
    """Take a candidate for each shape, of height 0 where none is given."""
    repetition = Repetition(FS)
    places = np.rint(1000 + FS * np.cumsum([0.0, *rr_s])).astype(int).tolist()
    levels = [*heights] or [0.0] * len(places)
    taken = zip(places, levels, shapes, strict=True)
    return [repetition.add(place, level, shape) for place, level, shape in taken]


def test_the_third_beat_of_a_fast_rhythm_repeats() -> None:
    assert repeats([0.35] * 4, [wave()] * 5) == [False, False, True, True, True]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("other", [wave(sign=-1.0), np.zeros(200), wave()[:150], np.empty(0)])
def test_one_other_shape_of_three_is_no_repetition(place: int, other: DoubleArray) -> None:
    shapes = [wave()] * 3
    shapes[place] = other
    assert repeats([0.35] * 2, shapes) == [False] * 3


def test_neither_gain_nor_baseline_matters() -> None:
    assert repeats([0.35] * 2, [wave(), 3.0 * wave() + 5.0, 0.1 * wave() - 2.0])[-1]


def test_heights_may_differ_by_half() -> None:
    assert repeats([0.35] * 2, [wave()] * 3, [LEAST_LEVEL + 0.1, 0.0, 0.0])[-1]
    assert not repeats([0.35] * 2, [wave()] * 3, [LEAST_LEVEL - 0.1, 0.0, 0.0])[-1]
    assert not repeats([0.35] * 2, [wave()] * 3, [0.0, LEAST_LEVEL - 0.1, 0.0])[-1]


@pytest.mark.parametrize(
    ("before_s", "after_s", "expected"),
    [
        (0.3, 0.3 * (GREATEST_RR_RATIO - 0.01), True),
        (0.3, 0.3 * (GREATEST_RR_RATIO + 0.01), False),
        (0.3 * (GREATEST_RR_RATIO + 0.01), 0.3, False),
        (RR_S[0], RR_S[0], True),
        (RR_S[0] - 0.002, RR_S[0] + 0.002, False),
        (RR_S[1], RR_S[1], True),
        (RR_S[1] - 0.002, RR_S[1] + 0.002, False),
    ],
)
def test_the_intervals_are_those_of_a_fast_regular_rhythm(
    before_s: float, after_s: float, expected: bool
) -> None:
    assert repeats([before_s, after_s], [wave()] * 3)[-1] is expected


def test_a_lower_wave_between_does_not_matter_and_does_not_repeat_itself() -> None:
    shapes = [wave(), wave(0.08, -1.0)] * 4
    heights = [0.0, -0.5] * 4
    said = repeats([0.2, 0.2] * 3 + [0.2], shapes, heights)
    assert said == [False, False, False, False, True, False, True, False]


def _fast(record: Path, factor: float) -> DoubleArray:
    """A minute of a record as a heart that beats `factor` times as fast: its QRS narrower, too."""
    samples = open_record(record).read(0, round(60 * 360 * factor)).astype(np.float64)
    return np.asarray(
        np.interp(np.arange(0, len(samples) - 1, factor), range(len(samples)), samples)
    )


@pytest.mark.parametrize("name", ["100", "103", "122", "205", "234"])
def test_a_fast_sinus_rhythm_has_neither_t_waves_nor_p_waves_as_beats(
    name: str, mitdb: Path, detect: Callable[..., list[RPeak]]
) -> None:
    slow = detect([_fast(mitdb / name, 1.0)], 360.0)
    fast = detect([_fast(mitdb / name, 1.8)], 360.0)
    assert sum(peak.repeats for peak in fast) > 30
    assert len(fast) == pytest.approx(1.8 * len(slow), rel=0.06)


def test_a_heart_so_fast_that_its_beats_fill_their_background_is_found(
    mitdb: Path, detect: Callable[..., list[RPeak]]
) -> None:
    assert len(detect([_fast(mitdb / "113", 2.2)], 360.0)) > 1.5 * 58  # 8 by the weights alone


@pytest.mark.parametrize(("kind", "most"), [("white", 0), ("walk", 1)])
def test_what_is_found_in_noise_does_not_repeat(
    kind: str, most: int, detect: Callable[..., list[RPeak]]
) -> None:
    noise = np.random.default_rng(3).normal(size=round(300 * 360.0))
    peaks = detect([noise if kind == "white" else np.cumsum(noise)], 360.0)
    assert len(peaks) > 60
    assert sum(peak.repeats for peak in peaks) <= most

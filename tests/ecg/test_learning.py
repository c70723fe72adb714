"""What is learnt is the level of signal: not of a constant, nor of noise after a long silence."""

from collections.abc import Sequence

import pytest

from sibeat.ecg.evidence import BeatMemory, Level
from sibeat.ecg.learning import LEARNING_S, NO_SIGNAL, RELEARN_CREST, RELEARN_S, Learning

FS, START = 100.0, 1000
ROUNDING = -27.0


class Run:
    """A learning that is given candidates by their time from the start, s."""

    def __init__(self) -> None:
        self.memory = BeatMemory()
        self.learning = Learning(self.memory, FS, START)

    def take(
        self, at_s: float, height: float, waiting: Sequence[float] = (), crest: float = 0.0
    ) -> float:
        """Take a candidate; return the usual level then."""
        self.learning.take(
            START + round(at_s * FS),
            Level(height, height, height, height),
            lambda: [Level(h, h, h, h) for h in waiting],
            lambda _: crest,
        )
        return self.memory.usual.middle


def test_the_first_learning_takes_the_greatest_of_its_period() -> None:
    run = Run()
    assert run.take(0.2, 1.0, waiting=[4.0, 2.0, 3.0]) == pytest.approx(3.0)
    assert run.take(0.6, 4.0) == run.take(3.4, 9.0) == pytest.approx(3.0)


def test_a_constants_levels_are_left_out() -> None:
    assert Run().take(0.2, ROUNDING, waiting=[ROUNDING, 1.0, ROUNDING]) == pytest.approx(1.0)


@pytest.mark.parametrize("constant_s", [0.0, 5.0])
def test_where_signal_begins_later_it_is_learnt_at_once_and_for_3_s(constant_s: float) -> None:
    run = Run()
    if constant_s:
        assert run.take(constant_s, ROUNDING) == ROUNDING
    assert run.take(5.2, 1.0) == pytest.approx(1.0)
    assert run.take(5.4, 3.0) == pytest.approx(2.0)
    run.memory.accept(START + 540, Level(3.0, 3.0, 3.0, 3.0), FS)
    assert run.take(5.2 + LEARNING_S, 5.0) == pytest.approx(3.0)
    assert run.take(5.3 + LEARNING_S, 9.0) == pytest.approx(3.0)


def test_after_a_beat_nothing_begins_however_great() -> None:
    run = Run()
    run.take(0.2, 0.0)
    run.memory.accept(START + 20, Level(0.0, 0.0, 0.0, 0.0), FS)
    assert run.take(0.6, 2 * NO_SIGNAL) == 0.0


@pytest.mark.parametrize(
    ("crest", "learns"), [(RELEARN_CREST, True), (RELEARN_CREST - 0.01, False)]
)
def test_after_a_long_time_without_a_beat_only_what_stands_out_is_learnt(
    crest: float, learns: bool
) -> None:
    run = Run()
    run.take(0.2, 3.0)
    run.memory.accept(START + 20, Level(3.0, 3.0, 3.0, 3.0), FS)
    assert run.take(0.1 + RELEARN_S, 0.0, crest=9.0) == 3.0
    assert run.take(0.3 + RELEARN_S, 1.0, crest=crest) == (0.5 if learns else 3.0)

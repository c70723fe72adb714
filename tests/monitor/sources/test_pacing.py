"""Pacing: no drift, whatever the sleeps do."""

import pytest

from sibeat.ecg.errors import UsageError
from sibeat.monitor.sources.pacing import Pacer, chunk_samples


class Clock:
    """A clock whose sleeps last longer than asked."""

    def __init__(self, oversleep_s: float) -> None:
        self.now = 100.0
        self._oversleep = oversleep_s

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds + self._oversleep


def paced(speed: float | None, oversleep_s: float, n: int = 1000) -> float:
    clock = Clock(oversleep_s)
    pacer = Pacer(speed, lambda: clock.now, clock.sleep)
    pacer.start()
    for i in range(1, n + 1):
        pacer.wait_until(i * 0.04)
    return clock.now - 100.0


def test_oversleeping_never_adds_up() -> None:
    assert 40.0 <= paced(1.0, oversleep_s=0.015) < 40.02


def test_speed_divides_the_time() -> None:
    assert abs(paced(4.0, oversleep_s=0.0) - 10.0) < 1e-9


def test_without_a_speed_nothing_waits() -> None:
    assert paced(None, oversleep_s=1.0) == 0.0


def test_a_late_start_is_caught_up_without_waiting() -> None:
    clock = Clock(0.0)
    pacer = Pacer(1.0, lambda: clock.now, clock.sleep)
    pacer.start()
    clock.now += 5.0
    pacer.wait_until(4.0)
    assert clock.now == 105.0


def test_stop_ends_a_wait_that_has_begun_long() -> None:
    pacer = Pacer(1.0)
    pacer.stop()
    pacer.wait_until(3600.0)


@pytest.mark.parametrize(
    ("speed", "chunk_s", "n_samples"),
    [
        *((1.0, None, 10), (4.0, None, 40), (1e9, None, 2500), (None, None, 2500)),
        *((1e-9, None, 1), (1.0, 0.2, 50), (None, 0.2, 50)),
    ],
)
def test_a_chunk_is_as_long_as_a_look_takes(
    speed: float | None, chunk_s: float | None, n_samples: int
) -> None:
    assert chunk_samples(250.0, speed, chunk_s) == n_samples


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(UsageError, match="--speed"):
        chunk_samples(250.0, speed, None)

"""The rate by arrivals: bursts do not mislead it."""

import numpy as np
import pytest

from sibeat.monitor.sources.rate_meter import RateMeter


@pytest.mark.parametrize("burst_s", [0.001, 0.016, 0.1])
def test_bursty_arrivals_give_the_rate_within_a_percent(burst_s: float) -> None:
    rng = np.random.default_rng(3)
    meter, given, now = RateMeter(), 0, 50.0
    while now < 60.0:
        now += burst_s * rng.uniform(0.5, 1.5)
        n = int((now - 50.0) * 250.0) - given
        given += n
        meter.add(now, n)
    assert meter.fs == pytest.approx(250.0, rel=0.01 if burst_s > 0.05 else 0.002)


def test_what_waited_in_a_buffer_does_not_count() -> None:
    meter = RateMeter()
    meter.add(0.0, 4000)
    for second in range(1, 11):
        meter.add(float(second), 250)
    assert meter.fs == pytest.approx(250.0)


def test_too_little_gives_none() -> None:
    meter = RateMeter()
    assert meter.fs is None
    meter.add(0.0, 1)
    meter.add(1.0, 250)
    assert meter.fs is None

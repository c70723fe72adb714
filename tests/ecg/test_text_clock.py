"""The time column: rates and holes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.text_clock import LineClock, Rate, estimate_rate
from sibeat.ecg.text_field import TimeUnit

DIGITS: dict[TimeUnit, int] = {"s": 3, "ms": 3, "us": 6}


def times(fs: float, n: int, unit: TimeUnit = "us", start: float = 0.0) -> np.ndarray:
    """Times as a board writes them, s."""
    return np.round(start + np.arange(n) / fs, DIGITS[unit])


def missing(fs: float, written: np.ndarray, unit: TimeUnit = "us") -> list[int | None]:
    rate = estimate_rate(list(written), unit)
    assert rate is not None
    assert rate.fs == pytest.approx(fs, rel=1e-3)
    clock = LineClock(rate, unit)
    return [clock.missing_before(float(t)) for t in written]


@pytest.mark.parametrize("fs", [100, 125, 250, 257.3, 360, 500, 800, 999.5, 1000, 2000])
@pytest.mark.parametrize("unit", ["us", "ms"])
def test_the_rate_is_found_and_nothing_is_missing(fs: float, unit: TimeUnit) -> None:
    assert set(missing(fs, times(fs, 5000, unit), unit)) == {0}


def test_two_decimals_at_360_hz_invent_no_holes() -> None:
    assert set(missing(360, np.round(np.arange(5000) / 360, 2), "s")) == {0}


@pytest.mark.parametrize("tick_s", [0.008, 0.1, 1.0])
@pytest.mark.parametrize("start", [0.0, 0.3, 0.999])
@pytest.mark.parametrize("fs", [250.0, 360.0, 1000.0])
def test_a_clock_that_is_coarser_than_the_samples_tells_their_rate(
    fs: float, start: float, tick_s: float
) -> None:
    written = np.floor((start + np.arange(int(fs * 30)) / fs) / tick_s + 1e-9) * tick_s

    rate = estimate_rate(written[: int(fs * 10.1)].tolist(), "s")

    assert rate is not None
    assert rate.fs == pytest.approx(fs, rel=1e-3)
    clock = LineClock(rate, "s")
    assert not any(clock.missing_before(time_s) for time_s in written.tolist())


@pytest.mark.parametrize("n_lost", [1, 2, 10, 300])
@pytest.mark.parametrize("unit", ["us", "ms"])
def test_lost_lines_are_counted_where_they_are(n_lost: int, unit: TimeUnit) -> None:
    whole = times(360, 8000, unit)
    cut = np.delete(whole, slice(4000, 4000 + n_lost))

    found = missing(360, cut, unit)
    assert found[4000] == n_lost
    assert sum(n or 0 for n in found) == n_lost


@given(st.sets(st.integers(10, 2990), max_size=60))
def test_the_count_of_lost_lines_is_right_whatever_is_lost(lost: set[int]) -> None:
    cut = np.delete(times(250, 3000), sorted(lost))

    assert sum(n or 0 for n in missing(250, cut)) == len(lost)


def test_a_stutter_that_is_caught_up_is_no_hole() -> None:
    written = times(250, 1000)
    written[500] += 0.6 / 250

    assert set(missing(250, written)) == {0}


def test_a_long_hole_is_believed_from_the_second_line_on() -> None:
    whole = times(250, 20_000)
    cut = np.delete(whole, slice(5000, 15_000))

    found = missing(250, cut)
    assert found[5000:5002] == [None, 10_001]
    assert set(found[5002:]) == {0}


@pytest.mark.parametrize("garbled", [0.0, 60.0, 1e9])
def test_a_garbled_time_costs_its_line_and_no_more(garbled: float) -> None:
    written = times(250, 1000, start=10)
    written[500] = garbled

    found = missing(250, written)
    assert found[500:502] == [None, 1]
    assert set(found[:500] + found[502:]) == {0}


def test_a_first_line_that_is_cut_makes_no_hole() -> None:
    written = times(250, 1000, start=600)
    written[0] = 0.1

    found = missing(250, written)
    assert sum(n or 0 for n in found) == 1


def test_micros_wrap_without_a_hole() -> None:
    written = times(250, 1000, start=2**32 * 1e-6 - 2) % (2**32 * 1e-6)

    assert set(missing(250, written)) == {0}


@pytest.mark.parametrize("uptime_min", [10, 36, 45, 71])
def test_a_reset_is_no_wrap_at_any_uptime(uptime_min: float) -> None:
    before, after = times(250, 1000, start=60 * uptime_min), times(250, 1000)
    rate = estimate_rate(list(before), "us")
    assert rate is not None
    clock = LineClock(rate, "us")
    assert {clock.missing_before(float(t)) for t in before} == {0}
    assert [clock.missing_before(float(t)) for t in after[:2]] == [None, 1]
    assert clock.began_anew
    assert {clock.missing_before(float(t)) for t in after[2:]} == {0}
    assert not clock.began_anew


def test_a_hole_of_seconds_across_a_wrap_is_counted() -> None:
    written = np.delete(times(250, 4000, start=2**32 * 1e-6 - 8), slice(1500, 2500))

    assert sum(n or 0 for n in missing(250, written % (2**32 * 1e-6))) == 1001


def test_a_board_that_starts_again_goes_on_counting() -> None:
    written = np.concatenate((times(250, 1000, start=100), times(250, 1000)))

    found = missing(250, written)
    assert found[1000:1002] == [None, 1]
    assert set(found[1002:]) == {0}


def test_a_clock_that_was_set_a_year_ahead_makes_no_year_of_gap() -> None:
    written = np.concatenate((times(250, 1000), times(250, 1000, start=3e7)))

    assert sum(n or 0 for n in missing(250, written)) == 1


def test_a_line_without_time_counts_as_in_time() -> None:
    clock = LineClock(Rate(250, 0.0), "us")
    written = [None, 0.0, 0.004, None, None, 0.016, 0.024]

    assert [clock.missing_before(t) for t in written] == [0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("written", [[], [1.0], [1.0, 1.0], [0.0, 100.0], [5.0, 4.0]])
def test_times_that_do_not_rise_show_no_rate(written: list[float]) -> None:
    assert estimate_rate(written, "s") is None


@pytest.mark.parametrize("jitter", [0.0, 1.0, 3.0])
def test_a_clock_that_began_again_lacks_a_line_however_its_lines_jitter(jitter: float) -> None:
    """Or nobody would hear that it began again: it is told with what is missing."""
    clock = LineClock(Rate(250.0, jitter), "us")
    for time in times(250, 100, start=100):
        assert clock.missing_before(float(time)) == 0
    assert [clock.missing_before(float(t)) for t in times(250, 3)] == [None, 1, 0]


def test_lines_without_a_time_keep_nobody_from_believing_a_hole() -> None:
    """An electrode that is loose after it: each second line is a mark and nothing more."""
    clock = LineClock(Rate(250.0, 0.0), "us")
    assert {clock.missing_before(k / 250) for k in range(100)} == {0}
    said = [clock.missing_before(5.0 + k / 250 if k % 2 == 0 else None) for k in range(8)]
    assert said[:2] == [None, 0]
    assert None not in said[2:]
    assert sum(n or 0 for n in said) == 1252 - 101  # to the third line after the hole

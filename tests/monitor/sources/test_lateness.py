"""A stream behind the clock: a backlog catches up, a loss stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.sources.lateness import LATE_S, STANDS_S, Lateness

FS = 250.0


def in_time(until_s: float) -> Lateness:
    late = Lateness(FS, 0.0)
    for k in range(1, round(until_s * 50) + 1):
        late.add(k / 50, 5)
    return late


@given(st.floats(0.2, 100.0))
def test_what_is_lost_stands_after_a_while_in_which_samples_come_in_time(lost_s: float) -> None:
    late = in_time(2.0)
    for k in range(5):
        late.add(2.0 + lost_s + k / 50, 5)
        assert not late.stands(2.0 + lost_s + k / 50)
        assert late.least == pytest.approx(lost_s * FS - 5, abs=1e-3)
    assert late.stands(2.0 + lost_s + STANDS_S + 1e-6, 5)


@given(st.floats(2.0, 20.0), st.floats(1.5, 50.0))
def test_a_backlog_does_not_stand_until_it_has_come(held_s: float, speed: float) -> None:
    late = in_time(2.0)
    n_said, time_s = 0, 2.0 + held_s
    while n_said < (time_s - 2.0) * FS - 6 * speed:
        n_block = round(5 * speed)
        late.add(time_s, n_block)
        assert not late.stands(time_s)
        n_said += n_block
        time_s += 0.02
    assert late.least <= 6 * speed + 5
    assert late.stands(time_s + STANDS_S)


def test_jitter_and_a_slow_board_never_pile_up() -> None:
    late = in_time(2.0)
    for k in range(1, 5000):
        late.add(2.0 + k / 50 * 1.02 + (k % 3) * 0.01, 5)
        assert late.least < LATE_S * FS


def test_what_was_taken_for_lost_may_come_after_all() -> None:
    late = in_time(2.0)
    late.add(7.0, 5)
    late.forget()
    assert (late.least, late.n_early) == (0.0, 0.0)
    late.n_spare = 1000
    late.add(7.2, 250)
    assert late.n_early == pytest.approx(200)
    late.expect_again()
    assert late.least == pytest.approx(800)
    assert late.n_early == late.n_spare == 0


def test_what_is_left_after_some_was_taken_for_lost_may_still_come() -> None:
    late = in_time(2.0)
    late.add(6.0, 0)
    late.forget(300)
    assert late.least == pytest.approx(700)
    late.add(6.1, 725)
    assert late.least == pytest.approx(0, abs=1e-6)


@given(st.floats(3.0, 1000.0))
def test_input_that_comes_far_quicker_than_its_time_runs_ahead_until_it_waits(pace: float) -> None:
    late = in_time(2.0)
    assert not late.runs_ahead
    for k in range(1, 301):
        late.add(2.0 + k / 50, round(5 * pace))
    assert late.runs_ahead
    late.add(2.0 + 300 / 50 * pace, 5)
    assert not late.runs_ahead


@pytest.mark.parametrize("burst_s", [0.02, 1.3, 4.0])
def test_a_program_whose_output_is_buffered_does_not_run_ahead(burst_s: float) -> None:
    late = Lateness(FS, 0.0)
    for k in range(1, 500):
        late.add(k * burst_s, round(burst_s * FS))
        assert not late.runs_ahead


@pytest.mark.parametrize("held_s", [6.0, 20.0, 600.0])
def test_a_backlog_does_not_run_ahead(held_s: float) -> None:
    late = in_time(2.0)
    for k in range(1, 51):
        late.add(2.0 + held_s + k / 1000, round(held_s * FS / 50))
        assert not late.runs_ahead


def test_a_pipe_that_becomes_live_is_judged_again_within_seconds() -> None:
    late = Lateness(FS, 0.0)
    for k in range(1, 1001):
        late.add(k / 1000, 150)
    assert late.runs_ahead
    for k in range(1, 301):
        late.add(1.0 + k / 50, 5)
    assert not late.runs_ahead

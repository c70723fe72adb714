"""Signals ask for a clean end."""

import signal
import threading

import pytest

from sibeat.monitor.stopping import CTRL_C, StopRequest, stop_on_signals


def test_signals_ask_for_the_end_and_a_later_ctrl_c_interrupts() -> None:
    stop = StopRequest()
    earlier = signal.getsignal(signal.SIGINT)
    now = [0.0]
    with stop_on_signals(stop, lambda: now[0]):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert stop.reason == CTRL_C
        now[0] = 1.5
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is earlier


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_other_signals_ask_too_unless_they_are_ignored(name: str) -> None:
    number = signal.Signals[name]
    stop = StopRequest()
    with stop_on_signals(stop):
        signal.raise_signal(number)
    assert stop.reason == name
    ignored = StopRequest()
    earlier = signal.signal(number, signal.SIG_IGN)
    try:
        with stop_on_signals(ignored):
            signal.raise_signal(number)
    finally:
        signal.signal(number, earlier)
    assert ignored.reason is None


def test_outside_the_main_thread_signals_stay_as_they_are() -> None:
    def enter() -> None:
        with stop_on_signals(StopRequest()):
            done.set()

    done = threading.Event()
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert done.is_set()

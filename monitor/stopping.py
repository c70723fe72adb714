"""Asking a running session to end cleanly: by a key, by a signal, from any thread."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

CTRL_C = "Ctrl-C"

SIGNALS = {
    name: reason
    for name, reason in {"SIGINT": CTRL_C, "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP"}.items()
    if hasattr(signal, name)
}
"""signals that end a session, and what the summary calls them; Windows has no SIGHUP"""


GRACE_S = 1.0
"""a further Ctrl-C within it is the same one: ``timeout`` and shells may send two; chosen by us"""


class StopRequest:
    """Whether somebody asked for the end, and who did first."""

    def __init__(self) -> None:
        self._reason: str | None = None

    @property
    def reason(self) -> str | None:
        """Who asked first; None while nobody did."""
        return self._reason

    def ask(self, reason: str) -> None:
        """Ask for the end; only the first reason counts. Safe in a signal handler."""
        if self._reason is None:
            self._reason = reason


@contextmanager
def stop_on_signals(
    stop: StopRequest, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Let the signals ask for the end while the block runs; a later Ctrl-C interrupts at once.

    Signals that whoever started us wants ignored (``nohup``) stay ignored. Outside the main thread
    nothing is changed, as Python allows it nowhere else.
    """
    asked_at: list[float] = []

    def handle(number: int, frame: FrameType | None) -> None:
        reason = SIGNALS[signal.Signals(number).name]
        if reason == CTRL_C and asked_at and clock() - asked_at[0] > GRACE_S:
            raise KeyboardInterrupt
        asked_at.append(clock())
        stop.ask(reason)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in SIGNALS:
            number = signal.Signals[name]
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def terminated_by_exception() -> Iterator[None]:
    """Make SIGTERM end the program as ``sys.exit`` does, where nothing else handles it.

    What the block cleans up is then cleaned up. The same holds of other threads as above.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)

"""The live screen: a thread that draws snapshots, another that reads keys.

Nothing here can slow or stop the pipeline: it hands over no locks, drawing happens on a frozen
snapshot, and a failure ends the drawing alone. It is said at once in one line, and in full by
``failure`` and once at the end. The terminal is restored on every way out but SIGKILL: the end, an
exception, ``sys.exit`` and SIGTERM.
"""

import atexit
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from rich.console import Console, ConsoleDimensions

from sibeat.monitor.screen.keys import PASTE_OFF, PASTE_ON, Key, KeyReader, open_keys
from sibeat.monitor.screen.layout import draw_lines
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.painter import Painter
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.stopping import terminated_by_exception

FRAMES_PER_S = 12.0
"""most frames a second (chosen by us, within the design's 10 to 15)"""
KEY_WAIT_S = 0.1
"""time after which the key thread looks whether it should end, s (chosen by us)"""
JOIN_S = 2.0
"""time to wait for a thread at the end, s; a terminal that takes no output would hold it for ever
(chosen by us)"""


def size_of(console: Console) -> ConsoleDimensions:
    """Columns and rows of a terminal as it is now: COLUMNS and LINES do not follow a new size."""
    try:
        size = ConsoleDimensions(*os.get_terminal_size(console.file.fileno()))
    except (OSError, ValueError):  # no terminal, or a file that is none
        return console.size
    return size if all(size) else console.size  # a serial console does not know its size


class ScreenRunner:
    """Draws until it is stopped; use it as a context. What is no terminal is left alone.

    Parameters
    ----------
    get_snapshot
        Called from the drawing thread for each frame.
    on_key
        Called from the key thread.
    console
        Where to draw; its size is asked for each frame.
    terminal
        Descriptor to read keys from; by default standard input, or ``/dev/tty``.
    """

    def __init__(
        self,
        get_snapshot: Callable[[], Snapshot],
        on_key: Callable[[Key], None],
        console: Console,
        terminal: int | None = None,
    ) -> None:
        self._get_snapshot = get_snapshot
        self._on_key = on_key
        self._console = console
        self._terminal = terminal
        self._painter = Painter(console, time.monotonic)
        self._stop = threading.Event()
        self._exit = ExitStack()
        self._threads: list[threading.Thread] = []
        self._listening = self._on_screen = False
        self.failure: Exception | None = None
        self.n_frames = 0

    def __enter__(self) -> "ScreenRunner":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def listen(self) -> None:
        """Read keys from now on; the terminal is drawn on from ``start`` on."""
        self._listening = True
        keys = self._exit.enter_context(open_keys(self._terminal))
        self._exit.enter_context(terminated_by_exception())
        atexit.register(self.stop)
        if keys:
            self._begin(lambda: self._read_on(keys))

    def start(self) -> None:
        """Take over the terminal and begin to draw; listens, too, if that was not begun."""
        if not self._listening:
            self.listen()
        if self.failure is None:  # of the keys, told already; a later one would not be
            self._enter_screen()
        if self._on_screen:
            self._begin(self._draw_on)

    def stop(self) -> None:
        """Draw a last time, give the terminal back, and report a failure; may be called twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        atexit.unregister(self.stop)
        for thread in self._threads:
            thread.join(JOIN_S)
        self._exit.close()
        if not any(thread.is_alive() for thread in self._threads):
            self._leave_screen()
            self._report()

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._guarded, args=(work,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it is kept and told
            self._fail(error)

    def _draw_on(self) -> None:
        self._draw_frame()
        while not self._stop.wait(1.0 / FRAMES_PER_S):
            self._draw_frame()
        self._draw_frame()

    def _draw_frame(self) -> None:
        size = size_of(self._console)
        look = Look.of(self._console)
        self._console.file.write(PASTE_ON)  # each time: a shell switches it off with `fg`
        self._painter.paint(draw_lines(self._get_snapshot(), size.width, size.height, look), size)
        self.n_frames += 1

    def _read_on(self, keys: KeyReader) -> None:
        while not self._stop.is_set():
            pressed = keys.read(KEY_WAIT_S)
            if pressed is None:
                return
            for key in pressed:
                self._on_key(key)

    def _fail(self, error: Exception) -> None:
        """Keep the first failure; a picture that stands still must not pass for a live one."""
        if self.failure is not None:
            return
        self.failure = error
        self._leave_screen()
        with suppress(OSError):
            self._console.print("The screen stopped; the monitor goes on. Ctrl-C ends it.")

    def _report(self) -> None:
        if self.failure is not None:
            what = f"{type(self.failure).__name__}: {self.failure}"
            told = f"The screen had stopped after {self.n_frames} frames: {what}"
            with suppress(OSError):
                self._console.print(told, markup=False, highlight=False)

    def _enter_screen(self) -> None:
        if not self._console.is_dumb_terminal:
            self._on_screen = self._console.set_alt_screen(True)
            self._console.show_cursor(False)

    def _leave_screen(self) -> None:
        if self._on_screen:
            self._on_screen = False
            with suppress(OSError):  # the terminal is gone: nothing is left to restore
                self._console.file.write(PASTE_OFF)
                self._console.clear()  # tmux 3.3 spills full lines after a change of size
                self._console.set_alt_screen(False)
                self._console.show_cursor(True)

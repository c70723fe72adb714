"""The session's display as the rich screen: feeds its memory, starts and stops its threads."""

import time
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import Event
from sibeat.monitor.screen.bell import Bell
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.keys import Key
from sibeat.monitor.screen.live import ScreenRunner
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.sinks.base import StatusTeller
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.stopping import StopRequest


class ScreenDisplay:
    """Shows a session on a terminal.

    Parameters
    ----------
    console : the terminal
    stop : asked when the user quits
    on_mark : called with the sample that the user marks
    say : prints one line while the screen is not up yet
    log_path : alert log, shown as it is
    recording : whether what arrives is kept
    bell : ring when something is announced, or the signal goes
    """

    def __init__(
        self,
        console: Console,
        stop: StopRequest,
        on_mark: Callable[[int], None],
        say: Callable[[str], None],
        *,
        log_path: str,
        recording: bool = False,
        bell: bool,
    ) -> None:
        self._console = console
        self._stop = stop
        self._on_mark = on_mark
        self._teller = StatusTeller(say)
        self._log_path = log_path
        self._recording = recording
        self._bell = Bell(time.monotonic) if bell else None
        self._builder: SnapshotBuilder | None = None
        self._runner = ScreenRunner(self._snapshot, self._press, console)

    def listen(self) -> None:
        """Take keys: q ends the waiting, too."""
        self._runner.listen()

    def start(self, info: StreamInfo, delay_s: float, baseline: BaselineState) -> None:
        """Take over the terminal."""
        self._builder = SnapshotBuilder(
            info,
            delay=f"{delay_s:.2f} s",
            log_path=self._log_path,
            recording=self._recording,
            baseline=baseline,
            on_mark=self._on_mark,
        )
        self._runner.start()

    def show(self, events: Iterable[Event], trace: Iterable[Chunk], stop: int) -> None:
        """Hand over what one step of the pipeline gave, and the index to which it came."""
        if self._builder is None:
            return
        self._builder.add_step(events, trace, stop)
        if self._bell:
            self._bell.hear(events)

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        """Hand over how the source is doing; before the screen is up, say it in a line."""
        if self._builder is not None:
            self._builder.add_status(status, warnings)
        else:
            self._teller.tell(status)

    def stop(self) -> None:
        """Give the terminal back."""
        self._runner.stop()

    def _press(self, key: Key) -> None:
        if key == "quit":
            self._stop.ask("q")
        elif self._builder is not None:
            self._builder.press(key)

    def _snapshot(self) -> Snapshot:
        """Called by the drawing thread, which alone may wait for the terminal: it rings, too."""
        assert self._builder is not None
        snapshot = self._builder.snapshot()
        if self._bell and self._bell.is_due(snapshot):
            self._console.bell()
        return snapshot

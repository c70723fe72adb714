import io
import time

import numpy as np
import pytest
from rich.console import Console

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.monitor.screen.display import ScreenDisplay
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.stopping import StopRequest

from .conftest import alert, beat_event

INFO = StreamInfo("208", "replay 208", 100.0, "MLII")
ALERT = alert(100, decided_at_sample=165)


class Stage:
    """A display on a terminal in memory, and what it asked for."""

    def __init__(self, bell: bool = False, recording: bool = False) -> None:
        self.terminal = io.StringIO()
        self.stop = StopRequest()
        self.marks: list[int] = []
        self.said: list[str] = []
        console = Console(file=self.terminal, force_terminal=True, width=80, height=24)
        self.display = ScreenDisplay(
            *(console, self.stop, self.marks.append, self.said.append),
            log_path="a.jsonl",
            recording=recording,
            bell=bell,
        )

    def wait_for_a_frame(self) -> None:
        """Wait until one was drawn that was begun after now."""
        runner, deadline = self.display._runner, time.monotonic() + 20
        wanted = runner.n_frames + 2
        while runner.n_frames < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_the_stream_is_drawn_and_the_terminal_given_back() -> None:
    stage = Stage()
    stage.display.start(INFO, 0.65, "learning")
    stage.display.show([ALERT], [Chunk(0, np.zeros(100, np.float32))], 100)
    stage.display.tell(SourceStatus("streaming"), ["the disk is full"])
    stage.display.stop()
    stage.display.stop()
    shown = stage.terminal.getvalue()
    assert "replay 208" in shown
    assert "the disk is full" in shown
    assert shown.rfind("\x1b[?1049l") > shown.rfind("\x1b[?1049h") >= 0


@pytest.mark.parametrize("recording", [False, True])
def test_a_recording_is_shown(recording: bool) -> None:
    stage = Stage(recording=recording)
    stage.display.start(INFO, 0.65, "learning")
    stage.display.stop()
    assert (" rec " in stage.terminal.getvalue()) is recording


def test_q_asks_for_the_end_and_e_marks_the_newest_sample() -> None:
    stage = Stage()
    stage.display.start(INFO, 0.65, "learning")
    stage.display.show([], [Chunk(0, np.zeros(100, np.float32))], 100)
    stage.display._press("mark")
    stage.display._press("freeze")
    stage.display._press("quit")
    stage.display.stop()
    assert stage.marks == [100]
    assert stage.stop.reason == "q"


@pytest.mark.parametrize("bell", [False, True])
def test_the_bell_rings_for_what_is_announced_where_it_is_wanted(bell: bool) -> None:
    stage = Stage(bell)
    stage.display.start(INFO, 0.65, "learning")
    stage.display.show([ALERT], [], 165)
    stage.display.stop()
    assert ("\x07" in stage.terminal.getvalue()) is bell


@pytest.mark.parametrize("bell", [False, True])
def test_the_bell_rings_when_the_port_is_lost(bell: bool) -> None:
    stage = Stage(bell)
    stage.display.start(INFO, 0.65, "learning")
    stage.display.show([beat_event(50)], [Chunk(0, np.zeros(300, np.float32))], 300)
    stage.display.tell(SourceStatus("streaming"), [])
    stage.wait_for_a_frame()
    assert "\x07" not in stage.terminal.getvalue()
    stage.display.tell(SourceStatus("lost"), [])
    stage.display.stop()
    assert ("\x07" in stage.terminal.getvalue()) is bell


def test_before_the_screen_is_up_a_line_says_what_is_waited_for() -> None:
    stage = Stage()
    for second in (1, 2, 3):
        stage.display.tell(SourceStatus(detail=f"measuring the rate: {second} of 10 s"), ())
    stage.display.show([ALERT], [], 165)
    stage.display.stop()
    assert stage.said == ["source: connecting, measuring the rate: 1 of 10 s"]
    assert stage.terminal.getvalue() == ""


def test_q_ends_the_waiting_before_the_screen_is_up() -> None:
    stage = Stage()
    stage.display.listen()
    for key in ("freeze", "mark", "quit"):
        stage.display._press(key)  # type: ignore[arg-type]
    stage.display.stop()
    assert stage.stop.reason == "q"
    assert stage.marks == []
    assert stage.terminal.getvalue() == ""

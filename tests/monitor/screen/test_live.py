"""The runner on a real terminal: it draws, it listens, and it always gives the terminal back."""

import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from io import StringIO

import pytest
from rich.console import Console

from sibeat.monitor.screen.keys import PASTE_OFF, PASTE_ON
from sibeat.monitor.screen.live import ScreenRunner, size_of

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def console_of(file, **options):
    return Console(
        file=file, width=80, height=24, force_terminal=True, color_system=None, **options
    )


@pytest.fixture
def terminal():
    ours, theirs = pty.openpty()
    yield ours, theirs
    for descriptor in (ours, theirs):
        os.close(descriptor)


def test_draws_in_the_alternate_screen_and_leaves_it(snapshot, terminal):
    file = StringIO()
    with ScreenRunner(lambda: snapshot, print, console_of(file), terminal[1]) as runner:
        pass
    text = file.getvalue()
    assert runner.failure is None
    assert runner.n_frames >= 2, "the first and the last picture"
    assert text.index(ENTER) < text.index("replay mitdb/100") < text.index(LEAVE)
    assert text.rindex(SHOW) > text.index(HIDE)


def test_keys_arrive_while_it_draws(snapshot, terminal):
    pressed, both = [], threading.Event()

    def on_key(key):
        pressed.append(key)
        if len(pressed) == 2:
            both.set()

    before = termios.tcgetattr(terminal[1])
    with ScreenRunner(lambda: snapshot, on_key, console_of(StringIO()), terminal[1]):
        os.write(terminal[0], b" a")
        assert both.wait(10)
    assert pressed == ["freeze", "acknowledge"]
    assert termios.tcgetattr(terminal[1]) == before


def test_keys_arrive_before_it_draws(snapshot, terminal):
    pressed = threading.Event()
    file = StringIO()
    before = termios.tcgetattr(terminal[1])
    runner = ScreenRunner(
        lambda: snapshot, lambda key: pressed.set(), console_of(file), terminal[1]
    )
    runner.listen()
    os.write(terminal[0], b"q")
    assert pressed.wait(10)
    assert file.getvalue() == ""
    runner.stop()
    assert file.getvalue() == ""
    assert termios.tcgetattr(terminal[1]) == before


def test_a_failure_in_drawing_is_told_and_stops_nothing_else(terminal):
    failed, pressed = threading.Event(), threading.Event()

    def broken():
        failed.set()
        raise ValueError("no [red]such trace")

    file = StringIO()
    with ScreenRunner(broken, lambda key: pressed.set(), console_of(file), terminal[1]) as runner:
        assert failed.wait(10)
        os.write(terminal[0], b"q")
        assert pressed.wait(10), "keys still work"
    text = file.getvalue()
    assert isinstance(runner.failure, ValueError)
    assert text.count("ValueError: no [red]such trace") == 1
    assert text.count("The screen stopped") == 1
    assert text.index(LEAVE) < text.index("The screen stopped")
    runner.stop()
    assert file.getvalue() == text, "stopping twice is nothing"


def test_a_failure_in_a_key_is_told_too(snapshot, terminal):
    failed = threading.Event()

    def broken(key):
        failed.set()
        raise RuntimeError("key")

    file = StringIO()
    with ScreenRunner(lambda: snapshot, broken, console_of(file), terminal[1]) as runner:
        os.write(terminal[0], b"q")
        assert failed.wait(10)
    assert isinstance(runner.failure, RuntimeError)
    assert "RuntimeError: key" in file.getvalue()


def test_an_exception_in_the_program_restores_the_terminal(snapshot, terminal):
    before = termios.tcgetattr(terminal[1])
    file = StringIO()
    runner = ScreenRunner(lambda: snapshot, print, console_of(file), terminal[1])
    with pytest.raises(KeyboardInterrupt), runner:
        raise KeyboardInterrupt
    assert LEAVE in file.getvalue()
    assert termios.tcgetattr(terminal[1]) == before


def test_what_is_no_terminal_gets_nothing(snapshot):
    read, write = os.pipe()
    file = StringIO()
    console = Console(file=file, force_terminal=False)
    with ScreenRunner(lambda: snapshot, print, console, read) as runner:
        pass
    os.close(read)
    os.close(write)
    assert file.getvalue() == ""
    assert runner.failure is None


PROGRAM = """
import signal, sys, time
from rich.console import Console
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.live import ScreenRunner
builder = SnapshotBuilder(StreamInfo("a", "replay a", 250.0, "II"))
stop = []
def on_key(key):
    if key == "quit":
        stop.append(key)
    else:
        builder.press(key)
runner = ScreenRunner(builder.snapshot, on_key, Console(force_terminal=True))
{begin}
while not stop:
    time.sleep(0.01)
{end}
print("clean end")
"""
WITH_BLOCK = {"begin": "runner.start()", "end": "runner.stop()"}


def run_in_terminal(program: str, act) -> tuple[int, str, bool]:
    """Exit code, all output, and whether the terminal is as it was."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    environment = os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    output = b""
    while b"replay a" not in output:
        output += os.read(ours, 65536)
    act(process, ours)
    output += drain(ours, process)
    restored = termios.tcgetattr(theirs) == before
    os.close(theirs)
    os.close(ours)
    return process.returncode, output.decode("utf-8", "replace"), restored


def drain(ours: int, process: subprocess.Popen) -> bytes:
    """Everything until the process ends; a reader that stops would hold the writer."""
    output = bytearray()
    os.set_blocking(ours, False)
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        try:
            output += os.read(ours, 65536)
        except BlockingIOError:
            if ended:
                return bytes(output)
    process.kill()
    raise AssertionError(f"the program goes on for a minute after it should end: {output[-200:]!r}")


def test_the_size_is_the_terminals_whatever_the_environment_says(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LINES", "50")
    termios.tcsetwinsize(terminal[1], (24, 80))
    with open(terminal[1], "w", closefd=False) as file:
        console = Console(file=file)
        assert tuple(size_of(console)) == (80, 24)
        termios.tcsetwinsize(terminal[1], (30, 100))
        assert tuple(size_of(console)) == (100, 30)
        termios.tcsetwinsize(terminal[1], (0, 0))
        assert tuple(size_of(console)) == (200, 50)
    assert tuple(size_of(console_of(StringIO()))) == (80, 24)


def test_q_ends_a_real_program_cleanly():
    code, output, restored = run_in_terminal(
        PROGRAM.format(**WITH_BLOCK), lambda process, ours: os.write(ours, b" +q")
    )
    assert code == 0
    assert restored
    assert output.index(LEAVE) < output.index("clean end")
    assert output.index(PASTE_ON) < output.index("replay a") < output.index(PASTE_OFF)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -2)])
def test_signals_leave_the_terminal_as_it_was(number, code):
    ended, output, restored = run_in_terminal(
        PROGRAM.format(**WITH_BLOCK), lambda process, ours: process.send_signal(number)
    )
    assert ended in (code, 130)
    assert restored
    assert LEAVE in output
    assert SHOW in output[output.index(LEAVE) :]


def test_sys_exit_without_stop_leaves_the_terminal_as_it_was():
    program = PROGRAM.format(begin="runner.start()", end="sys.exit(7)")
    code, output, restored = run_in_terminal(program, lambda process, ours: os.write(ours, b"q"))
    assert code == 7
    assert restored
    assert LEAVE in output

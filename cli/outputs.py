"""What ``sibeat monitor`` says and shows while it runs."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from sibeat.cli.errors import tell
from sibeat.cli.settings import OutputSettings
from sibeat.monitor.screen.display import ScreenDisplay
from sibeat.monitor.sinks.base import Display, Headless
from sibeat.monitor.stopping import StopRequest


def say(text: str) -> None:
    """Tell the user something; results alone go to standard output."""
    tell(text, sys.stderr)


def make_display(
    settings: OutputSettings,
    stop: StopRequest,
    on_mark: Callable[[int], None],
    log_path: Path,
    *,
    recording: bool,
) -> Display:
    """Give the screen, or without a terminal (said, if nobody asked for that) lines.

    Parameters
    ----------
    settings : of the outputs
    stop, on_mark : what keys ask
    log_path : alert log
    recording : whether what arrives is kept
    """
    if settings.headless:
        return Headless(say)
    console = Console()
    if not console.is_terminal or console.is_dumb_terminal or not sys.stdout.isatty():
        say("no terminal to draw on: going on without the screen (as with --headless)")
        return Headless(say)
    return ScreenDisplay(
        *(console, stop, on_mark, say),
        log_path=str(log_path),
        recording=recording,
        bell=settings.bell,
    )


def shown(path: Path) -> str:
    """Write a path the short way, where that is one."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative

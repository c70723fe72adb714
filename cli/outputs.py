"""Outputs of ``sibeat monitor`` as the settings ask for them: log, annotations, screen."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from sibeat.cli.errors import tell
from sibeat.cli.settings import OutputSettings
from sibeat.monitor.screen.display import ScreenDisplay
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.base import Display, Headless
from sibeat.monitor.sinks.durable_file import FileBusy
from sibeat.monitor.stopping import StopRequest

MAX_SESSIONS = 99
"""monitors at once that find a default log of their own; chosen by us: more than one computer
has patients"""


def say(text: str) -> None:
    """Tell the user something; results alone go to standard output."""
    tell(text, sys.stderr)


def open_alert_log(path: Path | None, demo: bool, sync_each: bool) -> AlertLog:
    """Open the alert log, by default one in the user's state folder that nobody writes now.

    Parameters
    ----------
    path : the user's choice, None for the default
    demo : the default of a demo is a file of its own: its beats are nobody's
    sync_each : see `AlertLog`

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    if path is not None:
        return AlertLog(path, sync_each=sync_each)
    name = "demo-alerts" if demo else "alerts"
    for number in range(1, MAX_SESSIONS):
        suffix = f"-{number}" if number > 1 else ""
        try:
            return AlertLog(_state_folder() / f"{name}{suffix}.jsonl", sync_each=sync_each)
        except FileBusy:
            continue
    return AlertLog(_state_folder() / f"{name}-{MAX_SESSIONS}.jsonl", sync_each=sync_each)


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


def _state_folder() -> Path:
    import platformdirs

    return platformdirs.user_state_path("sibeat")

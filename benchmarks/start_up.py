"""Start-up: wall time of fresh processes, the files in the page cache."""

import sys
from pathlib import Path
from typing import Any

from .figures import spread
from .worker import wall_time

COMMANDS = {
    "sibeat --help": ["--help"],
    "sibeat monitor --demo --duration 1 --speed max --headless": [
        *("monitor", "--demo", "--duration", "1", "--speed", "max", "--headless"),
    ],
}


def sibeat() -> list[str]:
    """The installed command; the module where there is no script beside the interpreter."""
    script = Path(sys.executable).with_name("sibeat")
    if script.exists():
        return [str(script)]
    return [sys.executable, "-c", "from sibeat.cli.app import main; main()"]


def measure(repeats: int) -> dict[str, Any]:
    """Seconds of each command; a first run of it, which fills the cache, is left out."""
    figures: dict[str, Any] = {}
    for name, options in COMMANDS.items():
        command = [*sibeat(), *options]
        wall_time(command)
        figures[name] = spread([wall_time(command) for _ in range(repeats)], 3)
    return figures

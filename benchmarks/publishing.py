"""Where a benchmark's figures go: standard output, and a file for who wants one."""

import json
from pathlib import Path
from typing import Any


def publish(found: dict[str, Any], file: Path | None) -> None:
    """Print figures as JSON, and keep them.

    Parameters
    ----------
    file : that they are written to as well; None for none
    """
    print(_text(found))
    keep(found, file)


def keep(found: dict[str, Any], file: Path | None) -> None:
    """Write figures to a file as JSON, where one is given."""
    if file is not None:
        file.write_text(_text(found) + "\n", encoding="utf-8")


def _text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=1)

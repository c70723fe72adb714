"""Where the figures of ``sibeat evaluate`` go: a table for people, a JSON file for scripts."""

import os
import sys
from pathlib import Path

from sibeat.cli.errors import put
from sibeat.ecg.errors import OutputError


def publish(table: str, figures: str, file: Path | None) -> None:
    """Print the table, and write the figures where that is asked for; ``-`` prints them instead.

    Parameters
    ----------
    table : for people
    figures : as JSON
    file : for the figures

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    if file is not None and str(file) == "-":
        put(figures, sys.stdout)
        return
    put(table, sys.stdout)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(figures + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error


def refuse_unwritable(file: Path | None) -> None:
    """Refuse a file for figures before minutes of work, where it is clear already.

    Parameters
    ----------
    file : as for `publish`; nothing is made or changed

    Raises
    ------
    OutputError
        When it is a folder, lies in none, or may not be written.
    """
    if file is None or str(file) == "-":
        return
    try:
        reason = _against(file)
    except OSError as error:  # what is above it may not be looked at, or the name is too long
        reason = error.strerror or str(error)
    if reason:
        raise _unwritable(file, reason)


def _against(file: Path) -> str:
    if file.is_dir():
        return "it is a folder"
    nearest = next(path for path in (file, *file.absolute().parents) if path.exists())
    if nearest != file and not nearest.is_dir():
        return f"{nearest} is no folder"
    return "" if os.access(nearest, os.W_OK) else f"{nearest} may not be written"


def _unwritable(file: Path, reason: str) -> OutputError:
    return OutputError(
        f"cannot write {file}: {reason}; "
        "expected a file in a folder that you may write to, choose another one"
    )

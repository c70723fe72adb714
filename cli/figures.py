"""Where the figures of ``sibeat evaluate`` go: a table for people, a JSON file for scripts."""

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
        raise OutputError(
            f"cannot write {file}: {error.strerror or error}; "
            "expected a file in a folder that you may write to, choose another one"
        ) from error

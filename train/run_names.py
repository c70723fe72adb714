"""Names of trainings' folders, for the rows of what their networks say."""

import os
from collections.abc import Sequence
from pathlib import Path

from sibeat.ecg.errors import UsageError


def names_of(folders: Sequence[Path]) -> list[str]:
    """Name folders by the shortest ends of their paths that tell them apart.

    Raises
    ------
    UsageError
        When one is there twice.
    """
    paths = [Path(os.path.abspath(folder)) for folder in folders]  # a link keeps its name
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError(
            f"one training's folder is given twice ({', '.join(map(str, folders))}): expected "
            "different ones; leave one out"
        )
    for n_parts in range(1, max((len(path.parts) for path in paths), default=0)):
        names = [Path(*path.parts[-n_parts:]).as_posix() for path in paths]
        if len(set(names)) == len(names):
            return names
    return [path.as_posix() for path in paths]

"""Packages that only some commands need: said, where they are missing."""

import importlib.util

from sibeat.ecg.errors import ConfigError


def require_packages(doing: str, *needed: str) -> None:
    """Say what to install where a package is missing.

    Parameters
    ----------
    doing : what needs them, as the message says it
    needed : names by which they are imported

    Raises
    ------
    ConfigError
        When one is not installed.
    """
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"{doing} needs {', '.join(missing)}, not installed here: "
            "expected the extra 'train', run `pip install '.[train]'` in a clone of sibeat"
        )

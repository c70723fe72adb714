"""What ``--gain`` may be."""

import math

from sibeat.ecg.errors import UsageError


def require_gain(gain: float | None) -> None:
    """Take None, or numbers a mV.

    Raises
    ------
    UsageError
        It is not above 0.
    """
    if gain is not None and not 0 < gain < math.inf:
        raise UsageError(f"--gain {gain:g} is no gain: give the numbers a mV, above 0")

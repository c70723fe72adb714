"""Units of voltage as headers write them, and their factor to mV."""

import re

_MICRO = "uµμ\ufffd"  # the last is what is left of a µ in an unknown encoding
VOLTS = re.compile(rf"(?P<unit>[{_MICRO}]V|nV|mV|V|microvolts?|millivolts?|volts?)", re.IGNORECASE)
"""a unit of voltage and nothing else, for ``fullmatch`` or inside another pattern"""


def scale_to_mv(unit: str) -> float | None:
    """Give the factor from a unit to mV; None when it is no unit of voltage.

    Parameters
    ----------
    unit : str
        ``uV``, ``µV``, ``mV``, ``V``, ``millivolts``, ...
    """
    text = unit.strip()
    if VOLTS.fullmatch(text) is None:
        return None
    small = text.lower()
    if small.startswith("micro") or small[0] in _MICRO:
        return 1e-3
    if small[0] == "n":
        return 1e-6
    return 1.0 if small[0] == "m" else 1e3

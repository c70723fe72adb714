"""Which lead of a recording is monitored: by name, by index, or the one that suits best.

Lead II, or the modified II of an ambulatory recorder (MLII), shows upright P and QRS waves, so it
is taken unless the user says otherwise.
"""

import re
from collections.abc import Sequence

from sibeat.ecg.errors import UsageError

_LIKE_II = re.compile(r"((ecg|ekg|lead)[ _-]*)?(m(od(ified)?)?[ _.-]*l?)?(ii|2)", re.IGNORECASE)
_LIKE_ECG = re.compile(r"(?<![a-z])(ecg|ekg)", re.IGNORECASE)


def choose_lead(leads: Sequence[str], wanted: str | int | None = None) -> int:
    """Give the index of the wanted lead.

    Parameters
    ----------
    leads : sequence of str
        Names of all leads; one may occur twice, then the first is meant.
    wanted : str, int or None
        A name (case does not matter), an index from 0, or such an index as text. None: a lead like
        II or MLII, else one that is called an ECG, else the first.

    Raises
    ------
    UsageError
        There is no such lead; the message lists those there are.
    """
    if wanted is None:
        return _default(leads)
    found = find_lead(leads, wanted)
    if found is None:
        raise UsageError(f"no lead {wanted!r}, expected one of {listed(leads)}: choose with --lead")
    return found


def find_lead(leads: Sequence[str], wanted: str | int) -> int | None:
    """Give the index of a lead by its name or index, as `choose_lead` does; None: there is none."""
    names = [lead.strip().casefold() for lead in leads]
    text = str(wanted).strip().casefold()
    if not isinstance(wanted, int) and text in names:
        return names.index(text)
    if re.fullmatch(r"\d{1,6}", text, re.ASCII) and int(text) < len(leads):
        return int(text)
    return None


def listed(leads: Sequence[str]) -> str:
    """List leads with their indices, for messages."""
    return ", ".join(f"{i}: {lead}" for i, lead in enumerate(leads))


def _default(leads: Sequence[str]) -> int:
    for form in (_LIKE_II.fullmatch, _LIKE_ECG.search):
        for index, lead in enumerate(leads):
            if form(lead.strip()):
                return index
    return 0

"""Whether beats as sibeat cuts them are what a student was made for.

A network takes any 320 numbers: beats of another rate, place, scale or band would be scored
without a word, and wrongly. So its input contract is compared with what `sibeat.ecg` does.
"""

from pathlib import Path

from sibeat.ecg.beats import GRID_FS, WINDOW_AFTER, WINDOW_BEFORE
from sibeat.ecg.errors import ModelError
from sibeat.ecg.filters import BAND_HZ
from sibeat.model.contract import InputContract

MONITOR = "monitor"
"""the front whose beats the monitor cuts"""
CUT = {
    "fs": GRID_FS,
    "n_before": WINDOW_BEFORE,
    "n_after": WINDOW_AFTER,
    "normalisation": "minmax",
}
"""field of the contract -> value that every front's beats have"""


def require_our_beats(contract: InputContract, path: Path) -> None:
    """Refuse a student that was made for beats of another rate, window, scale or band.

    Parameters
    ----------
    contract : of the student
    path : its file, for messages

    Raises
    ------
    ModelError
        When a field differs; the band is compared for the front ``monitor`` alone.
    """
    expected = CUT | ({"band_hz": BAND_HZ} if contract.front == MONITOR else {})
    for name, ours in expected.items():
        theirs = getattr(contract, name)
        if theirs != ours:
            raise ModelError(
                f"{path} was made for beats of {name} {theirs!r}: expected {ours!r}, as this "
                "sibeat cuts them; train a student with this sibeat, or use the one that made it"
            )


def require_monitor_front(contract: InputContract, path: Path | None) -> None:
    """Refuse a student that was made for beats that the monitor does not cut.

    Parameters
    ----------
    contract : of the student
    path : its file, for messages; None for the one that comes with the package

    Raises
    ------
    ModelError
        When it was made for beats of another front.
    """
    if contract.front != MONITOR:
        raise ModelError(
            f"{path} was made for beats of the front {contract.front!r}: expected {MONITOR!r}, "
            "whose filter and windows the monitor has; train one with prepare.front 'monitor', or "
            "leave out --model for the one that comes with sibeat"
        )

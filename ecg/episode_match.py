"""Episodes that were told against episodes that are there.

An episode is found when one that was told shares a sample with it or is no further away than the
tolerance; one that was told is false when none that is there is as near. So a long episode that was
told in two parts is found once and neither part is false.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .ec57_report import STANDARD_WINDOW_MS
from .reference_rhythm import Extent

TOLERANCE_S = STANDARD_WINDOW_MS / 1000
"""as far apart as two R-peaks may be that are one (EC57)"""


@dataclass(frozen=True, slots=True)
class EpisodeCounts:
    """How many were there, found, told and false; add them up with ``+``."""

    n_there: int = 0
    n_found: int = 0
    n_told: int = 0
    n_false: int = 0
    n_false_rung: int = 0
    """false ones that were announced"""

    def __add__(self, other: "EpisodeCounts") -> "EpisodeCounts":
        return EpisodeCounts(
            self.n_there + other.n_there,
            self.n_found + other.n_found,
            self.n_told + other.n_told,
            self.n_false + other.n_false,
            self.n_false_rung + other.n_false_rung,
        )

    @property
    def sensitivity(self) -> float:
        """Share that was found; NaN where none was there."""
        return self.n_found / self.n_there if self.n_there else float("nan")

    @property
    def predictivity(self) -> float:
        """Share of what was told that is true; NaN where nothing was told."""
        return 1 - self.n_false / self.n_told if self.n_told else float("nan")


def match_episodes(
    there: Sequence[Extent],
    told: Sequence[Extent],
    rung: Sequence[bool],
    tolerance: int,
    allowed: Sequence[Extent] = (),
) -> EpisodeCounts:
    """Count what was found and what is false.

    Parameters
    ----------
    there : episodes that are to be found
    told : episodes that were told
    rung : for each of these, whether it was announced
    tolerance : in samples
    allowed : further ones that may be told but need not be found
    """
    true = [_touches(extent, [*there, *allowed], tolerance) for extent in told]
    return EpisodeCounts(
        n_there=len(there),
        n_found=sum(_touches(extent, told, tolerance) for extent in there),
        n_told=len(told),
        n_false=true.count(False),
        n_false_rung=sum(rings and not right for rings, right in zip(rung, true, strict=True)),
    )


def outside(extents: Sequence[Extent], excluded: Sequence[Extent]) -> list[bool]:
    """Say of each extent whether it touches none of the excluded ones."""
    return [not _touches(extent, excluded, 0) for extent in extents]


def _touches(extent: Extent, others: Sequence[Extent], tolerance: int) -> bool:
    return any(
        extent.start - tolerance <= other.stop and other.start - tolerance <= extent.stop
        for other in others
    )

"""What is judged: a protocol, its beats, and which of them learn and which judge."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import Mapping
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.ranking import NORMAL
from sibeat.train.beats_file import Beats
from sibeat.train.folds import assign_fold
from sibeat.train.held_out import FRONT_OF
from sibeat.train.intervals import Bootstrap
from sibeat.train.metrics import Protocol, abnormal_of, classes_of, mapping_of
from sibeat.train.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A protocol, its beats, and how much is computed."""

    protocol: Protocol
    beats: Beats
    """all beats of the protocol's front, with the parts of this trial"""
    fold: int = 0
    references: bool = True
    densities: bool = False
    """fit mixtures of Gaussians too: minutes, and torch"""
    runs: tuple[Path, ...] = ()
    """folders of trainings whose networks, every choice of epoch, are judged too; needs torch"""
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    progress: Progress = field(default_factory=Progress)

    @classmethod
    def of(cls, protocol: Protocol, beats: Beats, fold: int, **settings: Any) -> "Trial":
        """Set the parts of the beats as the protocol says.

        Raises
        ------
        ConfigError
            When they are of another front.
        """
        if beats.origin.front != FRONT_OF[protocol]:
            raise ConfigError(
                f"the beats are of the front {beats.origin.front!r}: expected "
                f"{FRONT_OF[protocol]!r} for the protocol {protocol}; prepare them anew or give "
                "the folder of the database"
            )
        parted = assign_fold(beats, fold) if protocol == "beatgan" else beats
        return cls(protocol, parted, fold, **settings)

    @property
    def front(self) -> str:
        """Front of the protocol's beats."""
        return FRONT_OF[self.protocol]

    @property
    def mapping(self) -> Mapping:
        """Mapping of the main figures."""
        return mapping_of(self.front)

    @property
    def abnormal(self) -> tuple[str, ...]:
        """Classes that count as abnormal."""
        return abnormal_of(self.front)

    @property
    def judge(self) -> NDArray[np.bool_]:
        """(n_beats,), those that judge."""
        return np.asarray(self.beats.part == "test")

    @property
    def learn(self) -> NDArray[np.bool_]:
        """(n_beats,), the normal beats that may be learnt from."""
        normal = classes_of(self.beats.symbol, self.mapping) == NORMAL
        return np.asarray(normal & np.isin(self.beats.part, ("train", "validation")))

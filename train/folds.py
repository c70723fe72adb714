"""The folds of the published protocol, in which beats of one patient train and judge.

Five folds over the shuffled normal beats. One fold of them and 90 % of all abnormal beats judge; a
tenth of the other normal beats and the other 10 % of the abnormal ones choose; the rest trains. It
serves comparison with published figures: `sibeat.train.split` is the honest split.
"""

import hashlib
import json
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.errors import UsageError
from sibeat.ecg.ranking import NORMAL
from sibeat.train.beats_file import Beats
from sibeat.train.metrics import classes_of
from sibeat.train.split import N_FOLDS

VALIDATION_SHARE = 0.1
"""of the normal beats outside the fold, and of all abnormal beats (Zhou et al., 2019)"""
SEED = 0
"""of both shuffles; chosen by us, the published one is not known"""


def assign_fold(beats: Beats, fold: int) -> Beats:
    """Set the part of each beat for one fold.

    Parameters
    ----------
    beats : of the front ``beatgan``
    fold : 0 to 4

    Raises
    ------
    UsageError
        When there is no such fold.
    """
    if not 0 <= fold < N_FOLDS:
        raise UsageError(f"fold {fold} does not exist: expected 0 to {N_FOLDS - 1}")
    normal = classes_of(beats.symbol, "beatgan") == NORMAL
    part = np.full(len(beats), "train", dtype="<U10")
    _assign_normal(part, np.flatnonzero(normal), fold)
    _assign_abnormal(part, np.flatnonzero(~normal))
    return replace(beats, part=part)


def beats_identity(beats: Beats) -> str:
    """Hash which beats these are: record, sample and symbol of each, in order; hexadecimal.

    Folds are shuffles of row numbers: with one beat more or less each fold is another one.
    """
    rows = zip(beats.record.tolist(), beats.sample.tolist(), beats.symbol.tolist(), strict=True)
    return hashlib.sha256(json.dumps(list(rows)).encode()).hexdigest()


def _assign_normal(part: NDArray[np.str_], places: NDArray[np.intp], fold: int) -> None:
    shuffled = np.array_split(np.random.default_rng(SEED).permutation(places), N_FOLDS)
    part[shuffled[fold]] = "test"
    others = np.concatenate([each for k, each in enumerate(shuffled) if k != fold])
    part[_some(others, fold)] = "validation"


def _assign_abnormal(part: NDArray[np.str_], places: NDArray[np.intp]) -> None:
    """Assign the abnormal beats, the same way in every fold."""
    part[places] = "test"
    part[_some(places, N_FOLDS)] = "validation"


def _some(places: NDArray[np.intp], stream: int) -> NDArray[np.intp]:
    """Draw the share that chooses."""
    random = np.random.default_rng((SEED, stream))
    return random.permutation(places)[: round(VALIDATION_SHARE * len(places))]

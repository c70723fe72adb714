"""How well a score ranks abnormal above normal beats: AUC and average precision, by rank.

They equal scikit-learn's (a test holds that), which the monitor does not need for them.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

BoolArray: TypeAlias = NDArray[np.bool_]


def auc(scores: NDArray[Any], abnormal: BoolArray) -> float | None:
    """Chance that an abnormal beat scores higher than a normal one; a tie counts half.

    Parameters
    ----------
    scores : (n_beats,), greater is more abnormal
    abnormal : (n_beats,)

    Returns
    -------
    0..1; None where one side has no beats
    """
    from scipy.stats import rankdata

    n_abnormal = int(abnormal.sum())
    n_normal = len(abnormal) - n_abnormal
    if not n_abnormal or not n_normal:
        return None
    rank_sum = float(rankdata(scores)[abnormal].sum())
    return (rank_sum - n_abnormal * (n_abnormal + 1) / 2) / (n_abnormal * n_normal)


def average_precision(scores: NDArray[Any], abnormal: BoolArray) -> float | None:
    """Mean precision over the steps in which recall rises, the threshold falling.

    Parameters and result as for `auc`; equal scores are one step.
    """
    n_abnormal = int(abnormal.sum())
    if not n_abnormal or n_abnormal == len(abnormal):
        return None
    order = np.argsort(-scores, kind="stable")
    last_of_step = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    found = np.cumsum(abnormal[order])[last_of_step]
    precision = found / (last_of_step + 1)
    return float(np.sum(np.diff(found, prepend=0) * precision) / n_abnormal)

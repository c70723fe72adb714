"""How well scores rank abnormal above normal beats, with a weight for each beat.

The beats are sorted once; each replicate of a bootstrap is then a few sums. With weights of 1, AUC
and AP equal scikit-learn's (a test holds that).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .stream import DoubleArray

NORMAL = "N"
ABNORMAL = ("S", "V", "F")
"""Q (paced, unclassifiable) is left out of AUC and AP, as learning papers do"""


class Ranking:
    """Beats in falling order of their score.

    Parameters
    ----------
    scores : (n_beats,), greater is more abnormal
    abnormal : (n_beats,)
    """

    def __init__(self, scores: NDArray[Any], abnormal: NDArray[np.bool_]) -> None:
        self._order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
        ordered = np.asarray(scores)[self._order]
        steps = np.flatnonzero(ordered[1:] != ordered[:-1])  # a difference of infinities is NaN
        self._step_ends = np.append(steps, max(0, len(ordered) - 1))
        self._has_no_nan = not np.isnan(np.asarray(scores, dtype=np.float64)).any()
        self._abnormal = np.asarray(abnormal, dtype=np.float64)[self._order]

    def figures(self, weights: NDArray[Any] | None = None) -> tuple[float, float] | None:
        """AUC and average precision; None where one side has no weight, or a score is NaN.

        Parameters
        ----------
        weights : (n_beats,), not negative; None for 1 each
        """
        if not len(self._abnormal) or not self._has_no_nan:
            return None
        found, passed = self.curve(weights)
        if not found[-1] > 0.0 or not passed[-1] > 0.0:
            return None
        return _auc(found, passed), _average_precision(found, passed)

    def curve(self, weights: NDArray[Any] | None = None) -> tuple[DoubleArray, DoubleArray]:
        """Weights of the abnormal and of the normal beats at or above each threshold.

        The thresholds fall over the distinct scores; a tie is one step.
        """
        weight = np.ones(len(self._order)) if weights is None else weights[self._order]
        found = np.cumsum(weight * self._abnormal)
        passed = np.cumsum(weight * (1.0 - self._abnormal))
        return found[self._step_ends], passed[self._step_ends]


def against_normal(
    scores: NDArray[Any], classes: NDArray[np.str_], names: Iterable[str]
) -> dict[str, float | None]:
    """AUC and AP of some classes together against N, other classes left out.

    Parameters
    ----------
    scores : (n_beats,), greater is more abnormal
    classes : (n_beats,), AAMI classes
    names : classes that count as abnormal

    Returns
    -------
    ``auc`` and ``ap``, None where one side has no beat or a score is NaN, and ``n``, the number of
    abnormal beats
    """
    used = np.isin(classes, (NORMAL, *names))
    abnormal = classes[used] != NORMAL
    auc, ap = Ranking(scores[used], abnormal).figures() or (None, None)
    return {"auc": auc, "ap": ap, "n": int(abnormal.sum())}


def per_class(
    scores: NDArray[Any], classes: NDArray[np.str_], names: Iterable[str]
) -> dict[str, dict[str, float | None]]:
    """AUC and AP of each class alone against N; parameters: `against_normal`."""
    return {name: against_normal(scores, classes, (name,)) for name in names}


def _auc(found: DoubleArray, passed: DoubleArray) -> float:
    """Area under the steps of the ROC curve, straight across ties."""
    rises = np.diff(passed, prepend=0.0)
    before = np.concatenate(([0.0], found[:-1]))
    return float(rises @ (found + before) / 2.0 / (found[-1] * passed[-1]))


def _average_precision(found: DoubleArray, passed: DoubleArray) -> float:
    """Mean precision over the steps in which recall rises."""
    gained = np.diff(found, prepend=0.0)
    precision = found / np.maximum(found + passed, np.finfo(np.float64).tiny)
    return float(gained @ precision / found[-1])

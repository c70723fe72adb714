"""Intervals of AUC and AP by a bootstrap over patients, and of differences between two scores.

Beats of one patient are alike, so the patients are drawn, not the beats. Records 201 and 202 are
one patient (`sibeat.train.split`).
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.ranking import Ranking
from sibeat.train.split import PATIENT_OF

REPLICATES = 1000
"""chosen by us: the ends of a 95 % interval vary by about 0.002 between seeds"""
SEED = 0
LEVEL = 0.95

Interval: TypeAlias = list[float]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How intervals are made."""

    replicates: int = REPLICATES
    seed: int = SEED

    def stated(self) -> dict[str, Any]:
        """As a report states it."""
        return {
            "unit": "patient",
            "replicates": self.replicates,
            "seed": self.seed,
            "level": LEVEL,
        }

    def intervals(
        self, scores: NDArray[Any], abnormal: NDArray[np.bool_], records: NDArray[np.str_]
    ) -> dict[str, Interval] | None:
        """Intervals of ``auc`` and ``ap``; None where there are none or one patient is all.

        Parameters
        ----------
        scores, abnormal, records : (n_beats,) each
        """
        found = self._replicates([Ranking(scores, abnormal)], records)
        return None if found is None else _ends(found[:, 0])

    def difference(
        self,
        scores: NDArray[Any],
        others: NDArray[Any],
        abnormal: NDArray[np.bool_],
        records: NDArray[np.str_],
    ) -> dict[str, Interval] | None:
        """Intervals of the paired differences, `scores` less `others`, over the same patients."""
        rankings = [Ranking(scores, abnormal), Ranking(others, abnormal)]
        found = self._replicates(rankings, records)
        return None if found is None else _ends(found[:, 0] - found[:, 1])

    def _replicates(
        self, rankings: list[Ranking], records: NDArray[np.str_]
    ) -> NDArray[np.float64] | None:
        """Figures of each replicate that has both sides, (n_replicates, n_rankings, 2)."""
        patients, patient = np.unique(_patients(records), return_inverse=True)
        if len(patients) < 2:
            return None
        random = np.random.default_rng(self.seed)
        chance = np.full(len(patients), 1 / len(patients))
        found = []
        for drawn in random.multinomial(len(patients), chance, self.replicates):
            figures = [ranking.figures(drawn[patient]) for ranking in rankings]
            if None not in figures:
                found.append(figures)
        return np.array(found) if found else None


def _patients(records: NDArray[np.str_]) -> NDArray[np.str_]:
    return np.array([PATIENT_OF.get(str(record), str(record)) for record in records])


def _ends(figures: NDArray[np.float64]) -> dict[str, Interval]:
    """Percentile interval of both columns."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(figures, (tail, 1 - tail), axis=0)
    return {
        name: [round(float(low[k]), 6), round(float(high[k]), 6)]
        for k, name in enumerate(("auc", "ap"))
    }

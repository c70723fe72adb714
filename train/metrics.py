"""How well scores tell abnormal beats from normal ones: AUC and AP, per class and per record.

Abnormal is S, V and F. Q (paced and unclassifiable) is left out, as learning papers do; the
published BeatGAN counts it as abnormal.
"""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import Mapping, aami_class
from sibeat.ecg.ranking import ABNORMAL, NORMAL, Ranking, per_class
from sibeat.train.intervals import Bootstrap
from sibeat.train.split import HARD_RECORD

Protocol: TypeAlias = Literal["interpatient", "beatgan"]

ABNORMAL_PUBLISHED = (*ABNORMAL, "Q")
"""classes of the published BeatGAN"""
WITHOUT_HARD = f"without_{HARD_RECORD}"
"""key of the figures without the one record that decides S"""


def mapping_of(front: str) -> Mapping:
    """Mapping that figures of a front use: escape beats are S in the published one, else N."""
    return "beatgan" if front == "beatgan" else "learning"


def abnormal_of(front: str) -> tuple[str, ...]:
    """Classes that count as abnormal in figures of a front."""
    return ABNORMAL_PUBLISHED if front == "beatgan" else ABNORMAL


def classes_of(symbols: NDArray[np.str_], mapping: Mapping) -> NDArray[np.str_]:
    """AAMI class of each WFDB symbol, empty where the mapping does not use it."""
    known, place = np.unique(symbols, return_inverse=True)
    return np.array([aami_class(str(symbol), mapping) or "" for symbol in known])[place]


def separation(
    scores: NDArray[Any],
    classes: NDArray[np.str_],
    records: NDArray[np.str_],
    abnormal: tuple[str, ...] = ABNORMAL,
    bootstrap: Bootstrap | None = None,
) -> dict[str, Any]:
    """Measure scores on beats of many records.

    Parameters
    ----------
    scores : (n_beats,), greater is more abnormal
    classes : (n_beats,), AAMI classes; other than N and those of `abnormal` are left out
    records : (n_beats,)
    abnormal : classes that count as abnormal
    bootstrap : for intervals over patients, None for none

    Returns
    -------
    ``auc``, ``ap``, ``per_class``, ``per_record`` (record -> AUC), ``mean_record_auc``, with a
    bootstrap ``intervals``, and ``without_232`` with all but ``per_record``; a figure that has no
    beats of one side is None
    """
    used = np.isin(classes, (NORMAL, *abnormal))
    scores, classes, records = scores[used], classes[used], records[used]
    per_record = {
        str(record): _auc(scores[records == record], classes[records == record] != NORMAL)
        for record in np.unique(records)
    }
    easy = records != HARD_RECORD
    hard_out = {record: auc for record, auc in per_record.items() if record != HARD_RECORD}
    return {
        **_pooled(scores, classes, records, abnormal, bootstrap),
        WITHOUT_HARD: {
            **_pooled(scores[easy], classes[easy], records[easy], abnormal, bootstrap),
            "mean_record_auc": _mean(hard_out),
        },
        "per_record": per_record,
        "mean_record_auc": _mean(per_record),
    }


def _pooled(
    scores: NDArray[Any],
    classes: NDArray[np.str_],
    records: NDArray[np.str_],
    names: tuple[str, ...],
    bootstrap: Bootstrap | None,
) -> dict[str, Any]:
    abnormal = classes != NORMAL
    auc, ap = _figures(scores, abnormal)
    each = per_class(scores, classes, names)
    pooled: dict[str, Any] = {"auc": auc, "ap": ap, "per_class": each}
    if bootstrap is not None:
        pooled["intervals"] = bootstrap.intervals(scores, abnormal, records)
    return pooled


def _mean(per_record: dict[str, float | None]) -> float | None:
    known = [auc for auc in per_record.values() if auc is not None]
    return float(np.mean(known)) if known else None


def _auc(scores: NDArray[Any], abnormal: NDArray[np.bool_]) -> float | None:
    return _figures(scores, abnormal)[0]


def _figures(
    scores: NDArray[Any], abnormal: NDArray[np.bool_]
) -> tuple[float | None, float | None]:
    return Ranking(scores, abnormal).figures() or (None, None)

"""How well scores tell abnormal beats from normal ones: AUC and AP, per class and per record.

Abnormal is S, V and F; Q (paced and unclassifiable) is left out, as learning papers do.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.annotation import Mapping, aami_class
from sibeat.train.split import HARD_RECORD

NORMAL = "N"
ABNORMAL = ("S", "V", "F")


def classes_of(symbols: NDArray[np.str_], mapping: Mapping) -> NDArray[np.str_]:
    """AAMI class of each WFDB symbol, empty where the mapping does not use it."""
    known, place = np.unique(symbols, return_inverse=True)
    return np.array([aami_class(str(symbol), mapping) or "" for symbol in known])[place]


def separation(
    scores: NDArray[Any], classes: NDArray[np.str_], records: NDArray[np.str_]
) -> dict[str, Any]:
    """Measure scores on beats of many records.

    Parameters
    ----------
    scores : (n_beats,), greater is more abnormal
    classes : (n_beats,), AAMI classes; other than N, S, V, F are left out
    records : (n_beats,)

    Returns
    -------
    ``auc``, ``ap``, ``per_class``, ``per_record`` (record -> AUC), ``mean_record_auc``, and
    ``without_232`` with the first three; a figure that has no beats of one side is None
    """
    used = np.isin(classes, (NORMAL, *ABNORMAL))
    scores, classes, records = scores[used], classes[used], records[used]
    easy = records != HARD_RECORD
    per_record = {
        str(record): _auc(scores[records == record], classes[records == record] != NORMAL)
        for record in np.unique(records)
    }
    known = [auc for auc in per_record.values() if auc is not None]
    return {
        **_pooled(scores, classes),
        f"without_{HARD_RECORD}": _pooled(scores[easy], classes[easy]),
        "per_record": per_record,
        "mean_record_auc": float(np.mean(known)) if known else None,
    }


def _pooled(scores: NDArray[Any], classes: NDArray[np.str_]) -> dict[str, Any]:
    abnormal = classes != NORMAL
    per_class = {}
    for name in ABNORMAL:
        of_class = (classes == name) | ~abnormal
        per_class[name] = {
            "auc": _auc(scores[of_class], abnormal[of_class]),
            "ap": _ap(scores[of_class], abnormal[of_class]),
            "n": int((classes == name).sum()),
        }
    return {"auc": _auc(scores, abnormal), "ap": _ap(scores, abnormal), "per_class": per_class}


def _auc(scores: NDArray[Any], abnormal: NDArray[np.bool_]) -> float | None:
    from sklearn.metrics import roc_auc_score

    if abnormal.all() or not abnormal.any():
        return None
    return float(roc_auc_score(abnormal, scores))


def _ap(scores: NDArray[Any], abnormal: NDArray[np.bool_]) -> float | None:
    from sklearn.metrics import average_precision_score

    if abnormal.all() or not abnormal.any():
        return None
    return float(average_precision_score(abnormal, scores))

"""A model is judged only on beats that it cannot have seen: its provenance must say so."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.model.components import N_COMPONENTS
from sibeat.model.contract import Contract, Provenance
from sibeat.train.beats_file import Beats
from sibeat.train.folds import SEED, beats_identity
from sibeat.train.metrics import Protocol
from sibeat.train.provenance import FOLDS_SEED_KEY
from sibeat.train.split import JUDGING

FRONT_OF: Mapping[Protocol, str] = {"interpatient": "monitor", "beatgan": "beatgan"}
"""protocol -> front of its beats"""


def require_unseen(
    contract: Contract, protocol: Protocol, fold: int, beats: Beats | None = None
) -> None:
    """Refuse a model that may have seen the beats that judge.

    Parameters
    ----------
    contract : of the model
    protocol : ``interpatient`` or ``beatgan``
    fold : of the protocol ``beatgan``
    beats : all of the protocol's, with their parts; None before they are there

    Raises
    ------
    ModelError
        When it trained or was chosen on test beats, does not say on what, or was made for beats of
        another front.
    """
    provenance = contract.provenance
    if not provenance.train_records:
        raise ModelError(
            "the model does not say which records trained it: expected train_records in its "
            "provenance; export it anew with `sibeat train`"
        )
    if protocol == "interpatient":
        used = {*provenance.train_records, *provenance.validation_records}
        require_other_records("the model", used, beats)
    else:
        _require_fold(provenance, fold)
        require_same_draw("the model", provenance.beats_identity, beats)
    _require_front(contract, FRONT_OF[protocol])


def require_other_records(who: str, used: Collection[str], beats: Beats | None) -> None:
    """Refuse what has seen a patient of DS2, or a record that judges here, of whatever database.

    Parameters
    ----------
    who : was trained, for the message
    used : records that trained it or chose
    beats : those of the part ``test`` judge; None if they are not there yet

    Raises
    ------
    ModelError
        When one of their records is among those.
    """
    seen = sorted(JUDGING & set(used))
    if seen:
        raise ModelError(
            f"{who} has seen records of DS2's patients ({', '.join(seen[:5])}): expected training "
            "and validation records of DS1 without 201 (the patient of 202); train a model with "
            "`sibeat train --config edge`"
        )
    judging = set() if beats is None else set(map(str, beats.record[beats.part == "test"]))
    seen = sorted(judging & set(used))
    if seen:
        raise ModelError(
            f"{who} has seen {len(seen)} of the {len(judging)} records that judge "
            f"({', '.join(seen[:5])}): expected none of them among its training and validation "
            "records; give --data beats in which other patients have the part 'test'"
        )


def _require_fold(provenance: Provenance, fold: int) -> None:
    prepared = provenance.config.get("prepare")
    stated: dict[str, Any] = prepared if isinstance(prepared, dict) else {}
    same_fold = stated.get("front") == "beatgan" and stated.get("fold") == fold
    if not same_fold or provenance.seeds.get(FOLDS_SEED_KEY) != SEED:
        raise ModelError(
            f"the model may have trained on test beats of fold {fold}: it states "
            f"front {stated.get('front')!r}, fold {stated.get('fold')!r}, folds' seed "
            f"{provenance.seeds.get(FOLDS_SEED_KEY)!r}; expected one trained with "
            f"prepare.front 'beatgan' and prepare.fold {fold}; give it with --model, or "
            "`--model none` for the reference methods alone"
        )


def require_beats(judge: NDArray[np.bool_], learn: NDArray[np.bool_] | None) -> None:
    """Refuse beats of which none judge, or too few can be learnt from.

    Parameters
    ----------
    judge : (n_beats,), the beats that judge
    learn : (n_beats,), those that reference methods learn from; None without such methods

    Raises
    ------
    ConfigError
        When there are fewer.
    """
    for purpose, chosen, least in (("judge", judge, 1), ("are to learn from", learn, N_COMPONENTS)):
        if chosen is not None and chosen.sum() < least:
            raise ConfigError(
                f"{chosen.sum()} of the beats {purpose}: expected at least {least}; give --data "
                "the folder of the database, or beats prepared from all of it"
            )


def require_same_draw(who: str, stated: str, beats: Beats | None) -> None:
    """Refuse what was trained on a fold of other beats: many of these judged may be among them.

    Parameters
    ----------
    who : was trained, for the message
    stated : `beats_identity` of the beats that its fold was drawn from, empty where it does not say
    beats : from which the judging fold is drawn; None if they are not there yet

    Raises
    ------
    ModelError
        When it does not say, or they are others.
    """
    if not stated:
        raise ModelError(
            f"{who} does not say which beats its fold was drawn from (an earlier sibeat made it): "
            "expected their beats_identity; train it anew with `sibeat train`, or, a model whose "
            "training's folder is there, export it anew with --stage export"
        )
    if beats is not None and stated != (given := beats_identity(beats)):
        raise ModelError(
            f"{who} has its fold drawn from other beats ({stated[:12]}) than these ({given[:12]}): "
            "it may have trained on beats that judge; expected the same ones, give --data the "
            "beats.npz of its training's folder"
        )


def _require_front(contract: Contract, front: str) -> None:
    if contract.input.front != front:
        raise ModelError(
            f"the model was trained on beats of the front {contract.input.front!r}: this protocol "
            f"has beats of {front!r}; give a model of that front"
        )

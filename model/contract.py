"""What a student artefact promises: its input, its calibration, and where it comes from.

The contract travels twice: inside the ONNX file and in the JSON beside it. Reading checks every
field, so that a foreign, broken or newer file is an error that names the field, never a bad score.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, get_args, get_origin, get_type_hints

from sibeat.ecg.errors import ModelError

SCHEMA = 1
"""version of the artefact's form; a greater one is a newer sibeat's"""


@dataclass(frozen=True, slots=True)
class InputContract:
    """What the student's beats must look like."""

    fs: float
    """sampling rate of the window's grid, Hz"""
    n_before: int
    """samples of the window before the R-peak"""
    n_after: int
    """samples of the window from the R-peak on"""
    band_hz: tuple[float, float]
    """edges of the band-pass, Hz"""
    filter: str
    """the band-pass in words: kind, length, phase"""
    normalisation: str
    """``minmax``: each window to [-1, 1] by its own least and greatest value"""
    leads: tuple[str, ...]
    """leads that it was trained on"""
    front: str
    """which front prepared the training beats: ``monitor`` or ``beatgan``"""

    @property
    def n_window(self) -> int:
        """Samples of a window."""
        return self.n_before + self.n_after


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns the student's raw score into one that means something."""

    log_score_quantiles: tuple[tuple[float, float], ...]
    """(probability, log-score) pairs over the normal validation beats, both increasing"""
    threshold: float
    """log-score of morphology alone that 1 % of the normal validation beats exceed"""
    scorer: Mapping[str, float] = field(default_factory=dict)
    """weights of the scorer that joins morphology, rhythm and the patient's usual beat"""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a student comes from."""

    data: str
    """the database"""
    split: str
    """which beats were trained on and which chose, in words"""
    train_records: tuple[str, ...]
    validation_records: tuple[str, ...]
    seeds: Mapping[str, int]
    """stage -> seed"""
    epochs: Mapping[str, int]
    """stage -> epochs done"""
    device: str
    commit: str
    """the project's commit that trained it, empty when it was no checkout"""
    beats_sha256: str
    """of the prepared beats file"""
    score: str
    """form of the log-score: ``error`` or ``head``"""
    figures: Mapping[str, float]
    """name -> figure, as the stage evaluate measured it"""
    config: Mapping[str, Any]
    """the resolved configuration of the training"""
    beats_identity: str = ""
    """hash of record, sample and symbol of the prepared beats, from which a fold is drawn; empty in
    artefacts that are older than it"""


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract."""

    input: InputContract
    calibration: Calibration
    provenance: Provenance


def contract_to_json(contract: Contract) -> str:
    """Write the contract as JSON text, keys in a fixed order."""
    return json.dumps({"schema": SCHEMA, **asdict(contract)}, indent=1, ensure_ascii=False)


def contract_from_json(text: str, where: str) -> Contract:
    """Read a contract, checking every field.

    Parameters
    ----------
    text : as `contract_to_json` writes it; other keys at the top are let be
    where : name of the file, for messages

    Raises
    ------
    ModelError
        When it is no JSON, comes from a newer version, or a field is missing or of another type.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ModelError(
            f"{where} is no JSON ({error}): expected a student's contract; the file is damaged, "
            "copy it again or export the student anew"
        ) from error
    if not isinstance(raw, dict) or "schema" not in raw:
        raise ModelError(
            f"{where} has no 'schema': expected a student's contract as `sibeat train` writes it"
        )
    _check_schema(raw["schema"], where)
    parts = {key: raw[key] for key in ("input", "calibration", "provenance") if key in raw}
    contract: Contract = _read(Contract, parts, where)
    return contract


def _check_schema(schema: object, where: str) -> None:
    if type(schema) is not int or schema < 1:
        raise ModelError(f"{where} has schema {schema!r}: expected a whole number from 1")
    if schema > SCHEMA:
        raise ModelError(
            f"{where} comes from a newer model (schema {schema}): this sibeat reads up to "
            f"{SCHEMA}; upgrade sibeat or use an older model"
        )


def _read(kind: Any, raw: object, where: str) -> Any:
    """Fill a frozen dataclass from a JSON object, by the types of its fields.

    A field with a plain default came later: older artefacts lack it.
    """
    if not isinstance(raw, dict):
        raise _wrong(where, raw, "an object")
    hints = get_type_hints(kind)
    names = [entry.name for entry in fields(kind)]
    for entry in fields(kind):
        if entry.name not in raw and entry.default is MISSING:
            raise ModelError(f"{where} lacks {entry.name!r}: expected {', '.join(names)}")
    there = [name for name in names if name in raw]
    return kind(**{name: _value(hints[name], raw[name], f"{where}: {name}") for name in there})


def _value(hint: Any, raw: object, where: str) -> Any:
    if hint in (int, float, str):
        return _scalar(hint, raw, where)
    origin = get_origin(hint)
    if origin is tuple:
        return _tuple(get_args(hint), raw, where)
    if origin is Mapping:
        if not isinstance(raw, dict):
            raise _wrong(where, raw, "an object")
        inner = get_args(hint)[1]
        return {key: _value(inner, entry, f"{where}.{key}") for key, entry in raw.items()}
    if hint is Any:
        return raw
    return _read(hint, raw, where)


def _scalar(hint: type, raw: object, where: str) -> Any:
    if hint is float and type(raw) is int:
        return float(raw)
    if type(raw) is not hint or (isinstance(raw, float) and not math.isfinite(raw)):
        raise _wrong(where, raw, {int: "a whole number", float: "a number", str: "a text"}[hint])
    return raw


def _tuple(inner: tuple[Any, ...], raw: object, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise _wrong(where, raw, "a list")
    if len(inner) == 2 and inner[1] is Ellipsis:
        inner = (inner[0],) * len(raw)
    if len(inner) != len(raw):
        raise _wrong(where, raw, f"a list of {len(inner)}")
    return tuple(
        _value(hint, entry, f"{where}[{place}]")
        for place, (hint, entry) in enumerate(zip(inner, raw, strict=True))
    )


def _wrong(where: str, raw: object, expected: str) -> ModelError:
    return ModelError(f"{where} is {raw!r:.60}: expected {expected}")

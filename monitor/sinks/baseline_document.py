"""A patient's baseline as JSON: in a file of its own, and in the header of a recording."""

from collections.abc import Mapping
from typing import Any

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.stream import StreamInfo
from sibeat.model.baseline import PatientBaseline

SCHEMA = "sibeat-baseline/1"


def to_document(baseline: PatientBaseline, info: StreamInfo, model: str) -> dict[str, Any] | None:
    """Write a baseline as a JSON object, None while there is none.

    Parameters
    ----------
    baseline : of the patient
    info : the stream that it was learnt from
    model : hash of the student that scored beats meanwhile, as a note
    """
    stored = baseline.stored()
    if stored is None:
        return None
    return {"schema": SCHEMA, "lead": info.lead, "unit": info.unit, "model": model, **stored}


def from_document(document: Mapping[str, Any], info: StreamInfo, where: str) -> PatientBaseline:
    """Read a baseline for a stream.

    Parameters
    ----------
    document : as `to_document` gives it
    info : the stream that is to be compared with it
    where : what messages call it

    Raises
    ------
    ConfigError
        When it holds no usual beat, or one of another lead or unit.
    """
    require_schema(document, where)
    for name, here in (("lead", info.lead), ("unit", info.unit)):
        if document.get(name) != here:
            raise ConfigError(
                f"{where} holds the usual beat in {name} {document.get(name)}, and the source has "
                f"{here}; expected a baseline of the same {name}, name another file or leave "
                "--baseline out"
            )
    return PatientBaseline.of(document, where)


def require_schema(document: object, where: str) -> None:
    """Refuse what is no baseline of this version.

    Raises
    ------
    ConfigError
        It says what is there.
    """
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema != SCHEMA:
        raise ConfigError(
            f"{where} is no patient's baseline (its schema is {schema}); expected a JSON object "
            f"with schema {SCHEMA}, name another file or remove it to learn anew"
        )

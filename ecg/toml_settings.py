"""TOML tables become frozen dataclasses, strictly.

An unknown key is an error that names the nearest known one; a value of the wrong type is an error
that names both types. TOML has no null: where a field may be None, the string ``"off"`` says so.
"""

import difflib
import tomllib
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from sibeat.ecg.errors import ConfigError

T = TypeVar("T")

NONE_WORD = "off"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ConfigError
        When the file cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot read the configuration {path}: {error.strerror or error}; "
            "expected a TOML file, check the path and its permissions"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}; expected lines like `name = 0.5`, below lines "
            "like `[section]`; correct that place"
        ) from error


def load_settings(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    """Fill a frozen dataclass, nested ones too, from a table of plain values.

    Parameters
    ----------
    cls : dataclass
        Fields may be bool, int, float, str, Path, Literal, tuples of these, ``X | None`` and
        dataclasses. Fields that the table does not name keep their defaults.
    table : mapping of field name to value
    where : where the table comes from, for messages: ``my.toml`` or ``my.toml [pipeline]``

    Raises
    ------
    ConfigError
        When a key is unknown, a value has the wrong type, or a field without default is missing.
    """
    known = {field.name: field for field in _dataclass_fields(cls)}
    hints = get_type_hints(cls)
    for key in table:
        _refuse_outside_section(key, known, hints, where)
        require_known(key, known, where)
    missing = [name for name, field in known.items() if _required(field) and name not in table]
    if missing:
        raise ConfigError(
            f"{where} lacks {', '.join(missing)}; expected a value for each, add them"
        )
    return cls(**{key: _value(hints[key], value, key, where) for key, value in table.items()})


def _refuse_outside_section(
    key: str, known: Iterable[str], hints: Mapping[str, Any], where: str
) -> None:
    """Raise a ConfigError when `key` belongs into a section; it names those that have it."""
    sections = [
        f"[{section}]"
        for section, hint in hints.items()
        if is_dataclass(hint) and key in {field.name for field in fields(hint)}
    ]
    if key not in known and sections:
        raise ConfigError(
            f"{key!r} in {where} stands outside its section; put it below a line "
            f"{' or '.join(sections)}"
        )


def require_known(key: str, known: Iterable[str], where: str) -> None:
    """Raise a ConfigError that names the nearest known key when `key` is not one of them."""
    names = sorted(known)
    if key in names:
        return
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(names) or 'none'}"
    raise ConfigError(f"unknown key {key!r} in {where}; {hint}")


def value_of_text(text: str) -> Any:
    """Read one value written as text (an environment variable): a TOML value, else a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _dataclass_fields(cls: type[Any]) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(cls) if field.init)


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint: Any, value: Any, key: str, where: str) -> Any:
    """Check `value` against the annotation `hint` and convert it where nothing is lost."""
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise _wrong(hint, value, key, where)
        return load_settings(hint, value, f"{where} [{key}]")
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(hint, value, key, where)
    if origin is Literal:
        return _choice(hint, value, key, where)
    if origin is tuple:
        return _sequence(hint, value, key, where)
    return _scalar(hint, value, key, where)


def _scalar(hint: Any, value: Any, key: str, where: str) -> Any:
    if hint is Path and isinstance(value, str | Path):
        return Path(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, hint) and not (hint is not bool and isinstance(value, bool)):
        return value
    raise _wrong(hint, value, key, where)


def _optional(hint: Any, value: Any, key: str, where: str) -> Any:
    members = get_args(hint)
    if types.NoneType in members and (value is None or value == NONE_WORD):
        return None
    for member in members:
        if member is types.NoneType:
            continue
        try:
            return _value(member, value, key, where)
        except ConfigError:
            if is_dataclass(member) and isinstance(value, Mapping):
                raise
    raise _wrong(hint, value, key, where)


def _choice(hint: Any, value: Any, key: str, where: str) -> Any:
    choices = get_args(hint)
    if value in choices and type(value) in {type(choice) for choice in choices}:
        return value
    near = difflib.get_close_matches(str(value), [str(choice) for choice in choices], n=1)
    hint_text = f"; did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(repr(choice) for choice in choices)
    raise ConfigError(f"{key} in {where} is {value!r}; expected one of {listed}{hint_text}")


def _sequence(hint: Any, value: Any, key: str, where: str) -> tuple[Any, ...]:
    members = get_args(hint)
    if not isinstance(value, list | tuple):
        raise _wrong(hint, value, key, where)
    if len(members) == 2 and members[1] is Ellipsis:
        members = (members[0],) * len(value)
    if len(members) != len(value):
        raise _wrong(hint, value, key, where)
    return tuple(
        _value(member, entry, f"{key}[{place}]", where)
        for place, (member, entry) in enumerate(zip(members, value, strict=True))
    )


def _wrong(hint: Any, value: object, key: str, where: str) -> ConfigError:
    return ConfigError(
        f"{key} in {where} is {value!r} ({type(value).__name__}); "
        f"expected {_described(hint)}, correct the value"
    )


def _described(hint: Any) -> str:
    """Name an annotation as a user would write its values."""
    if is_dataclass(hint):
        return "a table of settings"
    if get_origin(hint) in (Union, types.UnionType):
        words = (f'"{NONE_WORD}"' if m is types.NoneType else _described(m) for m in get_args(hint))
        return " or ".join(words)
    if get_origin(hint) is tuple:
        return f"a list of {_described(get_args(hint)[0])}"
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(repr(choice) for choice in get_args(hint))
    names = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    return names.get(hint, "a path" if hint is Path else str(hint))

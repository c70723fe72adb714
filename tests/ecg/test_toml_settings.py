from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.toml_settings import load_settings, read_toml, require_known, value_of_text


@dataclass(frozen=True, slots=True)
class Inner:
    epochs: int = 3
    rate: float = 0.1


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner = field(default_factory=Inner)
    other: Inner | None = None
    flag: bool = False
    mains_hz: float | None = 50.0
    where: Path | int | None = None
    words: tuple[str, ...] = ()
    pair: tuple[int, float] = (1, 2.0)
    mode: Literal["fast", "slow"] = "fast"


def test_unnamed_fields_keep_their_defaults() -> None:
    assert load_settings(Outer, {"name": "a"}, "x.toml") == Outer("a")


def test_every_kind_of_field_is_filled() -> None:
    table = {
        "name": "a",
        "inner": {"epochs": 7, "rate": 1},
        "other": {"epochs": 2},
        "flag": True,
        "mains_hz": "off",
        "where": "data",
        "words": ["p", "q"],
        "pair": [3, 4],
        "mode": "slow",
    }
    expected = Outer(
        "a", Inner(7, 1.0), Inner(2), True, None, Path("data"), ("p", "q"), (3, 4.0), "slow"
    )
    loaded = load_settings(Outer, table, "x.toml")
    assert loaded == expected
    assert isinstance(loaded.inner.rate, float)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "a", "flagg": True}, "unknown key 'flagg' in x.toml; did you mean 'flag'?"),
        ({"name": "a", "zzz": 1}, "known here: flag, inner"),
        ({"name": "a", "inner": {"epoch": 1}}, r"in x.toml \[inner\]; did you mean 'epochs'"),
        ({"name": "a", "inner": {"epochs": 1.5}}, "expected a whole number"),
        ({"name": "a", "other": {"epoch": 1}}, r"in x.toml \[other\]; did you mean 'epochs'"),
        ({"name": "a", "other": 1}, 'expected a table of settings or "off"'),
        ({"name": "a", "inner": 3}, "expected a table of settings"),
        ({"name": "a", "inner": {"epochs": True}}, "expected a whole number"),
        ({"name": 3}, "expected a text"),
        ({"name": "a", "flag": 1}, "expected true or false"),
        ({"name": "a", "mains_hz": "fifty"}, 'expected a number or "off"'),
        ({"name": "a", "where": 1.5}, "expected a path or a whole number"),
        ({"name": "a", "words": "p"}, "expected a list of a text"),
        ({"name": "a", "words": ["p", 3]}, r"words\[1\] in x.toml is 3"),
        ({"name": "a", "pair": [1]}, "expected a list of"),
        ({"name": "a", "mode": "slo"}, "one of 'fast', 'slow'; did you mean 'slow'"),
        ({"name": "a", "mode": 1}, "one of 'fast', 'slow'"),
        ({}, "x.toml lacks name"),
        ({"name": "a", "rate": 1.0}, r"'rate' in x.toml .*section; put it below a line \[inner\]"),
    ],
)
def test_what_cannot_be_meant_is_named(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_settings(Outer, table, "x.toml")


@given(st.text(min_size=1, max_size=20))
def test_any_unknown_key_gives_one_readable_error(key: str) -> None:
    known = {"threshold", "mains_hz"}
    if key in known:
        require_known(key, known, "x.toml")
        return
    with pytest.raises(ConfigError, match="unknown key"):
        require_known(key, known, "x.toml")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.6", 0.6), ("3", 3), ("true", True), ('["a"]', ["a"]), ("/tmp/a b", "/tmp/a b"), ("", "")],
)
def test_a_text_is_read_as_a_toml_value_or_stays_text(text: str, value: object) -> None:
    assert value_of_text(text) == value


def test_a_file_that_is_missing_or_no_toml_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the configuration"):
        read_toml(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot read the configuration"):
        read_toml(tmp_path)
    broken = tmp_path / "broken.toml"
    broken.write_text("threshold = = 3")
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_toml(broken)
    broken.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_toml(broken)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.toml"
    path.write_text("[pipeline]\nthreshold = 0.6\n")
    assert read_toml(path) == {"pipeline": {"threshold": 0.6}}

"""What the monitor is told: options before environment before file before preset.

Each of the four is checked on its own, so that a message names the place of the mistake.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_type_hints

from sibeat.ecg.errors import ConfigError, UsageError
from sibeat.ecg.filters import MAINS_HZ
from sibeat.ecg.toml_settings import load_settings, read_toml, require_known, value_of_text
from sibeat.monitor.settings import PipelineSettings

Table: TypeAlias = dict[str, Any]

PREFIX = "SIBEAT_"
COMMAND_LINE, ENVIRONMENT = "the command line", "the environment"

NOT_SETTINGS = {"SIBEAT_MITDB"}
"""variables of that prefix with another purpose: where the tests find their database"""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Where samples come from, and how."""

    lead: str | int | None = None
    """name or index; None: the board's own, or II or MLII, else one called ECG, else the first"""
    fs: float | None = None
    """Hz, where the source does not state it"""
    start_s: float = 0.0
    duration_s: float | None = None
    speed: float | Literal["max"] = 1.0
    """times real time"""
    protocol: str = "auto"
    """name of a board (or of its description, a .toml file), text, or auto: find out"""
    baud: int | None = None
    """bits per second; None: tried out"""
    gain: float | None = None
    """units of the source in one millivolt"""
    reconnect_timeout_s: float | None = None
    """None: never give up"""


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """Where results go."""

    alerts: Path | None = None
    """None: a file in the user's state folder"""
    annotate: Path | None = None
    record: Path | None = None
    """folder in which each live session gets a folder of what arrived"""
    baseline: Path | None = None
    """file of the patient's usual beat: taken at the start, kept up to date; None: learnt anew"""
    headless: bool = False
    json: bool = False
    bell: bool = False


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """All settings of ``sibeat monitor``, resolved."""

    pipeline: PipelineSettings = field(default_factory=PipelineSettings)
    source: SourceSettings = field(default_factory=SourceSettings)
    output: OutputSettings = field(default_factory=OutputSettings)
    model: Path | None = None
    """None: the student that is shipped"""

    @property
    def sha256(self) -> str:
        """Hash of what can change an event: the pipeline's settings."""
        text = json.dumps(asdict(self.pipeline), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


OPTIONS: dict[str, str] = {
    "threshold": "pipeline.threshold",
    "mains": "pipeline.mains_hz",
    "lead": "source.lead",
    "fs": "source.fs",
    "start": "source.start_s",
    "duration": "source.duration_s",
    "speed": "source.speed",
    "protocol": "source.protocol",
    "baud": "source.baud",
    "gain": "source.gain",
    "reconnect_timeout": "source.reconnect_timeout_s",
    "alerts": "output.alerts",
    "annotate": "output.annotate",
    "record": "output.record",
    "baseline": "output.baseline",
    "use_baseline": "pipeline.baseline",
    "headless": "output.headless",
    "json": "output.json",
    "bell": "output.bell",
    "model": "model",
}
"""name of an option, and of its environment variable in lower case -> key in the file"""

TEXTS = {"lead", "protocol", "alerts", "annotate", "record", "baseline", "model"}
"""options whose text is meant as it stands, never as a number"""


def resolve(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    file: Path | None,
    recorded: Mapping[str, Any] | None = None,
) -> MonitorSettings:
    """Join the four places that settings come from.

    Parameters
    ----------
    options : values by name as in `OPTIONS`; None where an option was not given
    environ : the environment
    file : TOML file of the user
    recorded : settings of the run that a recording replays: they go before the preset

    Raises
    ------
    UsageError
        When an option cannot be meant.
    ConfigError
        When the environment or the file holds an unknown key or a value that cannot be meant.
    """
    table = preset()
    given = {name: _read(name, value) for name, value in options.items() if value is not None}
    places = [
        (dict(recorded or {}), "the recording"),
        (read_toml(file) if file else {}, str(file)),
        (_environment(environ), ENVIRONMENT),
    ]
    for place, where in places:
        _checked(place, where)
        table = merged(table, place)
    try:
        return _checked(merged(table, _by_key(given)), COMMAND_LINE)
    except ConfigError as error:
        raise UsageError(str(error)) from error


def preset() -> Table:
    """Give the documented defaults that are shipped."""
    with resources.as_file(resources.files("sibeat.configs") / "monitor.toml") as path:
        return read_toml(path)


def merged(below: Table, above: Table) -> Table:
    """Lay one table over another, section by section."""
    joined = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(joined.get(key), dict)
        joined[key] = merged(joined[key], value) if both else value
    return joined


def _environment(environ: Mapping[str, str]) -> Table:
    values = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        require_known(variable, [PREFIX + name.upper() for name in OPTIONS], ENVIRONMENT)
        name = variable.removeprefix(PREFIX).lower()
        values[name] = _read(name, text)
    return _by_key(values)


def _read(name: str, value: object) -> object:
    """Read what was written as text (``2``, ``max``, ``off``) as the value that it means."""
    if isinstance(value, Path):  # `--record off` would make a folder of that name
        return str(value)
    return value_of_text(value) if isinstance(value, str) and name not in TEXTS else value


def _by_key(values: Mapping[str, Any]) -> Table:
    """Arrange values by option name as the file arranges them."""
    table: Table = {}
    for name, value in values.items():
        *sections, key = OPTIONS[name].split(".")
        target = table
        for section in sections:
            target = target.setdefault(section, {})
        target[key] = value
    return table


def _checked(table: Table, where: str) -> MonitorSettings:
    """Fill the settings from a table and look at ranges."""
    settings = _filled(table, where)
    pipeline, source = settings.pipeline, settings.source
    _require(
        0 < pipeline.threshold < 1,
        "threshold",
        pipeline.threshold,
        "above 0 and below 1",
        where,
    )
    _require(1.5 <= pipeline.pause_s <= 3, "pause_s", pipeline.pause_s, "1.5 to 3 s", where)
    mains_known = pipeline.mains_hz is None or pipeline.mains_hz in MAINS_HZ
    _require(mains_known, "mains", pipeline.mains_hz, '50, 60 or "off"', where)
    for name, seconds in (
        ("refractory_s", pipeline.refractory_s),
        ("start", source.start_s),
        ("reconnect timeout", source.reconnect_timeout_s or 0.0),
    ):
        _require(0 <= seconds < float("inf"), name, seconds, "0 or more seconds", where)
    for name, number in (
        ("asystole_s", pipeline.asystole_s),
        ("vt_bpm", pipeline.vt_bpm),
        ("brady_bpm", pipeline.brady_bpm),
        ("tachy_bpm", pipeline.tachy_bpm),
        ("duration", source.duration_s),
        ("speed", None if source.speed == "max" else source.speed),
        ("baud", source.baud),
        ("gain", source.gain),
        ("fs", source.fs),
    ):
        known = number is None or 0 < number < float("inf")
        _require(known, name, number, "a number above 0", where)
    below = pipeline.brady_bpm < pipeline.tachy_bpm
    slower = f"less than tachy_bpm, which is {pipeline.tachy_bpm:g}"
    _require(below, "brady_bpm", pipeline.brady_bpm, slower, where)
    return settings


def _filled(table: Table, where: str) -> MonitorSettings:
    """Fill the settings; only a file has sections, so messages about other places name none."""
    if where not in (COMMAND_LINE, ENVIRONMENT):
        return load_settings(MonitorSettings, table, where)
    rest = dict(table)
    sections: dict[str, Any] = {
        name: load_settings(hint, rest.pop(name, {}), where)
        for name, hint in get_type_hints(MonitorSettings).items()
        if isinstance(hint, type) and is_dataclass(hint)
    }
    return replace(load_settings(MonitorSettings, rest, where), **sections)


def _require(good: bool, name: str, value: object, expected: str, where: str) -> None:
    if not good:
        raise ConfigError(f"{name} in {where} is {value}; expected {expected}, correct the value")

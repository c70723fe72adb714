from pathlib import Path
from typing import Any

import pytest

from sibeat.cli.settings import OPTIONS, MonitorSettings, merged, preset, resolve
from sibeat.ecg.errors import ConfigError, UsageError
from sibeat.ecg.toml_settings import load_settings


def config(folder: Path, text: str) -> Path:
    path = folder / "my.toml"
    path.write_text(text)
    return path


def test_the_preset_documents_every_setting_with_its_default() -> None:
    table = preset()
    assert load_settings(MonitorSettings, table, "the preset") == MonitorSettings()
    for key in OPTIONS.values():
        section, _, name = key.rpartition(".")
        assert not section or name in table[section]


def test_nothing_given_is_the_preset() -> None:
    assert resolve({}, {}, None) == MonitorSettings()


def test_options_go_before_environment_before_file_before_preset(tmp_path: Path) -> None:
    file = config(tmp_path, "[pipeline]\nthreshold = 0.7\nmains_hz = 60\npause_s = 3\n")
    environ = {"SIBEAT_THRESHOLD": "0.8", "SIBEAT_MAINS": "off", "PATH": "/bin"}
    settings = resolve({"threshold": 0.9, "lead": None}, environ, file).pipeline
    assert (settings.threshold, settings.mains_hz, settings.pause_s) == (0.9, None, 3.0)
    assert settings.asystole_s == 4.0
    assert resolve({}, environ, file).pipeline.threshold == 0.8
    assert resolve({}, {}, file).pipeline.threshold == 0.7


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("speed", "max", "max"),
        ("speed", "2", 2.0),
        ("lead", "1", "1"),
        ("lead", "V5", "V5"),
        ("baud", "9600", 9600),
        ("fs", "360", 360.0),
        ("protocol", "text", "text"),
    ],
)
def test_a_text_means_the_same_as_an_option_and_in_the_environment(
    name: str, text: str, value: Any
) -> None:
    by_option = resolve({name: text}, {}, None).source
    by_environment = resolve({}, {f"SIBEAT_{name.upper()}": text}, None).source
    assert by_option == by_environment
    assert getattr(by_option, name) == value


def test_paths_are_paths_and_flags_are_flags() -> None:
    environ = {"SIBEAT_ALERTS": "7.jsonl", "SIBEAT_HEADLESS": "true", "SIBEAT_MODEL": "s.onnx"}
    settings = resolve({"annotate": Path("out")}, environ, None)
    assert settings.output.alerts == Path("7.jsonl")
    assert settings.output.annotate == Path("out")
    assert settings.output.headless is True
    assert settings.model == Path("s.onnx")


@pytest.mark.parametrize("name", ["alerts", "annotate", "record", "baseline"])
def test_off_takes_back_what_a_file_asks_for(tmp_path: Path, name: str) -> None:
    file = config(tmp_path, f'[output]\n{name} = "there"\n')
    assert getattr(resolve({}, {}, file).output, name) == Path("there")
    assert getattr(resolve({name: Path("off")}, {}, file).output, name) is None
    assert getattr(resolve({}, {f"SIBEAT_{name.upper()}": "off"}, file).output, name) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pipeline]\nthreshhold = 0.5", r"'threshhold' in .*my.toml \[pipeline\]; did you mean"),
        ("[pipelin]\nthreshold = 0.5", "did you mean 'pipeline'"),
        (
            "[pipeline]\nthreshold = 7",
            "threshold in .*my.toml is 7.0; expected above 0 and below 1",
        ),
        ("[pipeline]\nthreshold = nan", "threshold in .*my.toml is nan"),
        ("[pipeline]\nmains_hz = 55", 'expected 50, 60 or "off"'),
        ("[pipeline]\nrefractory_s = -1", "refractory_s in .* is -1.0"),
        ("[pipeline]\nasystole_s = 0", "asystole_s in .* expected a number above 0"),
        ("[pipeline]\nbrady_bpm = 150", "less than tachy_bpm, which is 140"),
        ("[source]\nfs = -1", "fs in .*my.toml is -1.0"),
        ("[source]\nspeed = 'fast'", "expected a number or one of 'max'"),
        ("[source]\nprotocol = 3", r"in .*my.toml \[source\] .* expected a text"),
        ("threshold = 0.5", r"outside its section; put it below a line \[pipeline\]"),
    ],
)
def test_a_file_that_cannot_be_meant_is_a_config_error(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        resolve({}, {}, config(tmp_path, text))


def test_the_environment_is_named_where_the_mistake_is_there() -> None:
    with pytest.raises(ConfigError, match="'SIBEAT_TRESHOLD' in the environment; did you mean"):
        resolve({}, {"SIBEAT_TRESHOLD": "0.5"}, None)
    with pytest.raises(ConfigError, match="threshold in the environment"):
        resolve({}, {"SIBEAT_THRESHOLD": "2"}, None)
    with pytest.raises(ConfigError, match="speed in the environment is 'fast'"):
        resolve({}, {"SIBEAT_SPEED": "fast"}, None)
    assert resolve({}, {"SIBEAT_MITDB": "/data"}, None) == MonitorSettings()


@pytest.mark.parametrize(
    "options", [{"threshold": 2.0}, {"fs": 0.0}, {"speed": "fast"}, {"duration": float("inf")}]
)
def test_an_option_that_cannot_be_meant_is_a_usage_error(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"in the command line is"):
        resolve(options, {}, None)


def test_tables_are_joined_section_by_section() -> None:
    below, above = {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 9}, "d": {"e": 1}}
    assert merged(below, above) == {"a": {"b": 9, "c": 2}, "d": {"e": 1}}
    assert below == {"a": {"b": 1, "c": 2}, "d": 3}


def test_the_hash_is_that_of_what_can_change_an_event() -> None:
    same = resolve({"lead": "V5", "alerts": Path("x")}, {}, None)
    other = resolve({"threshold": 0.6}, {}, None)
    assert same.sha256 == MonitorSettings().sha256 != other.sha256

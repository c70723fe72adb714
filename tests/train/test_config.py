from dataclasses import asdict, fields
from pathlib import Path

import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.train.config import (
    TeacherConfig,
    TrainConfig,
    config_from_table,
    load_config,
    presets,
)
from sibeat.train.config_ranges import RANGES


@pytest.mark.parametrize("name", presets())
def test_every_preset_loads(name: str) -> None:
    assert load_config(name).student.width >= 1


def test_the_default_is_the_one_that_ships() -> None:
    assert load_config(None) == load_config("edge")


def test_teacher_defaults_are_the_published_ones() -> None:
    published = {"width": 32, "n_latent": 50, "epochs": 100, "batch_size": 64}
    assert published.items() <= asdict(TeacherConfig()).items()


@pytest.mark.parametrize(
    ("table", "nearest"),
    [
        ({"teacher": {"epoch": 3}}, "epochs"),
        ({"techer": {}}, "teacher"),
        ({"student": {"learning_rat": 0.1}}, "learning_rate"),
    ],
)
def test_an_unknown_key_names_the_nearest(table: dict, nearest: str) -> None:
    with pytest.raises(ConfigError, match=f"did you mean '{nearest}'"):
        config_from_table(table, "x.toml")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"teacher": {"epochs": 0}}, "expected 1 to"),
        ({"student": {"batch_size": 1}}, "expected 2 to"),
        ({"student": {"distillation": "magic"}}, "standardised"),
        ({"prepare": {"front": "moniter"}}, "monitor"),
        ({"prepare": {"fold": 5, "front": "beatgan"}}, "expected 0 to 4"),
        ({"prepare": {"fold": 3}}, "prepare.fold and prepare.front 'monitor' in x.toml exclude"),
        ({"prepare": {"test": ["a"]}}, "prepare.train in x.toml names no record, other parts do"),
        ({"prepare": {"train": ["a"]}}, "prepare.validation in x.toml names no record"),
        (
            {"prepare": {"train": ["a", "b"], "validation": ["b"]}},
            "prepare in x.toml names b twice: expected each record in one part",
        ),
        *(
            ({"prepare": {"train": [name], "validation": ["b"]}}, "expected its path from the")
            for name in ("/a", "./b", "x/../b", "")
        ),
        (
            {"prepare": {"train": ["a"], "validation": ["b"], "front": "beatgan"}},
            "prepare.train and prepare.front 'beatgan' in x.toml exclude each other",
        ),
        ({"student": {"variation": 1.5}}, "expected 0 to 1"),
        ({"student": {"corruptions": -1}}, "expected 0 to 100"),
        ({"student": {"before": "a", "target": "ensemble"}}, "exclude each other"),
        ({"student": {"start": "teacher", "width": 6}}, r"\(32, 50\).*the same, got \(6, 50\)"),
        ({"student": {"before": "a", "start": "teacher", "width": 32}}, "student.start"),
        ({"student": {"score": "head", "head_weight": 0}}, "such a head stays as it was drawn"),
        ({"student": {"head_weight": 0}}, "student.score in x.toml is 'auto'"),
        ({"student": {"head_units": [8, 0]}}, r"\(8, 0\): expected 1 to"),
        ({"teacher": {"time_warp": 1.5}}, "teacher.time_warp in x.toml is 1.5: expected 0 to 1"),
        ({"teacher": {"width": "wide"}}, "whole number"),
        (
            {"teacher": {"betas": [1.5, 0.9]}},
            r"teacher.betas in x.toml is \(1.5, 0.9\): expected 0",
        ),
        ({"student": {"betas": [0.9, 1.0]}}, "student.betas"),
        ({"student": {"betas": [-1.0, 0.9]}}, "student.betas"),
        ({"run": {"threads": 0}}, "run.threads in x.toml is 0: expected 1 to 1024"),
        ({"run": {"threads": -1}}, "run.threads"),
        ({"teacher": {"learning_rate": float("nan")}}, "teacher.learning_rate in x.toml is nan"),
        ({"student": {"learning_rate": float("inf")}}, "student.learning_rate in x.toml is inf"),
        ({"teacher": {"seed": 99999999999999999999}}, "expected 0 to 2147483647"),
        ({"teacher": {"feature_weight": -5.0}}, "teacher.feature_weight in x.toml is -5.0"),
        ({"student": {"feature_weight": float("nan")}}, "student.feature_weight"),
        ({"teacher": {"reinitialise_below": float("nan")}}, "teacher.reinitialise_below"),
        (
            {"prepare": {"mains_hz": 0.0}},
            'prepare.mains_hz in x.toml is 0: expected 50, 60 or "off"',
        ),
        ({"prepare": {"mains_hz": -50.0}}, "prepare.mains_hz"),
        ({"prepare": {"mains_hz": 500.0}}, "prepare.mains_hz"),
        ({"prepare": {"mains_hz": float("nan")}}, "prepare.mains_hz"),
    ],
)
def test_impossible_values_say_what_is_expected(table: dict, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        config_from_table(table, "x.toml")


def test_every_number_has_a_range() -> None:
    sections = [getattr(TrainConfig(), part.name) for part in fields(TrainConfig)]
    numbers = {
        field.name
        for section in sections
        for field in fields(section)
        if isinstance(getattr(section, field.name), int | float | tuple)
    }
    names = {"train", "validation", "test"}  # of records
    assert numbers == {*RANGES, "mains_hz", "fold", *names}


def test_a_missing_file_names_the_presets(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="edge"):
        load_config(str(tmp_path / "none.toml"))


def test_a_file_that_cannot_be_read_is_no_missing_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*: Is a directory"):
        load_config(str(tmp_path))
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*: Not a directory"):
        load_config(str(tmp_path / "file" / "mine.toml"))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[prepare]\nmains_hz = "off"\n[student]\nepochs = 7\n', encoding="utf-8")
    config = load_config(str(path))
    assert config.student.epochs == 7
    assert config.prepare.mains_hz is None


def test_what_a_density_head_has_no_use_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[student]\nkernels = 9\nhead_units = [64]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"kernels and student.head_units in .*x.toml exclude"):
        load_config(str(path))


def test_an_untrained_head_is_no_score_but_a_fitted_one_is() -> None:
    fitted = {"score": "head", "head_weight": 0, "kernels": 3}
    for student in (fitted, {"score": "error", "head_weight": 0}):
        config_from_table({"student": student}, "x.toml")

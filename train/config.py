"""The configuration of a training: one TOML file, read into frozen dataclasses.

The keys are those of the dataclasses below; an unknown one is an error that names the nearest. The
resolved configuration goes into the artefact, and its parts say which stages are still valid.
"""

from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.toml_settings import load_settings, read_toml
from sibeat.train.config_conflicts import require_compatible
from sibeat.train.config_ranges import require_numbers

Front: TypeAlias = Literal["monitor", "beatgan"]
Decay: TypeAlias = Literal["none", "cosine"]
Choice: TypeAlias = Literal["last", "honest", "published"]
"""which epoch: the last, that of the least error of normal validation beats, or that which ranks
all validation beats best, abnormal ones among them"""

DEFAULT_PRESET = "edge"


@dataclass(frozen=True, slots=True)
class PrepareConfig:
    """How beats are cut."""

    front: Front = "monitor"
    """the monitor's own filter and windows, or those of the published BeatGAN"""
    mains_hz: float | None = 50.0
    """notch of the monitor front, 50 or 60 Hz, None for none; 50 is what the monitor runs by
    default"""
    fold: int = 0
    """which fifth of the normal beats judges; of the beatgan front alone"""
    lead: str = "MLII"
    """lead that is cut, as the records' headers name it; MLII is that of the published BeatGAN"""
    annotator: str = "atr"
    """extension of the annotation files beside the records"""
    train: tuple[str, ...] = ()
    """records of one's own whose normal beats train, by name; none: DS1 and DS2 of MIT-BIH"""
    validation: tuple[str, ...] = ()
    """records whose beats choose and calibrate"""
    test: tuple[str, ...] = ()
    """records whose beats judge; without any there are no figures"""


@dataclass(frozen=True, slots=True)
class TeacherConfig:
    """BeatGAN; the defaults are as published (Zhou et al., IJCAI 2019)."""

    width: int = 32
    n_latent: int = 50
    epochs: int = 100
    batch_size: int = 64
    learning_rate: float = 1e-4
    decay: Decay = "none"
    """how both networks' learning rates fall over the epochs: not at all, as published, or over
    half a cosine"""
    betas: tuple[float, float] = (0.5, 0.999)
    feature_weight: float = 1.0
    """weight of the feature matching loss beside the reconstruction loss"""
    reinitialise_below: float = 5e-6
    """discriminator loss under which the discriminator starts anew"""
    time_warp: float = 0.0
    """share of each batch that is bent in time, BeatGAN's augmentation; 0 to 1"""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class StudentConfig:
    """The student and its three losses."""

    width: int = 6
    n_latent: int = 50
    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 4e-3
    """forty times BeatGAN's, chosen by us: there is no adversary whose balance it could upset"""
    decay: Decay = "cosine"
    """how the learning rate falls over the epochs: not at all, or to nearly nothing"""
    betas: tuple[float, float] = (0.9, 0.999)
    feature_weight: float = 0.1
    """weight of the feature matching loss through the teacher's discriminator; chosen by us: the
    frozen discriminator's features differ 30 times more than the samples do"""
    target: Literal["teacher", "neighbours", "density", "ensemble"] = "teacher"
    """whose log-score is distilled: the teacher's, that of the nearest normal beats, that of a
    mixture of Gaussians fitted to them, or the mean of the first two"""
    teacher: Choice = "last"
    """epoch of the teacher that it learns from: see `Choice`"""
    start: Literal["fresh", "teacher"] = "fresh"
    """weights that the generator starts from: drawn anew, or the teacher's, of the same size"""
    before: str = ""
    """folder of a training whose student is this one's teacher: the next generation"""
    distillation: Literal["standardised", "kl", "constant"] = "standardised"
    """form of the distillation loss on the reconstruction's log-score; ``constant`` is
    SI-BeatGAN's own form, which carries no gradient, kept for the table of ablations"""
    distillation_weight: float = 0.02
    """weight of that loss; chosen by us: so it weighs about what reconstruction does"""
    temperature: float = 4.0
    """T of the ``kl`` form (Hinton et al., 2015; 4 is SI-BeatGAN's)"""
    head_weight: float = 0.1
    """weight of the score head's regression of the teacher's log-score; chosen by us likewise"""
    head_units: tuple[int, ...] = (32,)
    """hidden units of that head, a layer each"""
    attention_weight: float = 0.0
    """weight of attention transfer between the encoders (Zagoruyko and Komodakis, 2017)"""
    kernels: int = 0
    """Gaussians of a density head fitted to the normal beats; 0: a head that regresses"""
    variation: float = 0.5
    """share of the normal beats that are blended with other ones, so that it draws more hearts"""
    corruptions: int = 1
    """synthetic corruptions of each normal beat that the distillation terms see"""
    gentleness: float = 0.0
    """greatest share of the normal beat that is blended back into a corruption: with 0 all stay
    plainly abnormal, with 1 some are hardly corrupted"""
    score: Literal["auto", "error", "head"] = "auto"
    """what the exported student scores with; auto: what separates the validation beats better"""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The machine."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """arithmetic of the convolutions; auto: bfloat16 where the processor multiplies it natively"""
    threads: int = 2
    """CPU threads; chosen by us: two nets of this size gain little from more"""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All of it, one table a stage."""

    prepare: PrepareConfig = field(default_factory=PrepareConfig)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    student: StudentConfig = field(default_factory=StudentConfig)
    run: RunConfig = field(default_factory=RunConfig)


def load_config(name: str | None) -> TrainConfig:
    """Read a preset or a file.

    Parameters
    ----------
    name : a preset's name (``edge``), a path to a TOML file, None for the default preset

    Raises
    ------
    ConfigError
        When it does not exist, is no TOML, or holds an unknown key or an impossible value.
    """
    name = DEFAULT_PRESET if name is None else name
    if name in presets():
        text = resources.files("sibeat.configs") / f"train-{name}.toml"
        with resources.as_file(text) as path:
            return _from_file(path, f"preset {name}")
    path = Path(name)
    if _is_missing(path):
        raise ConfigError(
            f"no configuration {name!r}: expected a TOML file or one of the presets "
            f"{', '.join(presets())}"
        )
    return _from_file(path, str(path))


def _is_missing(path: Path) -> bool:
    """Whether there is no such file; why another one cannot be read is told by who reads it."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _from_file(path: Path, where: str) -> TrainConfig:
    table = read_toml(path)
    config = config_from_table(table, where)
    unused = [key for key in REGRESSING if key in table.get("student", {})]
    if config.student.kernels and unused:
        raise ConfigError(
            f"student.kernels and student.{unused[0]} in {where} exclude each other: a density "
            "head is fitted, not trained; leave one out"
        )
    return config


def config_from_table(table: dict[str, Any], where: str) -> TrainConfig:
    """Read a configuration from a parsed TOML table, checking keys, types and ranges."""
    config = load_settings(TrainConfig, table, where)
    for part in fields(config):
        require_numbers(getattr(config, part.name), part.name, where)
    require_compatible(config, where)
    return config


REGRESSING = ("head_weight", "head_units")
"""settings of the student of a head that regresses"""


def presets() -> list[str]:
    """Names of the shipped presets."""
    files = resources.files("sibeat.configs").iterdir()
    names = [file.name for file in files if file.name.startswith("train-")]
    return sorted(name.removeprefix("train-").removesuffix(".toml") for name in names)

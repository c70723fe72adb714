"""Numbers that can be meant in the configuration of a training."""

from dataclasses import fields
from typing import Any

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.filters import MAINS_HZ

RANGES = {
    "width": (1, 10_000),
    "n_latent": (1, 10_000),
    "epochs": (1, 100_000),
    "batch_size": (2, 100_000),  # BatchNorm needs two beats a batch
    "learning_rate": (1e-9, 10.0),
    "betas": (0.0, 0.999999),  # Adam divides by one less beta
    "feature_weight": (0.0, 1e6),
    "reinitialise_below": (0.0, 1e6),
    "time_warp": (0.0, 1.0),
    "temperature": (1e-3, 1e3),
    "distillation_weight": (0.0, 1e6),
    "head_weight": (0.0, 1e6),
    "head_units": (1, 10_000),
    "attention_weight": (0.0, 1e6),
    "kernels": (0, 10_000),
    "variation": (0.0, 1.0),
    "corruptions": (0, 100),
    "gentleness": (0.0, 1.0),
    "seed": (0, 2**31 - 1),
    "threads": (1, 1024),
}
"""values that can be meant, of each entry of a list; most upper ends only keep typing errors out"""


def require_numbers(section: Any, part: str, where: str) -> None:
    """Refuse numbers that cannot be meant, NaN and infinity among them.

    Parameters
    ----------
    section : dataclass of one part of the configuration
    part : its name
    where : where it comes from, for messages

    Raises
    ------
    ConfigError
        At the first number out of its range.
    """
    for name in (entry.name for entry in fields(section)):
        value = getattr(section, name)
        if name in RANGES:
            low, high = RANGES[name]
            if not all(low <= each <= high for each in _entries(value)):
                raise ConfigError(
                    f"{part}.{name} in {where} is {value}: expected {low:.10g} to {high:.10g}"
                )
        elif name == "mains_hz" and value not in (None, *MAINS_HZ):
            raise ConfigError(
                f'{part}.{name} in {where} is {value:g}: expected 50, 60 or "off", as the monitor '
                "has"
            )


def _entries(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)

"""What a synthetic recording is like: all that can be asked of it, and the limits."""

from dataclasses import dataclass, field

from .errors import UsageError
from .sampling_rate import MAX_FS, MIN_FS
from .synthetic_noise import NoiseSettings
from .synthetic_rhythm import RhythmSettings


@dataclass(frozen=True, slots=True)
class SyntheticSettings:
    """What the synthetic recording is like."""

    rhythm: RhythmSettings = field(default_factory=RhythmSettings)
    noise: NoiseSettings = field(default_factory=NoiseSettings)
    lead_off_rate: float = 0.0
    """times a minute that an electrode comes off"""
    lead_off_s: float = 4.0
    """mean time that it stays off, s"""


def check(settings: SyntheticSettings, fs: float) -> None:
    """Refuse what cannot be meant.

    Raises
    ------
    UsageError
        when a setting, or the sampling rate (Hz), lies outside its limits
    """
    rhythm, noise = settings.rhythm, settings.noise
    _within("fs", fs, MIN_FS, MAX_FS, "Hz")
    _within("heart rate", rhythm.heart_rate, 30, 220, "bpm")
    _within("ventricular run", rhythm.ventricular_run, 1, 1000, "beats")
    _within("pause", rhythm.pause_s, 0.5, 60, "s")
    _within("pattern", rhythm.pattern_cycles, 1, 1000, "cycles")
    _within("bradycardia", rhythm.brady_bpm, 10, 60, "bpm")
    _within("bradycardia", rhythm.brady_beats, 2, 1000, "beats")
    _within("tachycardia", rhythm.tachy_bpm, 100, 250, "bpm")
    _within("tachycardia", rhythm.tachy_beats, 2, 10_000, "beats")
    _within("asystole", rhythm.asystole_s, 2, 600, "s")
    _within("onset", rhythm.onset_s, 0, 1e6, "s")
    _within("noise", noise.level, 0, 1000, "times that of a good recording")
    _within("lead-off time", settings.lead_off_s, 0.1, 3600, "s")
    rates = {
        "ventricular": rhythm.ventricular_rate,
        "supraventricular": rhythm.supraventricular_rate,
        "pause": rhythm.pause_rate,
        "bigeminy": rhythm.bigeminy_rate,
        "trigeminy": rhythm.trigeminy_rate,
        "bradycardia": rhythm.brady_rate,
        "tachycardia": rhythm.tachy_rate,
        "asystole": rhythm.asystole_rate,
        "motion": noise.motion_rate,
        "lead-off": settings.lead_off_rate,
    }
    for name, rate in rates.items():
        _within(f"{name} rate", rate, 0, 120, "a minute")


def _within(name: str, got: float, lowest: float, highest: float, unit: str) -> None:
    if not lowest <= got <= highest:  # so written that NaN is refused too
        raise UsageError(
            f"synthetic ECG: {name} is {got:g}, expected {lowest:g} to {highest:g} {unit}; "
            "give a value in this range"
        )

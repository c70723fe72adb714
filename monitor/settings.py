"""The pipeline's settings: frozen, named in the configuration file as they are named here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """What a user may change between the source and the sinks."""

    threshold: float = 0.5
    """calibrated score from which a beat is abnormal, 0..1; 0.5 is the student's own default"""
    mains_hz: float | None = 50.0
    """mains frequency that gets an exact zero in the filter, 50 or 60 Hz; None for no notch"""
    detectors: tuple[str, ...] = ("neurokit",)
    """neurokit2 R-peak methods that vote on each candidate"""
    baseline: bool = True
    """compare beats with the patient's usual one; else the student and the rhythm judge alone"""
    refractory_s: float = 30.0
    """time in which a further alert of the same kind is logged but not announced; the time is
    the one that bedside monitors commonly use (30 s)"""
    asystole_s: float = 4.0
    """time without a trusted QRS that makes an asystole-like event"""
    pause_s: float = 2.0
    """RR interval from which a pause is reported, however slow the rhythm; 1.5 to 3"""
    vt_bpm: float = 100.0
    """rate from which five ventricular-like beats in a row are VT-like"""
    brady_bpm: float = 40.0
    """rate below which five beats are an extreme bradycardia"""
    tachy_bpm: float = 140.0
    """rate above which seventeen beats are an extreme tachycardia"""

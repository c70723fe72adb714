"""The scorer's default threshold: a quantile of the normal validation beats' scores.

The very scorer of the monitor runs over each validation record, beat by beat, at annotated
positions; the patient's usual beat and rhythm follow as they do live.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from sibeat.ecg.annotation import Mapping, aami_class
from sibeat.ecg.rhythm import Rhythm
from sibeat.ecg.stream import DoubleArray
from sibeat.model.artefact import load_student
from sibeat.model.scorer import Scorer, ScorerWeights

from .beats_file import Beats
from .export import recalibrate

NORMAL_QUANTILE = 0.98
"""share of normal validation beats under the default threshold; chosen by us: at 0.97 DS1's
records in atrial fibrillation alarm every other beat, at 0.99 a fifth of 223's V beats are missed"""
MAPPING: Mapping = "learning"
"""e and j are normal beats"""


def score_record(scorer: Scorer, beats: Beats) -> tuple[DoubleArray, DoubleArray]:
    """Run a fresh scorer over the beats of one record.

    Parameters
    ----------
    scorer : that has seen no beat yet
    beats : of one record, in order

    Returns
    -------
    provisional : (n_beats,), log raw scores before the following RR is known
    final : (n_beats,), with it
    """
    rhythm = Rhythm()
    fs = beats.origin.fs
    windows = beats.windows_float()
    provisional, final = np.empty(len(beats)), np.empty(len(beats))
    for place, (window, amplitude) in enumerate(zip(windows, beats.amplitude, strict=True)):
        rr_pre, rr_post = (_seconds(rr[place], fs) for rr in (beats.rr_pre, beats.rr_post))
        score = scorer.provisional(window, float(amplitude), rhythm.log_ratio(rr_pre))
        if rr_pre is not None:
            rhythm.add(rr_pre)
        scorer.learn(window, float(amplitude))
        provisional[place] = score.log_raw
        final[place] = scorer.final(score, rhythm.log_ratio(rr_post)).log_raw
    return provisional, final


def calibrate_scorer(artefact: Path, beats: Beats) -> ScorerWeights:
    """Set the threshold of an exported student, in place.

    Parameters
    ----------
    artefact : the ``.onnx`` file
    beats : prepared beats; those of the part ``validation`` calibrate

    Returns
    -------
    the weights that the artefact now holds
    """
    student = load_student(artefact)
    validation = beats.select(beats.part == "validation")
    scores = []
    for record in np.unique(validation.record):
        own = validation.select(validation.record == record)
        normal = np.array([aami_class(symbol, MAPPING) == "N" for symbol in own.symbol])
        provisional, _ = score_record(Scorer(student), own)
        scores.append(provisional[normal])
    threshold = float(np.quantile(np.concatenate(scores), NORMAL_QUANTILE))
    weights = replace(Scorer(student).weights, threshold=round(threshold, 3))
    calibration = student.contract.calibration
    recalibrate(artefact, replace(calibration, scorer=weights.stored()))
    return weights


def _seconds(samples: int, fs: float) -> float | None:
    return None if samples < 0 else float(samples) / fs

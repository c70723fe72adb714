"""The sampling rates that the pipeline takes, in one place."""

import math

from sibeat.ecg.errors import RecordError, SibeatError

MIN_FS = 100.0
MAX_FS = 2000.0
"""sampling rates that the pipeline is designed and tested for, Hz"""


def check_fs(fs: float, where: str, error: type[SibeatError] = RecordError) -> float:
    """Give the rate back when the pipeline takes it.

    Parameters
    ----------
    fs : float
        Sampling rate, Hz.
    where : str
        Who says so, as the message names it: ``--fs`` or ``the header of 208``.
    error : type of SibeatError
        What is raised: `UsageError` for an option, `RecordError` for a file.

    Raises
    ------
    SibeatError
        `error`, when the rate is not finite or lies outside 100 to 2,000 Hz.
    """
    if math.isfinite(fs) and MIN_FS <= fs <= MAX_FS:
        return float(fs)
    is_option = where.startswith("--")
    hint = "" if is_option else ": give the true rate with --fs, or resample the recording"
    raise error(
        f"{where} gives a sampling rate of {fs:g} Hz, expected {MIN_FS:g} to {MAX_FS:g} Hz{hint}"
    )

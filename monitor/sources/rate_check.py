"""The sampling rate that a stream runs by, against what its arrivals or its recording say."""

JUDGED_S = 10.0
"""arrivals from which a rate is judged, s; chosen by us: bursts count 0.2 % then"""
FILE_PACE = 10.0
"""times the stated rate from which what comes is a file through a pipe, as fast as it goes; chosen
by us: no board's rate is stated that wrong, and the slowest computer reads a file quicker"""
TOLERANCE = 0.02
"""share of the rate by which it may be off before that is said (docs/boards.md)"""
SAME_RATE = 0.01
"""share by which --fs may be off what a recording says before that is said; chosen by us: the clock
of a cheap board"""


def rate_warning(
    nominal_fs: float | None,
    measured_fs: float | None,
    span_s: float,
    counted: bool,
    shown_fs: float | None = None,
) -> str | None:
    """Say that the rate is not what it should be; None when it is, or is not known yet.

    Arrivals decide; where they cannot, a time column is taken at its word.

    Parameters
    ----------
    nominal_fs : rate by which the stream runs, Hz
    measured_fs : rate of the arrivals, counted losses included, Hz; None: see ``rate_of_arrivals``
    span_s : time over which that was measured, s
    counted : whether losses are counted, and so are none of the difference
    shown_fs : rate that the time column of a file shows, Hz
    """
    if nominal_fs is None:
        return None
    if measured_fs is None or span_s < JUDGED_S:
        return override_warning("the time column", nominal_fs, shown_fs)
    off = measured_fs / nominal_fs - 1
    if abs(off) <= TOLERANCE:
        return None
    cause = "" if counted or off > 0 else ", or samples are lost that nothing counts"
    return (
        f"the board sends {measured_fs:.1f} samples a second, {off:+.1%} from {nominal_fs:g} Hz"
        f"{cause}: give the true rate with --fs"
    )


def rate_of_arrivals(nominal_fs: float | None, measured_fs: float | None) -> float | None:
    """Give the rate at which samples arrive, Hz; None where it says nothing of theirs.

    Parameters
    ----------
    nominal_fs : rate by which the stream runs, Hz
    measured_fs : samples that arrive in a second, Hz
    """
    if nominal_fs is None or measured_fs is None or measured_fs <= FILE_PACE * nominal_fs:
        return measured_fs
    return None


def override_warning(name: str, fs: float, stated_fs: float | None) -> str | None:
    """Say that ``--fs`` goes against what a recording says of itself; None when it does not.

    Parameters
    ----------
    name : of the recording
    fs : rate by which it is replayed, Hz
    stated_fs : what it says, Hz; None or 0: nothing
    """
    if not stated_fs or abs(fs / stated_fs - 1) <= SAME_RATE:
        return None
    return f"{name} says {stated_fs:g} Hz, times and filters follow --fs {fs:g}: leave it out?"

"""The sampling rate that a stream runs by, against the one that its arrivals show."""

JUDGED_S = 10.0
"""arrivals from which a rate is judged, s; chosen by us: bursts count 0.2 % then"""
TOLERANCE = 0.02
"""share of the rate by which it may be off; issue 5 warns from there on"""


def rate_warning(
    nominal_fs: float | None, measured_fs: float | None, span_s: float, counted: bool
) -> str | None:
    """Say that the rate is not what it should be; None when it is, or is not known yet.

    Parameters
    ----------
    nominal_fs : rate by which the stream runs, Hz
    measured_fs : rate of the arrivals, counted losses included, Hz
    span_s : time over which that was measured, s
    counted : whether losses are counted, and so are none of the difference
    """
    if nominal_fs is None or measured_fs is None or span_s < JUDGED_S:
        return None
    off = measured_fs / nominal_fs - 1
    if abs(off) <= TOLERANCE:
        return None
    cause = "" if counted or off > 0 else ", or samples are lost that nothing counts"
    return (
        f"the board sends {measured_fs:.1f} samples a second, {off:+.1%} from {nominal_fs:g} Hz"
        f"{cause}: give the true rate with --fs"
    )

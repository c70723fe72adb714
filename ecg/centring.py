"""Where within a QRS the R-peak is: the greatest deflection, between samples."""

from .stream import DoubleArray

SEARCH_MS = 60.0
"""reach of the re-centring on each side; chosen by us: half a wide QRS (120 ms)"""
OPPOSITE_SHARE = 1.25
"""the deflection against the lead's polarity must be this much greater to be taken for the R-peak;
chosen by us: an RS complex of near-equal deflections must not jump from beat to beat"""


def refine(
    filtered: DoubleArray,
    fs: float,
    approximate: int,
    search_ms: float = SEARCH_MS,
    polarity: int = 1,
    origin: int = 0,
) -> float:
    """Re-centre a peak on the QRS's greatest deflection, between samples.

    Parameters
    ----------
    filtered : (n_samples,), band-passed
    fs : sampling rate, Hz
    approximate : index near the R-peak
    search_ms : reach of the search on each side, ms
    polarity : 1 where R-peaks of the lead point up, -1 where they point down
    origin : added to the index; added here, whole, it leaves the fraction's bits alone

    Returns
    -------
    index of the R-peak in `filtered`, the vertex of the parabola through three samples
    """
    reach = max(1, round(search_ms * fs / 1000.0))
    low = max(0, approximate - reach)
    piece = filtered[low : approximate + reach + 1] * polarity
    if len(piece) == 0:
        return float(origin + approximate)
    top, bottom = int(piece.argmax()), int(piece.argmin())
    at = bottom if -piece[bottom] > OPPOSITE_SHARE * piece[top] else top
    # the whole signal, not the piece: the extremum may be the last sample of the search
    return (origin + low + at) + _vertex(filtered, low + at)


def polarity_of(qrs: DoubleArray) -> float:
    """Direction of a QRS, -1 to 1: 1 where it only points up, -1 where it only points down.

    Parameters
    ----------
    qrs : (n,), band-passed
    """
    if len(qrs) == 0:
        return 0.0
    up, down = max(float(qrs.max()), 0.0), max(-float(qrs.min()), 0.0)
    return (up - down) / (up + down) if up + down > 0.0 else 0.0


def _vertex(values: DoubleArray, at: int) -> float:
    """Offset, -0.5 to 0.5, of the extremum of the parabola through the values around `at`."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = values[at - 1], values[at], values[at + 1]
    if (here - before) * (here - after) < 0.0:
        return 0.0  # on a slope: the search ended before the extremum
    curvature = before - 2 * here + after
    if curvature == 0.0:
        return 0.0
    return float(min(0.5, max(-0.5, 0.5 * (before - after) / curvature)))

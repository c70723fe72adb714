"""What measurements say: percentiles of a list, and the median of repeats."""

from collections.abc import Sequence
from statistics import median, quantiles


def percentiles(values: Sequence[float], digits: int = 4) -> dict[str, float | int]:
    """Count, p50, p99 and maximum; only the count where there are no values."""
    if not values:
        return {"n": 0}
    cuts = quantiles(values, n=100, method="inclusive") if len(values) > 1 else [values[0]] * 99
    return {
        "n": len(values),
        "p50": round(cuts[49], digits),
        "p99": round(cuts[98], digits),
        "max": round(max(values), digits),
    }


def spread(values: Sequence[float], digits: int = 4) -> dict[str, float | list[float]]:
    """Median of repeats, and the repeats."""
    return {
        "median": round(median(values), digits),
        "repeats": [round(value, digits) for value in values],
    }

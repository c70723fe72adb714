"""Paired differences over seeds, and what they show."""

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

from scipy import stats

LEVEL = 0.95


def difference(own: Sequence[float], base: Sequence[float]) -> dict[str, Any]:
    """Paired difference over seeds with its 95 % interval (Student's t), and what it shows."""
    pairs = [one - other for one, other in zip(own, base, strict=True)]
    mean = fmean(pairs)
    if len(pairs) < 2:
        return {"mean": mean, "interval": None, "shows": "not shown"}
    quantile = float(stats.t.ppf(0.5 + LEVEL / 2, len(pairs) - 1))
    reach = quantile * stdev(pairs) / len(pairs) ** 0.5
    interval = [mean - reach, mean + reach]
    return {"mean": mean, "interval": interval, "shows": verdict(interval)}


def require_seeds(seeds: Sequence[int]) -> None:
    """Refuse a seed that comes twice: its second run says nothing new, and narrows the interval.

    Raises
    ------
    SystemExit
        When one does.
    """
    if len(set(seeds)) < len(seeds):
        raise SystemExit(
            f"the runs have the students' seeds {', '.join(map(str, seeds))}: expected a run a "
            "seed; leave out the folders of a seed that is there already"
        )


def verdict(interval: Sequence[float]) -> str:
    """Say better or worse where an interval leaves zero out."""
    low, high = interval
    return "better" if low > 0 else "worse" if high < 0 else "not shown"


def interval_text(interval: Sequence[float] | None) -> str:
    """Write an interval for a table."""
    return "-" if interval is None else f"{interval[0]:+.4f} to {interval[1]:+.4f}"

"""Losses longer than a counter's period: the counter gives the rest, the arrival clock the rounds.

A counter of 8 bits at 250 Hz shows every loss below 1.02 s exactly; BITalino's of 4 bits at 1000
Hz goes round in 16 ms, which is less than arrivals jitter: there only losses of a tenth of a second
and more are resolved, to the round that is nearest to the clock.
"""

from collections.abc import Sequence

from sibeat.monitor.sources.base import Decoded, Missing


def whole_rounds(n_late: int, period: int) -> int:
    """Samples of whole rounds of a counter in what the clock lacks.

    Parameters
    ----------
    n_late : samples for which there was time, beyond those that came or were counted as lost
    period : samples of a round
    """
    return max(0, round(n_late / period)) * period


def with_rounds(
    decoded: Sequence[Decoded], n_late: int, period: int, n_jitter: int
) -> list[Decoded]:
    """Add whole rounds to the first counted loss, where the clock shows them.

    Parameters
    ----------
    decoded : what arrived together
    n_late, period : see ``whole_rounds``
    n_jitter : samples by which an arrival may be late for no reason
    """
    items = list(decoded)
    place = next((i for i, item in enumerate(items) if is_dropped(item)), None)
    if place is None or n_late < max(n_jitter, period - n_jitter):
        return items
    n_samples = items[place].n_samples + whole_rounds(n_late, period)
    items[place] = Missing(n_samples, "dropped")
    return items


def is_dropped(item: Decoded) -> bool:
    """Tell whether an item is a counted loss."""
    return isinstance(item, Missing) and item.reason == "dropped"


def without_first(decoded: Sequence[Decoded], n_samples: int) -> tuple[list[Decoded], int]:
    """Leave out the first samples: their time was already given as a gap.

    Returns
    -------
    What is left, and how many samples are still to be left out of what follows.
    """
    left: list[Decoded] = []
    for item in decoded:
        n_out = min(n_samples, item.n_samples)
        n_samples -= n_out
        if n_out < item.n_samples:
            left.append(_tail(item, n_out) if n_out else item)
    return left, n_samples


def _tail(item: Decoded, n_out: int) -> Decoded:
    if isinstance(item, Missing):
        return Missing(item.n_samples - n_out, item.reason)
    return type(item)(item.values[n_out:])

"""Losses longer than a counter's period: the counter gives the rest, the arrival clock the rounds.

A counter of 8 bits at 250 Hz shows every loss below 1.02 s exactly, and longer ones as long as the
clock is right to half a second. BITalino's of 4 bits at 1000 Hz goes round in 16 ms, which is less
than arrivals jitter: there only losses of a tenth of a second and more are resolved, to the round
that is nearest to the clock, and losses of whole rounds only from a second on.
"""

from collections.abc import Sequence
from typing import Literal

from sibeat.monitor.sources.base import Decoded, Decoder, Missing

STAMPS_S = 1.0
"""how far a time column may be beside the arrival clock, s; chosen by us: a link that got slower, a
resonator that is 0.5 % off in a pause of minutes; what is further off was set, or stood still"""


def whole_rounds(n_late: int, period: int) -> int:
    """Samples of whole rounds of a counter in what the clock lacks.

    Parameters
    ----------
    n_late : samples for which there was time, beyond those that came or were counted as lost
    period : samples of a round
    """
    return max(0, round(n_late / period)) * period


def with_rounds(
    decoded: Sequence[Decoded], n_late: int, n_quiet: int, period: int, n_jitter: int
) -> list[Decoded]:
    """Add whole rounds to the first counted loss, where the clock shows them.

    A loss of whole rounds alone is none to the counter: nothing at all must have come meanwhile.

    Parameters
    ----------
    decoded : what arrived together
    n_late, period : see ``whole_rounds``
    n_quiet : samples for which there was time while reads found nothing, before these came
    n_jitter : samples by which an arrival may be late for no reason
    """
    items, rounds = list(decoded), whole_rounds(n_late, period)
    if not may_be_rounds(n_late, period, n_jitter):
        return items
    place = next((i for i, item in enumerate(items) if is_dropped(item)), None)
    if place is not None:
        items[place] = Missing(items[place].n_samples + rounds, "dropped")
    elif 2 * n_jitter < period <= n_quiet + n_jitter:
        items.insert(0, Missing(rounds, "dropped"))
    return items


def counts(decoder: Decoder) -> bool:
    """Tell whether a decoder counts losses, by counter or time stamps."""
    return decoder.counts_losses or decoder.counter_period is not None


def may_be_rounds(n_late: float, period: int | None, n_jitter: int) -> bool:
    """Tell whether the clock leaves room for rounds of a counter; see ``with_rounds``."""
    return period is not None and n_late >= max(n_jitter, period - n_jitter)


def missing_by_count(
    decoder: Decoder,
    absence: Literal["silence", "reconnect"] | None,
    loss: Missing | None,
    by_clock: int,
    n_off: int,
) -> int:
    """Samples missing at a loss in doubt: by counter or time stamps where they tell, or the clock.

    Parameters
    ----------
    decoder : of the stream
    absence : what the loss was; None: the stream went on
    loss : as counted
    by_clock, n_off : see ``if_it_ran_on``
    """
    counted, period = loss.n_samples if loss else 0, decoder.counter_period
    if loss is not None and loss.anew:
        return max(counted, by_clock)
    if not counts(decoder):
        return by_clock
    if absence == "silence" and period is not None:
        n_late = by_clock - counted
        return counted + (whole_rounds(n_late, period) if n_late >= n_off else 0)
    missing = if_it_ran_on(counted, by_clock, period, n_off)
    return by_clock if missing is None else missing


def if_it_ran_on(counted: int, by_clock: int, period: int | None, n_off: int) -> int | None:
    """Samples missing, by the board's own count; None: it began anew, or its clock was set.

    Parameters
    ----------
    counted : samples missing by counter or time stamps, if the board ran on
    by_clock : the same by the arrival clock
    period : samples after which the counter begins anew; None: the count has no end
    n_off : samples by which count and clock may differ: beyond that, nothing fits
    """
    rounds = 0 if period is None else round((by_clock - counted) / period) * period
    missing = counted + rounds
    return missing if missing >= 0 and abs(missing - by_clock) <= n_off else None


def is_doubtful(decoder: Decoder, item: Decoded, fs: float) -> bool:
    """Tell whether a time column says what arrivals must confirm: it began anew, or a long loss."""
    if not decoder.counts_losses or not isinstance(item, Missing) or item.reason != "dropped":
        return False
    return item.anew or item.n_samples > STAMPS_S * fs


def is_dropped(item: Decoded) -> bool:
    """Tell whether an item is a counted loss."""
    return isinstance(item, Missing) and item.reason == "dropped"


def without_loss(decoded: Sequence[Decoded]) -> list[Decoded]:
    """Leave out a counted loss before the first sample."""
    return list(decoded[1:] if decoded and is_dropped(decoded[0]) else decoded)


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

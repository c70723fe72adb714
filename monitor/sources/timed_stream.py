"""A stream of a settled rate beside the arrival clock: silences, returns, losses that are in doubt.

While nothing comes, the clock moves the index, in pieces of half a second. What comes after a pause
may be the first part of a backlog: where that matters it is held until the link catches up no
further (:mod:`~sibeat.monitor.sources.lateness`), and only then counter, time column and clock are
weighed. Samples whose time was given as a gap by then are left out: later ones are in their places,
which they were not if the index ran ahead of time, for good and further with each such stall.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sibeat.ecg.stream import Item
from sibeat.monitor.sources.base import Decoded, Decoder, Missing
from sibeat.monitor.sources.counter_losses import (
    counts,
    may_be_rounds,
    missing_by_count,
    with_rounds,
    without_first,
)
from sibeat.monitor.sources.lateness import LATE_S, Lateness
from sibeat.monitor.sources.sample_clock import SampleClock

Absence: TypeAlias = Literal["silence", "reconnect"]

PIECES_AFTER = 2
"""silences after which its pieces begin; chosen by us: what was only held up comes until then, and
silence and unplug are to be noticed within 2 s"""
PIECE_S = 0.5
"""length of the pieces that a running silence is given in; chosen by us: an asystole-like event
must come within 5 s of the last beat, and its 4 s pass on the sample clock"""
STAMPS_S = 1.0
"""how far a time column may be beside the arrival clock, s; chosen by us: a link that got slower, a
resonator that is 0.5 % off in a pause of minutes; what is further off was set, or stood still"""
HOLD_S = 2.0
"""longest that samples are held, s; chosen by us: a network delivers minutes in it, and an alert
must not wait longer"""


@dataclass(slots=True)
class _Held:
    """What waits until it is known how much is missing before it."""

    since_s: float
    decoded: list[Decoded]
    absence: Absence | None
    loss: Missing | None
    """how much that is by the board's count; None: it tells of none here"""
    n_quiet: int
    """samples for which there was time while reads found nothing"""
    n_away: int
    """samples that are missing at least"""


class TimedStream:
    """Places samples and gaps on the sample clock.

    Parameters
    ----------
    decoder : tells how losses are counted
    fs : sampling rate, Hz
    silence_s : time without a sample that is a silence, s
    clock : the index
    time_s : arrival clock of the last samples that were placed, s
    """

    def __init__(
        self, decoder: Decoder, fs: float, silence_s: float, clock: SampleClock, time_s: float
    ) -> None:
        self.absence: Absence | None = None
        """why there are no samples now"""
        self._decoder, self._fs, self._silence_s = decoder, fs, silence_s
        self._clock, self._late = clock, Lateness(fs, time_s)
        self._n_jitter = round(LATE_S * fs)
        self._last_s = time_s
        self._back_s = 0.0
        self._held: _Held | None = None
        self._n_given = 0  # samples that did not come yet, whose time was given as a gap

    def take(self, time_s: float, polled_s: float, decoded: list[Decoded]) -> list[Item]:
        """Take what was decoded; `polled_s`: time of the arrival before, which may have been empty.

        Returns
        -------
        What can be placed by now.
        """
        n_samples = sum(item.n_samples for item in decoded)
        items = self._release() if self._held and self._late.stands(time_s, n_samples) else []
        if self._held is None:
            items += self._weigh(time_s, polled_s, decoded)
        else:
            self._late.add(time_s, n_samples)
            self._held.decoded += decoded
        self._last_s = time_s
        if self._held is not None and self._is_plain(self._held):
            items += self._release()
        elif self._held is not None and time_s - self._held.since_s >= HOLD_S:
            items += self._release(still_comes=True)
        return items

    def wait(self, time_s: float) -> list[Item]:
        """Let the clock go on while no samples come."""
        if self._held is not None:
            return self._release() if self._late.stands(time_s) else []
        quiet_s = time_s - self._last_s
        if self.absence is None and quiet_s >= self._silence_s:
            self.absence = "silence"
        due = int((quiet_s - LATE_S) * self._fs)
        if self.absence == "silence" and quiet_s < PIECES_AFTER * self._silence_s:
            return []
        least = min(PIECE_S, self._silence_s) * self._fs
        if self.absence is None or due - self._n_given < least:
            return []
        return self._lengthen(due)

    def lose(self, decoded: list[Decoded]) -> list[Item]:
        """Take that the port is gone, and what was decoded last before."""
        items = self.end(decoded)
        self.absence = "reconnect"
        return items

    def come_back(self, time_s: float) -> None:
        """Take that the port is back."""
        self._back_s = time_s

    def end(self, decoded: list[Decoded]) -> list[Item]:
        """Place what is held, and the last that was decoded."""
        items = self._release() if self._held is not None else []
        return items + self._place(decoded)

    def _weigh(self, time_s: float, polled_s: float, decoded: list[Decoded]) -> list[Item]:
        """Place what is in no doubt, and hold what follows."""
        at = self._doubt_in(decoded)
        before, after = (decoded, []) if at is None else (decoded[:at], decoded[at:])
        loss = None
        if after and isinstance(after[0], Missing) and after[0].reason == "dropped":
            loss, after = after[0], after[1:]
        n_samples = sum(item.n_samples for item in before + after)
        self._late.add(time_s, n_samples)
        period = self._decoder.counter_period
        if at is None and may_be_rounds(self._late.least, period, self._n_jitter):
            before, after = [], decoded
        elif at is None:
            return self._place(decoded)
        n_quiet = round((polled_s - self._last_s) * self._fs)
        self._held = _Held(time_s, after, self.absence, loss, n_quiet, self._n_away())
        return self._place(before)

    def _doubt_in(self, decoded: list[Decoded]) -> int | None:
        """Find the place before which an unknown number of samples is missing."""
        if self.absence is not None:
            return 0
        if not self._decoder.counts_losses:
            return None
        return next((i for i, item in enumerate(decoded) if self._is_doubtful(item)), None)

    def _is_doubtful(self, item: Decoded) -> bool:
        return isinstance(item, Missing) and (item.anew or item.n_samples > STAMPS_S * self._fs)

    def _n_away(self) -> int:
        """Samples that a port lost while it was away: opening it drops what it held."""
        if self.absence != "reconnect":
            return 0
        return max(1, round((self._back_s - self._last_s) * self._fs))

    def _is_plain(self, held: _Held) -> bool:
        """Tell whether the clock leaves no room for rounds of a counter any more."""
        period = self._decoder.counter_period
        doubt = held.absence is not None or held.loss is not None
        return not doubt and not may_be_rounds(self._late.least, period, self._n_jitter)

    def _release(self, still_comes: bool = False) -> list[Item]:
        """Place what is held; `still_comes`: the link was still catching up."""
        assert self._held is not None
        held, self._held = self._held, None
        by_clock, period = round(self._late.least), self._decoder.counter_period
        self._late.forget()
        if still_comes and counts(self._decoder) and not (held.loss and held.loss.anew):
            by_clock = held.loss.n_samples if held.loss else 0  # the rest is on its way
        if held.absence is None and held.loss is None and period is not None:
            return self._place(
                with_rounds(held.decoded, by_clock, held.n_quiet, period, self._n_jitter)
            )
        missing = missing_by_count(
            self._decoder,
            held.absence,
            held.loss,
            max(by_clock, held.n_away),
            round((STAMPS_S if period is None else LATE_S) * self._fs),
        )
        if held.absence is None:
            return self._place([Missing(max(1, missing), "dropped"), *held.decoded])
        items = self._lengthen(missing)
        self._n_given -= missing
        self.absence = None
        return items + self._place(held.decoded)

    def _lengthen(self, n_missing: int) -> list[Item]:
        """Give what the gap at hand lacks to that length."""
        n_more = n_missing - self._n_given
        if n_more <= 0 or self.absence is None:
            return []
        self._n_given = n_missing
        return [self._clock.gap(n_more, self.absence)]

    def _place(self, decoded: list[Decoded]) -> list[Item]:
        decoded, self._n_given = without_first(decoded, self._n_given)
        return self._clock.place(decoded)

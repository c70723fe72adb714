"""A stream of a settled rate beside the arrival clock: silences, returns, losses that are in doubt.

While nothing comes, the clock moves the index, in pieces of half a second. What comes after a pause
may be the first part of a backlog: where that matters a case is open, and what comes is held, until
the link catches up no further (:mod:`~sibeat.monitor.sources.lateness`); only then counter, time
column and clock are weighed. A slow backlog flows after a while, while its case stays open; and
what the clock took for lost is doubted again when more comes than there was time for. Samples whose
time was given as a gap by then are left out, so that later ones are in their places.
"""

from sibeat.ecg.stream import Item
from sibeat.monitor.sources.base import Decoded, Decoder, Missing
from sibeat.monitor.sources.counter_losses import (
    STAMPS_S,
    is_doubtful,
    may_be_rounds,
    with_rounds,
    without_first,
)
from sibeat.monitor.sources.lateness import LATE_S, Lateness
from sibeat.monitor.sources.loss_case import Absence, LossCase
from sibeat.monitor.sources.patience import Patience
from sibeat.monitor.sources.sample_clock import SampleClock

PIECES_AFTER = 2
"""silences after which its pieces begin; chosen by us: what was only held up comes until then, and
silence and unplug are to be noticed within 2 s"""
PIECE_S = 0.5
"""length of the pieces that a running silence is given in; chosen by us: an asystole-like event
must come within 5 s of the last beat, and its 4 s pass on the sample clock"""
REOPENED_S = 10.0
"""time for which what the clock took for lost may still come, s; chosen by us: a link that stalls
again while it catches up; later, what comes early is a link that got quicker"""
HOLD_S = 2.0
"""longest that samples are held, s; chosen by us: a network delivers minutes in it, and an alert
must not wait longer"""


class TimedStream:
    """Places samples and gaps on the sample clock.

    Parameters
    ----------
    decoder : tells how losses are counted
    fs : sampling rate, Hz
    silence_s : time without a sample that is a silence, s
    clock : the index
    late : how far the stream is behind the arrival clock, or ahead of it
    time_s : arrival clock of the last samples that were placed, s
    """

    def __init__(
        self,
        decoder: Decoder,
        fs: float,
        silence_s: float,
        clock: SampleClock,
        late: Lateness,
        time_s: float,
    ) -> None:
        self.absence: Absence | None = None
        """why there are no samples now"""
        self.patience = Patience(PIECES_AFTER * silence_s, time_s)
        """how long what is silent may hold samples back"""
        self._decoder, self._fs, self._silence_s = decoder, fs, silence_s
        self._clock, self._late = clock, late
        self._n_jitter = round(LATE_S * fs)
        self._last_s = time_s
        self._reopened_until_s = time_s
        self._n_spare = 0  # samples taken for lost by the clock alone, in whole rounds of a counter
        self._case: LossCase | None = None
        self._n_given = 0  # samples that did not come yet, whose time was given as a gap

    @property
    def catches_up(self) -> bool:
        """Whether what comes may be a backlog, whose pace is no rate."""
        doubt = self._case is not None and not self._case.is_of_rounds
        return self.absence is not None or doubt

    @property
    def runs_ahead(self) -> bool:
        """Whether what comes is so much quicker than its time that arrivals judge nothing."""
        return self._late.runs_ahead

    def take(self, time_s: float, polled_s: float, decoded: list[Decoded]) -> list[Item]:
        """Take what was decoded; `polled_s`: time of the arrival before, which may have been empty.

        Returns
        -------
        What can be placed by now.
        """
        parts = self._parts(decoded)
        return [item for part in parts for item in self._take_part(time_s, polled_s, part)]

    def _take_part(self, time_s: float, polled_s: float, decoded: list[Decoded]) -> list[Item]:
        """Take what has no doubt in it but perhaps at its start."""
        items: list[Item] = []
        n_samples = sum(item.n_samples for item in decoded)
        if self._case is not None and self._late.stands(time_s, n_samples):
            items += self._close(self._case)
        elif self._case is not None and self._is_doubtful(decoded[0]):
            items += self._close(self._case, still_comes=True)
        if self._case is None:
            items += self._weigh(time_s, polled_s, decoded)
        else:
            self._late.add(time_s, n_samples)
            self._case.held += decoded
        self._last_s = time_s
        return items + self._let_go(time_s)

    def wait(self, time_s: float) -> list[Item]:
        """Let the clock go on while no samples come."""
        if self._case is not None:
            return self._close(self._case) if self._late.stands(time_s) else []
        quiet_s = time_s - self._last_s
        if self.absence is None and quiet_s >= self._silence_s:
            self.absence = "silence"
        due = int((quiet_s - LATE_S) * self._fs)
        if self.absence == "silence" and quiet_s < self.patience.wait_s(time_s):
            return []
        least = min(PIECE_S, self._silence_s) * self._fs
        if self.absence is None or due - self._n_given < least:
            return []
        n_more, self._n_given = due - self._n_given, due
        return [self._clock.gap(n_more, self.absence)]

    def lose(self, decoded: list[Decoded]) -> list[Item]:
        """Take that the port is gone, and what was decoded last before."""
        items = self.end(decoded)
        self.absence = "reconnect"
        return items

    def end(self, decoded: list[Decoded]) -> list[Item]:
        """Place what is held, and the last that was decoded."""
        items = self._close(self._case) if self._case is not None else []
        return items + self._place(decoded)

    def _parts(self, decoded: list[Decoded]) -> list[list[Decoded]]:
        """Part what was decoded where an unknown number of samples is missing."""
        parts: list[list[Decoded]] = []
        for item in decoded:
            if not parts or self._is_doubtful(item):
                parts.append([])
            parts[-1].append(item)
        return parts

    def _is_doubtful(self, item: Decoded) -> bool:
        return is_doubtful(self._decoder, item, self._fs)

    def _weigh(self, time_s: float, polled_s: float, decoded: list[Decoded]) -> list[Item]:
        """Place what is in no doubt, and hold what follows a doubt."""
        if self.absence is None and time_s - self._last_s >= self._silence_s:
            self.absence = "silence"  # in which nobody read
        judged = not self.runs_ahead
        doubtful = self.absence is not None or (judged and self._is_doubtful(decoded[0]))
        loss = None
        if doubtful and isinstance(decoded[0], Missing) and decoded[0].reason == "dropped":
            loss, decoded = decoded[0], decoded[1:]
        came = [item for item in decoded if not self._is_doubtful(item)]
        self._late.add(time_s, sum(item.n_samples for item in came))
        reopened = self._reopen(time_s, doubtful)
        if not doubtful and not reopened and not self._may_be_rounds():
            return self._place(decoded)
        n_quiet = round((polled_s - self._last_s) * self._fs)
        absence: Absence | None = "silence" if reopened else self.absence
        self._case = LossCase(time_s, decoded, absence, loss, n_quiet)
        return []

    def _reopen(self, time_s: float, doubtful: bool) -> bool:
        """Doubt what the clock took for lost, if more comes than there was time for since.

        A new doubt is weighed together with it.

        Returns
        -------
        Whether this is what brings a case up.
        """
        if time_s >= self._reopened_until_s:
            self._late.n_spare = 0
        if self._late.n_spare == 0 or not (doubtful or self._late.n_early > self._n_jitter):
            return False
        self._n_given += self._n_spare
        self._late.expect_again()
        return self.absence is None

    def _may_be_rounds(self) -> bool:
        """Tell whether the clock leaves room for rounds of a counter."""
        return may_be_rounds(self._late.least, self._decoder.counter_period, self._n_jitter)

    def _let_go(self, time_s: float) -> list[Item]:
        """Place what is held no longer: there is no doubt any more, or it was held long enough."""
        case = self._case
        if case is None or (not case.flows and self._waits(case, time_s)):
            return []
        if case.is_of_rounds:
            return self._close(case, still_comes=True)
        items = [] if case.flows else self._take_for_missing(case, still_comes=True)
        case.flows = True
        return items + self._place_held(case)

    def _waits(self, case: LossCase, time_s: float) -> bool:
        """Tell whether what is held may be held on."""
        return time_s - case.since_s < HOLD_S and (not case.is_of_rounds or self._may_be_rounds())

    def _close(self, case: LossCase, still_comes: bool = False) -> list[Item]:
        """Place what is held; `still_comes`: the link may yet deliver what is lacking."""
        items: list[Item] = []
        if not case.is_of_rounds:
            items = self._take_for_missing(case, still_comes)
        elif not still_comes:
            case.held = self._with_rounds(case)
        if case.n_quiet >= self._silence_s * self._fs and not still_comes:
            pause_s, missing_s = case.n_quiet / self._fs, case.n_taken / self._fs
            self.patience.learn(case.since_s - pause_s, pause_s, missing_s, self._last_s)
        self._case, n_late = None, round(self._late.least)
        self._late.forget(case.n_taken if still_comes and not case.is_of_rounds else None)
        if not still_comes and not case.is_of_rounds:
            n_spare = max(0, case.n_taken - case.n_counted)
            self._n_spare = n_spare - n_spare % (self._decoder.counter_period or 1)
            self._late.n_spare = max(0, n_late - case.n_counted) if self._n_spare else 0
            self._reopened_until_s = self._last_s + REOPENED_S
        return items + self._place_held(case)

    def _with_rounds(self, case: LossCase) -> list[Decoded]:
        period = self._decoder.counter_period
        assert period is not None, "without a counter something else is in doubt"
        by_clock = round(self._late.least)
        return with_rounds(case.held, by_clock, case.n_quiet, period, self._n_jitter)

    def _take_for_missing(self, case: LossCase, still_comes: bool) -> list[Item]:
        """Take for missing what count and clock tell by now, and give the gap that lacks for it."""
        counts_rounds = self._decoder.counter_period is not None
        n_off = self._n_jitter if counts_rounds else round(STAMPS_S * self._fs)
        n_missing = case.n_missing(self._decoder, self._late.least, n_off, still_comes)
        n_more = n_missing - case.n_taken - self._n_given
        case.n_taken, self._n_given = n_missing, max(0, -n_more)
        return [self._clock.gap(n_more, case.absence or "dropped")] if n_more > 0 else []

    def _place_held(self, case: LossCase) -> list[Item]:
        """Place what came since the doubt; with the first sample the absence is over."""
        held, case.held = case.held, []
        items = self._place(held)
        if items or self._case is None:
            self.absence = None
        return items

    def _place(self, decoded: list[Decoded]) -> list[Item]:
        decoded, self._n_given = without_first(decoded, self._n_given)
        return self._clock.place(decoded)

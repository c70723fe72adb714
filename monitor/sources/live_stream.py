"""Puts what a live source decodes on the one clock: from arrivals to chunks and gaps.

Pure: a function of the sequence of :class:`ByteArrival` records, so that a recording of them gives
the same items. Samples and counted losses move the index by themselves; while nothing comes, the
arrival clock moves it in pieces of half a second. Until the rate is settled everything is buffered.
"""

from typing import Literal

from sibeat.ecg.errors import UsageError
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import Item
from sibeat.monitor.sources.base import ByteArrival, Decoded, Decoder, SourceState, SourceStatus
from sibeat.monitor.sources.counter_losses import (
    counts,
    is_dropped,
    missing_by_count,
    with_rounds,
    without_first,
)
from sibeat.monitor.sources.rate_check import rate_warning
from sibeat.monitor.sources.rate_meter import RateMeter
from sibeat.monitor.sources.rate_settling import MEASURE_S, RateSettling
from sibeat.monitor.sources.sample_clock import SampleClock

SILENCE_S = 1.0
"""time without a sample that is a silence (issue 5: stalls over 1 s are counted)"""
PIECES_AFTER = 2
"""silences after which its pieces begin; chosen by us: what was only held up comes until then, and
silence and unplug are to be noticed within 2 s"""
PIECE_S = 0.5
"""length of the pieces that a running silence is given in; chosen by us: an asystole-like event
must come within 5 s of the last beat, and its 4 s pass on the sample clock"""
LATE_S = 0.1
"""how much later than others a sample may arrive, s; chosen by us: what a radio or a USB chip keeps
back. The pieces stay behind the arrival clock by this, or they would take its place"""


class LiveStream:
    """The sample clock of a live source.

    Parameters
    ----------
    decoder : Decoder
        Fed by this object alone.
    fs : float, optional
        Sampling rate as the user states it, Hz; else the decoder's word, else measured.
    silence_s, measure_s : float
        See ``SILENCE_S`` and ``MEASURE_S``.

    Raises
    ------
    UsageError
        The stated rate is none that the pipeline takes.
    """

    def __init__(
        self,
        decoder: Decoder,
        fs: float | None = None,
        silence_s: float = SILENCE_S,
        measure_s: float = MEASURE_S,
    ) -> None:
        self.fs: float | None = None
        """sampling rate in Hz, None until it is settled; never changes after"""
        self._decoder = decoder
        stated_fs = None if fs is None else check_fs(fs, "--fs", UsageError)
        self._settling = RateSettling(decoder, stated_fs, measure_s)
        self._silence_s = silence_s
        self._meter = RateMeter()
        self._clock = SampleClock()
        self._last_s: float | None = None
        self._now_s = self._polled_s = 0.0
        self._absent: Literal["silence", "reconnect"] | None = None
        self._ahead = 0
        self._n_skip = 0  # samples that come although their time was given as a gap
        self._lost = False
        self._back_s = 0.0
        self.ended = False
        """whether the input has ended"""
        self._n_reconnects = 0

    def feed(self, arrival: ByteArrival) -> list[Item]:
        """Take an arrival; gives nothing until the rate is settled.

        Raises
        ------
        SourceError
            The rate that was measured or stated cannot be that of an ECG.
        """
        self._polled_s, self._now_s = self._now_s, arrival.time_s
        if arrival.kind == "lost":
            return self._lose_port()
        if arrival.kind == "back":
            self._lost, self._back_s = False, arrival.time_s
            self._n_reconnects += 1
        decoded = self._decoder.feed(arrival.data) if arrival.data else []
        if decoded:
            return self._take(arrival.time_s, decoded)
        return self._wait(arrival.time_s)

    def finish(self) -> list[Item]:
        """Take the end of the input.

        Raises
        ------
        SourceError
            The input ended before its rate was settled.
        """
        self.ended = True
        decoded = self._decoder.flush()
        if self.fs is not None:
            return self._clock.place(decoded)
        if decoded:
            self._settling.add(self._now_s, decoded)
        self.fs = self._settling.fs_at_end()
        return self._clock.place(self._settling.take())

    def status(self) -> SourceStatus:
        """How the stream is doing."""
        counted = counts(self._decoder)
        warning = rate_warning(self.fs, self._meter.fs, self._meter.span_s, counted)
        return SourceStatus(
            state=self._state(),
            n_dropped=self._clock.n_dropped,
            n_gaps=self._clock.n_gaps,
            n_reconnects=self._n_reconnects,
            n_garbage=self._decoder.counts.n_garbage,
            fs=self._meter.fs or self.fs,
            detail=self._detail(),
            losses="counted" if counted else "inferred",
            warnings=(warning,) if warning else (),
        )

    @property
    def waiting(self) -> bool:
        """Whether the first sample is still to come, by a port that is there."""
        return self._settling.first_sample_s is None and self.fs is None and not self._lost

    def restart(self) -> None:
        """Forget what came so far and begin anew; only before the rate is settled."""
        self._settling.restart()
        self._meter = RateMeter()
        self._last_s = None

    def _lose_port(self) -> list[Item]:
        self._lost = True
        held = self._decoder.resync()
        if self.fs is None:
            self.restart()
            return []
        self._absent = "reconnect"
        return self._clock.place(held)

    def _take(self, time_s: float, decoded: list[Decoded]) -> list[Item]:
        n_samples = sum(item.n_samples for item in decoded)
        items: list[Item] = []
        if self.fs is None:
            self._settling.add(time_s, decoded)
        elif self._absent is not None:
            items, decoded = self._return(self.fs, time_s, decoded, n_samples)
        elif self._decoder.counter_period is not None and self._last_s is not None:
            n_late = round((time_s - self._last_s) * self.fs) - n_samples
            n_quiet, n_jitter = round((self._polled_s - self._last_s) * self.fs), self._n_jitter
            decoded = with_rounds(decoded, n_late, n_quiet, self._decoder.counter_period, n_jitter)
        self._meter.add(time_s, n_samples)
        self._last_s, self._absent, self._ahead = time_s, None, 0
        if self.fs is None:
            return self._try_to_settle(time_s)
        if self._n_skip:
            decoded, self._n_skip = without_first(decoded, self._n_skip)
        return items + self._clock.place(decoded)

    def _return(
        self, fs: float, time_s: float, decoded: list[Decoded], n_samples: int
    ) -> tuple[list[Item], list[Decoded]]:
        """Close the gap at the first samples after an absence; gives what follows it, too."""
        counted = decoded[0].n_samples if is_dropped(decoded[0]) else 0
        if counted:
            decoded = decoded[1:]
        by_clock = self._missing_by_arrival(fs, time_s, n_samples - counted)
        missing = missing_by_count(self._decoder, self._absent, counted, by_clock, self._n_jitter)
        if missing is not None:
            self._n_skip = max(0, self._ahead - missing)
        self._meter = RateMeter()
        return self._absence(by_clock if missing is None else missing), decoded

    @property
    def _n_jitter(self) -> int:
        return round(LATE_S * (self.fs or 0.0))

    def _missing_by_arrival(self, fs: float, time_s: float, n_here: int) -> int:
        """Estimate what is missing between the last samples and these."""
        assert self._last_s is not None
        missing = round((time_s - self._last_s) * fs) - n_here
        if self._absent == "silence":
            return missing
        away = round((self._back_s - self._last_s) * fs)  # opening a port drops what it held
        return max(1, missing, away)

    def _wait(self, time_s: float) -> list[Item]:
        """Let the clock go on while no samples come."""
        if self._last_s is None:
            return []
        quiet_s = time_s - self._last_s
        if self._absent is None and quiet_s >= self._silence_s:
            self._absent = "silence"
        if self.fs is None:
            if self._absent is not None:
                self.restart()
            return []
        due = int((quiet_s - LATE_S) * self.fs)
        if self._absent == "silence" and quiet_s < PIECES_AFTER * self._silence_s:
            return []
        if self._absent is None or due - self._ahead < min(PIECE_S, self._silence_s) * self.fs:
            return []
        return self._absence(due)

    def _absence(self, n_missing: int) -> list[Item]:
        """Give what the gap at hand lacks to that length."""
        n_more = n_missing - self._ahead
        if n_more <= 0 or self._absent is None:
            return []
        self._ahead = n_missing
        return [self._clock.gap(n_more, self._absent)]

    def _try_to_settle(self, time_s: float) -> list[Item]:
        self.fs = self._settling.fs_at(time_s, self._meter.fs)
        return [] if self.fs is None else self._clock.place(self._settling.take())

    def _state(self) -> SourceState:
        if self.ended:
            return "ended"
        if self._lost:
            return "lost"
        if self.fs is None:
            return "connecting"
        return "streaming" if self._absent is None else "silent"

    def _detail(self) -> str:
        if self._lost:
            return "the port is gone, waiting for it to come back"
        if self.fs is None:
            return self._settling.progress
        if self._absent is not None:
            return f"nothing for {self._now_s - (self._last_s or 0.0):.0f} s"
        return ""

"""Puts what a live source decodes on the one clock: from arrivals to chunks and gaps.

Pure: a function of the sequence of :class:`ByteArrival` records, so that a recording of them gives
the same items. Until the rate is settled everything is buffered; from then on a
:class:`~sibeat.monitor.sources.timed_stream.TimedStream` places it.
"""

from sibeat.ecg.errors import UsageError
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import Item
from sibeat.monitor.sources.base import ByteArrival, Decoded, Decoder, SourceState, SourceStatus
from sibeat.monitor.sources.counter_losses import counts
from sibeat.monitor.sources.lateness import Lateness
from sibeat.monitor.sources.rate_check import rate_of_arrivals, rate_warning
from sibeat.monitor.sources.rate_meter import RateMeter
from sibeat.monitor.sources.rate_settling import MEASURE_S, RateSettling
from sibeat.monitor.sources.sample_clock import SampleClock
from sibeat.monitor.sources.timed_stream import TimedStream

SILENCE_S = 1.0
"""time without a sample that is a silence, s: longer stalls must be counted (docs/boards.md)"""


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
        self._first_byte_s: float | None = None
        self._last_s: float | None = None
        self._now_s = self._polled_s = 0.0
        self._timed: TimedStream | None = None  # once the rate is settled
        self._lost = False
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
            self._lost = False
            self._n_reconnects += 1
        if arrival.data and self._first_byte_s is None:
            self._first_byte_s = arrival.time_s
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
        if self._timed is not None:
            return self._timed.end(decoded)
        if decoded:
            self._settling.add(self._now_s, decoded)
        self.fs = self._settling.fs_at_end()
        return self._clock.place(self._settling.take())

    def status(self) -> SourceStatus:
        """How the stream is doing."""
        counted = counts(self._decoder)
        measured_fs = rate_of_arrivals(self.fs, self._meter.fs)
        is_file = self._timed is not None and self._timed.runs_ahead
        shown_fs = self._decoder.stated_fs if is_file and self._decoder.counts_losses else None
        warning = rate_warning(self.fs, measured_fs, self._meter.span_s, counted, shown_fs)
        return SourceStatus(
            state=self._state(),
            n_dropped=self._clock.n_dropped,
            n_gaps=self._clock.n_gaps,
            n_reconnects=self._n_reconnects,
            n_garbage=self._decoder.counts.n_garbage,
            fs=measured_fs or self.fs,
            detail=self._detail(),
            losses="counted" if counted else "inferred",
            warnings=tuple(told for told in (warning, self._block_warning()) if told),
        )

    @property
    def waiting(self) -> bool:
        """Whether the first sample is still to come, by a port that is there."""
        return self._settling.first_sample_s is None and self.fs is None and not self._lost

    def restart(self) -> None:
        """Forget what came so far and begin anew; only before the rate is settled."""
        self._settling.restart()
        self._meter = RateMeter()
        self._first_byte_s = self._last_s = None

    def _lose_port(self) -> list[Item]:
        self._lost = True
        held = self._decoder.resync()
        if self._timed is None:
            self.restart()
            return []
        return self._timed.lose(held)

    def _take(self, time_s: float, decoded: list[Decoded]) -> list[Item]:
        n_samples = sum(item.n_samples for item in decoded)
        self._last_s = time_s
        if self._timed is None:
            self._settling.add(time_s, decoded)
            self._meter.add(time_s, n_samples)
            return self._try_to_settle(time_s)
        caught_up = self._timed.catches_up
        items = self._timed.take(time_s, self._polled_s, decoded)
        if caught_up or self._timed.catches_up:  # a backlog is no rate
            self._meter = RateMeter()
        self._meter.add(time_s, n_samples)
        return items

    def _wait(self, time_s: float) -> list[Item]:
        if self._timed is not None:
            return self._timed.wait(time_s)
        if self._last_s is not None and time_s - self._last_s >= self._silence_s:
            self.restart()
        return []

    def _try_to_settle(self, time_s: float) -> list[Item]:
        self.fs = self._settling.fs_at(time_s, self._meter.fs)
        if self.fs is None:
            return []
        assert self._first_byte_s is not None
        n_ahead = self._settling.n_ahead(time_s - self._first_byte_s, self.fs)
        late = Lateness(self.fs, time_s, n_ahead)
        self._timed = TimedStream(
            self._decoder, self.fs, self._silence_s, self._clock, late, time_s
        )
        return self._clock.place(self._settling.take_certain(self.fs, late.runs_ahead))

    def _block_warning(self) -> str | None:
        return self._timed.patience.warning(self._now_s) if self._timed is not None else None

    def _state(self) -> SourceState:
        if self.ended:
            return "ended"
        if self._lost:
            return "lost"
        if self.fs is None:
            return "connecting"
        return "silent" if self._is_silent() else "streaming"

    def _is_silent(self) -> bool:
        if self._timed is None or self._timed.absence is None:
            return False
        return not self._timed.patience.expects(self._now_s - (self._last_s or 0.0))

    def _detail(self) -> str:
        if self._lost:
            return "the port is gone, waiting for it to come back"
        if self.fs is None:
            return self._settling.progress(self._n_reconnects)
        if self._state() == "silent":
            quiet_s = self._now_s - (self._last_s or 0.0)
            if quiet_s < self._silence_s:  # held until the link has caught up
                return "samples come again, finding their place in time"
            return f"nothing for {quiet_s:.0f} s"
        return ""

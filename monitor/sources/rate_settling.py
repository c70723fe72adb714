"""What a live source decodes before its sampling rate is settled: kept, and measured if need be."""

from sibeat.ecg.errors import SourceError
from sibeat.ecg.sampling_rate import MAX_FS, check_fs
from sibeat.monitor.sources.base import Decoded, Decoder
from sibeat.monitor.sources.counter_losses import is_doubtful, is_dropped, without_loss
from sibeat.monitor.sources.lateness import QUICK

MEASURE_S = 10.0
"""arrivals from which the rate is measured when nothing states it, s; chosen by us: to 0.2 %, for
bursts come up to 16 ms apart"""


class RateSettling:
    """Buffers a stream until its rate is known: by the user, by the protocol, or by counting.

    Parameters
    ----------
    decoder : asked for the rate that the protocol or its time stamps state
    stated_fs : the user's word, Hz
    measure_s : see ``MEASURE_S``
    """

    def __init__(self, decoder: Decoder, stated_fs: float | None, measure_s: float) -> None:
        self.measure_s = measure_s
        self.first_sample_s: float | None = None
        """arrival clock of the first samples"""
        self._decoder, self._stated_fs = decoder, stated_fs
        self._buffer: list[Decoded] = []
        self._n_buffered = 0

    def add(self, time_s: float, decoded: list[Decoded]) -> None:
        """Keep what arrived at that time; a stream begins with a sample, not with a loss."""
        kept = decoded if self._buffer else without_loss(decoded)
        self._buffer += kept
        self._n_buffered += sum(item.n_samples for item in kept)
        if self.first_sample_s is None:
            self.first_sample_s = time_s

    def restart(self) -> None:
        """Forget what came."""
        self._buffer, self._n_buffered, self.first_sample_s = [], 0, None

    def take(self) -> list[Decoded]:
        """Give what was kept."""
        buffer, self._buffer = self._buffer, []
        return buffer

    def take_certain(self, fs: float, runs_ahead: bool) -> list[Decoded]:
        """Give what was kept since the last loss that arrivals must confirm, at the rate settled.

        By now nobody knows when it arrived; without a time column, too, the stream begins after the
        last silence. All, where the input runs ahead: no arrival could confirm it.
        """
        buffer = self.take()
        if runs_ahead:
            return buffer
        doubts = [i for i, item in enumerate(buffer) if is_doubtful(self._decoder, item, fs)]
        return without_loss(buffer[doubts[-1] :]) if doubts else buffer

    def n_ahead(self, elapsed_s: float, fs: float) -> float:
        """Samples that came beyond those of ``QUICK`` times real time, in so many seconds."""
        n_came = sum(item.n_samples for item in self._buffer if not is_dropped(item))
        return max(0.0, n_came - QUICK * fs * elapsed_s)

    def progress(self, n_reconnects: int = 0) -> str:
        """Say what is waited for; a decoder that measures by a time column holds its samples back.

        Parameters
        ----------
        n_reconnects : times that the port went away, after which the measuring begins anew
        """
        if self.first_sample_s is None and not self._decoder.counts.n_good_bytes:
            return "waiting for samples"
        if self._stated_fs is not None:
            return f"weighing the time column against --fs, up to {self.measure_s:g} s"
        measuring = f"measuring the sampling rate, which takes {self.measure_s:g} s"
        if n_reconnects:
            measuring += " without a break; the port went away meanwhile: --fs HZ spares the wait"
        return measuring

    def fs_at(self, time_s: float, measured_fs: float | None) -> float | None:
        """Settle the rate, if that can be done by now.

        Parameters
        ----------
        time_s : arrival clock, s
        measured_fs : as measured so far, Hz

        Raises
        ------
        SourceError
            More lines come than any rate explains, or the rate is none.
        """
        assert self.first_sample_s is not None
        elapsed_s = time_s - self.first_sample_s
        fs = self._stated_fs or self._decoder.stated_fs
        if fs is None and self._n_buffered > 2 * MAX_FS * self.measure_s:
            raise SourceError(
                f"more than {self._n_buffered} lines came in {elapsed_s:.1f} s, which is no "
                f"sampling rate (at most {MAX_FS:g} Hz): give the true one with --fs HZ"
            )
        if fs is None and elapsed_s >= self.measure_s and measured_fs is not None:
            fs = float(round(measured_fs))
        return None if fs is None else check_fs(fs, "the stream", SourceError)

    def fs_at_end(self) -> float:
        """Settle the rate at the end of the input.

        Raises
        ------
        SourceError
            Nothing came, nothing states the rate, or it is none.
        """
        if not self._buffer:
            raise SourceError(
                f"no samples came, got {self._decoder.counts.n_bytes} bytes, expected lines of "
                "numbers: check the program or board that sends them"
            )
        fs = self._stated_fs or self._decoder.stated_fs
        if fs is None:
            raise SourceError(
                "the input ended before its sampling rate could be measured, which takes "
                f"{self.measure_s:g} s where there is no time column: give the rate with --fs HZ"
            )
        return check_fs(fs, "the stream", SourceError)

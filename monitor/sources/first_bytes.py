"""What comes before the first sample: can it be read, is it another bit rate, is it anything.

Pure: it goes by the arrival clock, so that a recording is judged as its live run was.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sibeat.monitor.sources.base import ByteArrival, DecoderCounts
from sibeat.monitor.wording import counted

Verdict: TypeAlias = Literal["wrong rate", "no numbers"]

ODD_AFTER_S = 2.0
"""time since the first bytes after which they should be text; chosen by us: a bootloader's noise is
over by then"""
TEXT_AFTER_S = 10.0
"""time after which text should have become numbers; chosen by us: greetings are over by then"""
JUDGED_BYTES = 256
"""bytes that a judgement needs at least; chosen by us: dozens of lines or several frames, of
which one that is cut decides nothing"""
READABLE_SHARE = 0.5
"""share of bytes in good lines or frames from which a stream is readable; chosen by us: a
greeting or some damage spoils less, a wrong bit rate or protocol nearly all"""
ODD_SHARE = 0.1
"""share of odd bytes (unprintable, or outside of frames) from which the bit rate is suspected;
chosen by us: bytes at a wrong rate are near to random, of which 6 in 10 are unprintable"""
HINT_S = 5.0
"""time without a sample after which it is said what may be wrong; chosen by us: a board that the
opening of its port resets is up in 2 s and asked to start each 3 s"""
READING_S = 15.0
"""the same where what comes can be read; chosen by us: of lines with a time column 10 s are read
before the first sample"""


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come, for messages."""

    what: str = "lines of numbers"
    silence: str = "is the board on, and is it this port?"
    """to be asked where nothing comes"""
    misfit: str = "check --protocol and --baud"
    """to be done where nothing fits"""


LINES_OF_NUMBERS = Expected()


class FirstBytes:
    """Notes what arrives as long as the stream has not begun.

    Parameters
    ----------
    expected : what should come
    """

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._begin_s: float | None = None
        self._now_s = self._heard_s = 0.0
        self._since: tuple[float, DecoderCounts] | None = None
        self._counts = DecoderCounts()
        self._n_bytes = 0

    def note(self, arrival: ByteArrival, counts: DecoderCounts) -> Verdict | None:
        """Take an arrival, and what the decoder had met after it; tells what is wrong, if it is."""
        self._now_s, self._counts = arrival.time_s, counts
        self._begin_s = arrival.time_s if self._begin_s is None else self._begin_s
        if arrival.data:
            self._heard_s = arrival.time_s
            self._n_bytes += len(arrival.data)
        if self._since is None:
            self._since = (arrival.time_s, counts) if arrival.data else None
            return None
        since_s, before = self._since
        return judge(counts, before, arrival.time_s - since_s)

    def restart(self) -> None:
        """Forget what came: it goes on at another bit rate, or with a port that went away."""
        self._begin_s, self._since, self._n_bytes = None, None, 0

    @property
    def hint(self) -> str:
        """What may be wrong, in words; empty where it is too early to tell. Any thread may ask."""
        begin_s, since = self._begin_s, self._since  # the reader may restart meanwhile
        if begin_s is None or self._now_s - begin_s < HINT_S:
            return ""
        if since is None:
            return f"0 bytes came in {self._now_s - begin_s:.0f} s: {self._expected.silence}"
        came = f"{counted(self._n_bytes, 'byte')} came"
        quiet_s, since_s = self._now_s - self._heard_s, self._now_s - since[0]
        if quiet_s >= HINT_S:
            return f"{came}, then nothing for {quiet_s:.0f} s: {self._expected.silence}"
        n_good = self._counts.n_good_bytes - since[1].n_good_bytes
        if n_good < READABLE_SHARE * self._n_bytes:
            fit = "too few of them fit" if n_good else "none of them fits"
            told = f"{came}, {fit} {self._expected.what}: {self._expected.misfit}"
            return told if since_s >= HINT_S else ""
        return f"{came}, no sample in them: is an electrode off?" if since_s >= READING_S else ""


def judge(counts: DecoderCounts, before: DecoderCounts, seconds: float) -> Verdict | None:
    """Judge whether the bytes that came between two counts can be read; None: so far, yes."""
    n_bytes = counts.n_bytes - before.n_bytes
    n_good = counts.n_good_bytes - before.n_good_bytes
    if seconds < ODD_AFTER_S or n_bytes < JUDGED_BYTES or n_good >= READABLE_SHARE * n_bytes:
        return None
    if counts.n_odd_bytes - before.n_odd_bytes >= ODD_SHARE * n_bytes:
        return "wrong rate"
    return "no numbers" if seconds >= TEXT_AFTER_S else None

"""The text protocol: one sample a line, as most sketches print it.

The first lines show the layout; those of a stream with a time column are held back for 10 s of its
time, which gives the rate, and from then on the stamps tell what is missing; without them a damaged
line is a missing sample. What a line may hold and what its time says is shared with files
(:mod:`sibeat.ecg.text_line`, ``text_clock``, ``text_damage``), so that a stream and its log read
alike.
"""

from sibeat.ecg.lead import choose_lead
from sibeat.ecg.stream import Unit
from sibeat.ecg.text_clock import LineClock, Rate
from sibeat.ecg.text_damage import DamagedLines
from sibeat.ecg.text_field import LEAD_OFF
from sibeat.ecg.text_line import TextLayout, TextRow, carries_nothing, guess_layout, parse_line
from sibeat.ecg.text_rows import RowOrder
from sibeat.monitor.sources.base import Decoded, DecoderCounts
from sibeat.monitor.sources.decoded_runs import DecodedRuns
from sibeat.monitor.sources.gain_check import require_gain
from sibeat.monitor.sources.held_rows import HeldRows
from sibeat.monitor.sources.line_buffer import LineBuffer

N_LAYOUT = 64
"""lines that show the layout; chosen by us: a quarter of a second, and no ECG rises that long"""
N_HEADER = 8
"""lines before the first sample that are known again when the board resets; chosen by us:
a banner, some settings and the names of the columns have room"""
LINE_END = 2
"""bytes at the end of a line, at most"""
PRINTABLE = bytes(range(32, 127)) + b"\r\n\t"


class TextDecoder:
    """Decodes one lead of the text protocol; see :class:`~sibeat.monitor.sources.base.Decoder`.

    Parameters
    ----------
    lead : str, int or None
        Name in the header, or index from 0; see :func:`sibeat.ecg.lead.choose_lead`.
    fs : float, optional
        Sampling rate in Hz as the user states it: then a glance is enough, but where a time column
        shows another one, by which its losses are counted.
    gain : float, optional
        Numbers a mV (as WFDB has it); without it the unit is the header's, or a.u.
    drop_first : bool
        Whether the first line is cut in half.

    Raises
    ------
    UsageError
        The gain is not above 0.
    """

    def __init__(
        self,
        lead: str | int | None = None,
        fs: float | None = None,
        gain: float | None = None,
        drop_first: bool = True,
    ) -> None:
        require_gain(gain)
        self._wanted, self._fs, self._gain = lead, fs, gain
        self._lines = LineBuffer(drop_first)
        self._runs = DecodedRuns()
        self._first_lines: list[str] = []
        self._layout: TextLayout | None = None
        self._index = 0
        self._factor = 1.0
        self._header: list[str] = []
        self._started = False
        self._held: HeldRows | None = None
        self._rate: Rate | None = None
        self._order = RowOrder()
        self._damaged = DamagedLines()
        self._n_bytes = self._n_good = self._n_odd = self._n_garbage = 0

    @property
    def lead(self) -> str:
        """Name of the lead, once the layout is known."""
        return self._layout.leads[self._index] if self._layout else ""

    @property
    def unit(self) -> Unit:
        """Unit of the samples, once the layout is known."""
        if self._gain is not None:
            return "mV"
        return self._layout.units[self._index] if self._layout else "a.u."

    @property
    def stated_fs(self) -> float | None:
        """Sampling rate by which the time column counts, Hz."""
        return self._rate.fs if self._rate else None

    @property
    def counts_losses(self) -> bool:
        """Whether a time column tells how many samples are missing."""
        return self._order.has_clock

    @property
    def counter_period(self) -> int | None:
        """Tell that no counter is in the lines."""
        return None

    @property
    def counts(self) -> DecoderCounts:
        """Bytes and lines met."""
        n_garbage = self._n_garbage + self._order.n_garbled + self._lines.n_overlong
        return DecoderCounts(self._n_bytes, self._n_good, self._n_odd, n_garbage)

    def feed(self, data: bytes) -> list[Decoded]:
        """Decode the lines that the bytes complete.

        Raises
        ------
        UsageError
            The lead that was asked for does not exist in this stream.
        """
        self._n_bytes += len(data)
        self._n_odd += len(data.translate(None, PRINTABLE))
        for raw in self._lines.feed(data):
            self._take_line(raw)
        return self._runs.take()

    def flush(self) -> list[Decoded]:
        """Read the last line, and give what is held back to find layout and rate."""
        for raw in self._lines.flush():
            self._take_line(raw)
        if self._layout is None:
            self._learn_layout()
        if self._held is not None:
            self._settle_rate(self._held)
        self._order.end()
        return self._runs.take()

    def resync(self) -> list[Decoded]:
        """Drop the half line at hand and what is held back; layout, rate and board's time stay."""
        self._lines.resync()
        self._first_lines = []
        self._damaged.take()
        if self._held is not None:
            self._held.restart()
        return self._runs.take()

    def _take_line(self, raw: bytes) -> None:
        line = raw.decode("utf-8", errors="replace")
        if carries_nothing(line):
            self._n_good += len(raw) + LINE_END
        elif self._layout is None:
            self._first_lines.append(line)
            if len(self._first_lines) == N_LAYOUT:
                self._learn_layout()
        else:
            self._take_row(line, self._layout)

    def _learn_layout(self) -> None:
        """Look at the first lines; where few are numbers, go on with the last of them."""
        layout = guess_layout(self._first_lines)
        if layout is None or not _fits(layout, self._first_lines):
            self._forget_first_lines()
            return
        self._index = choose_lead(layout.leads, self._wanted)
        if self._gain is not None:
            scale = layout.scales[self._index] if layout.scales else 1.0
            self._factor = 1 / (scale * self._gain)
        self._layout, self._held = layout, HeldRows(layout.time, self._fs)
        lines, self._first_lines = self._first_lines, []
        for line in lines:
            self._take_row(line, layout)

    def _forget_first_lines(self) -> None:
        """Keep what may be the header; an electrode that is off from the start is no garbage."""
        lines = [line for line in self._first_lines if not LEAD_OFF.fullmatch(line)]
        self._n_good += sum(map(len, self._first_lines)) - sum(map(len, lines))
        self._n_garbage += len(lines[:-N_HEADER])
        self._first_lines = lines[-N_HEADER:]

    def _take_row(self, line: str, layout: TextLayout) -> None:
        row = parse_line(line, layout)
        if row is None:
            self._note_garbage(line)
            return
        self._started = True
        self._n_good += len(line) + LINE_END
        if self._held is None:
            self._use(row)
            return
        self._held.add(row)
        if self._held.are_enough:
            self._settle_rate(self._held)

    def _note_garbage(self, line: str) -> None:
        """Count a line that is none, unless it is the header, now or after the board's reset."""
        if not self._started:
            self._header = [*self._header, line][-N_HEADER:]
        if self._started and line not in self._header:
            self._n_garbage += 1
            self._damaged.note(line)

    def _settle_rate(self, held: HeldRows) -> None:
        """Derive the rate from the rows held back, and let them go."""
        self._held, self._rate = None, held.rate()
        if self._rate is not None and self._layout is not None and self._layout.time is not None:
            self._order = RowOrder(LineClock(self._rate, self._layout.time))
        for row in held.take():
            self._use(row)

    def _use(self, row: TextRow) -> None:
        for placed in self._order.take(row, self._damaged.take()):
            if placed.n_missing:
                self._runs.missing(placed.n_missing, "dropped", placed.began_anew)
            if placed.row.is_off(self._index):
                self._runs.missing(1, "lead_off")
            else:
                self._runs.sample(placed.row.values[self._index] * self._factor)


def _fits(layout: TextLayout, lines: list[str]) -> bool:
    """Tell whether a layout reads at least half of the lines below a header."""
    n_rows = sum(parse_line(line, layout) is not None for line in lines)
    return 2 * n_rows >= len(lines) - N_HEADER

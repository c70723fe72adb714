"""Where the signal is unfit, as NOISE annotations (``~``) say it.

Subtype -1: the signal cannot be read (lead off, rail, flat, lost samples), a shutdown for EC57
tools until the next ``~`` of another subtype. Subtype 1: lead 0 is noisy, readable still. 0: all is
well again. A loss is marked when it is over; up to 40 ms of it are bridged and no shutdown.

References
----------
ANSI/AAMI EC57:2012 (shutdown); WFDB Applications Guide, annot(5) and bxb(1); the MIT-BIH
database directory (signal quality by lead).
"""

from typing import NamedTuple

from sibeat.monitor.events import Event, GapEvent, Quality, QualityEvent

UNREADABLE, CLEAN, NOISY = -1, 0, 1
SUBTYPES: dict[Quality, int] = {
    "good": CLEAN,
    "noisy": NOISY,
    "flat": UNREADABLE,
    "rail": UNREADABLE,
    "lead_off": UNREADABLE,
}


class NoiseMark(NamedTuple):
    """A NOISE annotation."""

    sample: int
    subtype: int


class NoiseMarks:
    """Turns events into NOISE annotations, each a change, or an earlier begin of the last one."""

    def __init__(self) -> None:
        self._subtype, self._since = CLEAN, 0

    def take(self, event: Event) -> list[NoiseMark]:
        """Give the marks that an event brings."""
        if isinstance(event, GapEvent):
            return [] if event.bridged else self._lose(event)
        if isinstance(event, QualityEvent):
            return self._change(event.sample, SUBTYPES[event.quality])
        return []

    def _lose(self, gap: GapEvent) -> list[NoiseMark]:
        """Mark a loss; after it the signal is good until somebody says otherwise.

        A lead that went off within or right after it was told first, so that it may begin earlier.
        """
        marks = self._change(gap.sample, UNREADABLE)
        stop = gap.sample + gap.n_samples
        ends_the_stream = gap.decided_at_sample == stop  # no sample after it was needed
        if not gap.goes_on and not ends_the_stream:
            marks += self._change(stop, CLEAN)
        return marks

    def _change(self, sample: int, subtype: int) -> list[NoiseMark]:
        if subtype == self._subtype and sample >= self._since:
            return []
        self._subtype, self._since = subtype, sample
        return [NoiseMark(sample, subtype)]

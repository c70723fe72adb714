"""``--protocol auto``: every decoder reads the first bytes; the one that they fit goes on.

Evidence is counted in bits: what a good frame's check pins down, times the good frames. Chance
gathers next to none; of two formats that both fit, the stricter one gathers more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sibeat.ecg.errors import SourceError
from sibeat.ecg.stream import Unit
from sibeat.monitor.protocols.board import Board
from sibeat.monitor.protocols.codec import frame_format, make_decoder
from sibeat.monitor.sources.base import Decoded, Decoder, DecoderCounts, KnownBoard

CHECKPOINTS = (512, 1024, 2048, 4096, 8192, 16384)
"""bytes after which the fits are weighed, the last of them the most that is kept; chosen by us:
half a second at 9600 baud; 64 lines of text have come by the third"""
LEAST_BITS = 256.0
"""evidence from which a fit is believed; chosen by us: far beyond any chance"""
LEAST_SHARE = 0.6
"""share of the bytes that must lie in good frames or lines; chosen by us: the first frames are cut,
a board greets, a line is noisy"""
CLEARLY = 1.2
"""times the evidence of the second best from which the best is clear; chosen by us: of two formats
that differ in one checked byte the stricter has more than that"""
BITS_A_DIGIT = 4.0
"""evidence of a byte of a good line; chosen by us: log2(256 / 14), 14 characters make numbers"""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a decoder understood the bytes."""

    board: Board
    counts: DecoderCounts
    bits: float
    """evidence"""

    @property
    def share(self) -> float:
        """Share of the bytes that lie in good frames or lines, 0..1."""
        return min(1.0, self.counts.n_good_bytes / max(1, self.counts.n_bytes))

    @property
    def believable(self) -> bool:
        """Whether it is more than chance."""
        return self.bits >= LEAST_BITS and self.share >= LEAST_SHARE

    def __str__(self) -> str:
        """Say what fits, and how much of it."""
        return f"{self.board.name}: {self.share:.0%} of {self.counts.n_bytes} bytes fit"


class AutoDecoder:
    """Finds out what is spoken; see :class:`sibeat.monitor.sources.base.Decoder`.

    Parameters
    ----------
    boards : those that are possible
    lead, fs, gain : for the decoder that goes on; see :func:`~.codec.make_decoder`
    """

    def __init__(
        self,
        boards: Sequence[Board],
        lead: str | int | None = None,
        fs: float | None = None,
        gain: float | None = None,
    ) -> None:
        self.found = KnownBoard()
        """what was found, and how sure it is; blank until then"""
        self.board: Board | None = None
        """what was found"""
        self._boards = [board for board in boards if board.auto]
        self._wanted = lead, fs, gain
        self._chosen: Decoder | None = None
        self._begin()

    @property
    def lead(self) -> str:
        """Name of the lead; known once something was decoded."""
        return self._chosen.lead if self._chosen else ""

    @property
    def unit(self) -> Unit:
        """Unit of the samples; known once something was decoded."""
        return self._chosen.unit if self._chosen else "a.u."

    @property
    def stated_fs(self) -> float | None:
        """Sampling rate by the protocol's word, Hz."""
        return self._chosen.stated_fs if self._chosen else None

    @property
    def counts_losses(self) -> bool:
        """Whether losses of any length are counted."""
        return self._chosen is not None and self._chosen.counts_losses

    @property
    def counter_period(self) -> int | None:
        """Count at which the protocol's counter begins anew."""
        return self._chosen.counter_period if self._chosen else None

    @property
    def counts(self) -> DecoderCounts:
        """What was met; until something was found, as the best of all decoders has it."""
        if self._chosen is not None:
            return self._chosen.counts
        tried = [decoder.counts for _, decoder in self._tried]
        n_good = max((counts.n_good_bytes for counts in tried), default=0)
        n_odd = min((counts.n_odd_bytes for counts in tried), default=0)
        before = self._n_forgotten
        return DecoderCounts(before + len(self._seen), n_good, before + n_odd, 0)

    def feed(self, data: bytes) -> list[Decoded]:
        """Decode the bytes, once it is known what they are.

        Raises
        ------
        SourceError
            Several protocols fit alike.
        UsageError
            The lead that was asked for does not exist.
        """
        while self._chosen is None and data:
            room = self._checkpoint() - len(self._seen)
            part, data = data[:room], data[room:]
            self._seen += part
            for _, decoder in self._tried:
                decoder.feed(part)
            if len(part) == room:
                ready = self._weigh(final=False)
                if self._chosen is not None:
                    return ready + self._chosen.feed(data)
        return self._chosen.feed(data) if self._chosen is not None else []

    def flush(self) -> list[Decoded]:
        """Give what is still held back; what is not known by now is taken by what there is."""
        ready = [] if self._chosen is not None else self._weigh(final=True)
        return ready + self._chosen.flush() if self._chosen is not None else []

    def resync(self) -> list[Decoded]:
        """Forget the half frame at hand, or all, when it is not yet known what they are."""
        if self._chosen is not None:
            return self._chosen.resync()
        self._begin()
        return []

    def _begin(self) -> None:
        self._tried = [(board, make_decoder(board, fs=self._wanted[1])) for board in self._boards]
        self._seen = b""
        self._n_forgotten = 0

    def _checkpoint(self) -> int:
        return next(n for n in CHECKPOINTS if n > len(self._seen))

    def _weigh(self, final: bool) -> list[Decoded]:
        """Choose, if there is something to choose; gives what the bytes so far decode to."""
        fits = [fit for fit in weigh(self._tried) if fit.believable or final]
        if len(fits) > 1 and fits[0].bits < CLEARLY * fits[1].bits and fits[0].bits > 0:
            listed = "; ".join(str(fit) for fit in fits if CLEARLY * fit.bits > fits[0].bits)
            raise SourceError(
                f"several protocols fit what comes: {listed}; choose one with --protocol"
            )
        if fits and fits[0].bits > 0:
            return self._choose(fits)
        if len(self._seen) == CHECKPOINTS[-1]:
            n_forgotten = self._n_forgotten + len(self._seen)
            self._begin()
            self._n_forgotten = n_forgotten
        return []

    def _choose(self, fits: list[Fit]) -> list[Decoded]:
        others = ", ".join(str(fit) for fit in fits[1:] if fit.believable)
        self.board = fits[0].board
        evidence = f"{fits[0]}, {f'less so {others}' if others else 'and nothing else does'}"
        self.found = KnownBoard(f"{self.board.name} (found)", evidence)
        lead, fs, gain = self._wanted
        self._chosen = make_decoder(self.board, lead, fs, gain)
        seen, self._seen, self._tried = self._seen, b"", []
        return self._chosen.feed(seen)


def weigh(tried: Sequence[tuple[Board, Decoder]]) -> list[Fit]:
    """Say how well each decoder understood what it was fed, the best first."""
    fits = [Fit(board, decoder.counts, _bits(board, decoder.counts)) for board, decoder in tried]
    return sorted(fits, key=lambda fit: fit.bits, reverse=True)


def _bits(board: Board, counts: DecoderCounts) -> float:
    if board.protocol == "text":
        return BITS_A_DIGIT * counts.n_good_bytes
    layout = frame_format(board)
    return layout.evidence_bits * counts.n_good_bytes / layout.n_bytes

"""What a frame format is: checks, reads and builds frames, many at once."""

from typing import Protocol

from numpy import bool_
from numpy.typing import NDArray

from sibeat.monitor.protocols.number_format import Codes, Frames


class FrameFormat(Protocol):
    """A board's frames, all of one length."""

    @property
    def n_bytes(self) -> int:
        """Length of a frame."""

    @property
    def n_samples(self) -> int:
        """Samples of a channel in a frame."""

    @property
    def period(self) -> int | None:
        """Count at which the counter begins anew; None: there is no counter."""

    @property
    def n_confirm(self) -> int:
        """Frames in a row, counted one by one, that make a lock: one alone may be a chance."""

    @property
    def vouched(self) -> bool:
        """Whether a frame is weak evidence, believed when one of the next two agrees."""

    @property
    def evidence_bits(self) -> float:
        """Bits of a frame that its check pins down: chance fulfils it once in 2 to their number."""

    def check(self, frames: Frames) -> NDArray[bool_]:
        """Tell which rows look like a frame: (n_frames,)."""

    def counters(self, frames: Frames) -> Codes:
        """Counter of each frame, 0 where there is none: (n_frames,)."""

    def codes(self, frames: Frames, channel: int) -> Codes:
        """One channel's numbers: (n_frames * n_samples,)."""

    def board_ms(self, frames: Frames) -> Codes | None:
        """Board time of each frame in ms, -1 where a frame has none; None: frames never have."""

    def build(self, codes: Codes, counters: Codes) -> bytes:
        """Make frames of codes (n_frames * n_samples, n_channels) and counters (n_frames,)."""

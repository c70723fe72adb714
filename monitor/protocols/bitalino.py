"""BITalino's frames: no sync byte, bits packed from the end, a sequence of 4 bits and a CRC of 4.

Frames have 3 to 8 bytes, by the number of channels. A frame alone is weak evidence (8 bits), so
four in a row make a lock, and each needs one of the next two to be believed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.errors import ConfigError
from sibeat.monitor.protocols.number_format import Codes, Frames

FRAME_BYTES = (3, 4, 6, 7, 8, 8)
"""by number of channels, from 1 (BITalino's documentation)"""
CRC_POLYNOMIAL = 0b10011
"""x^4 + x + 1, likewise"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bits of a number: ``(byte >> shift) & mask``, moved left by ``up``."""

    back: int
    """place of the byte, counted from the frame's end: 1 is the last"""
    shift: int
    mask: int
    up: int


PIECES: tuple[tuple[Piece, ...], ...] = (
    (Piece(2, 0, 0x0F, 6), Piece(3, 2, 0x3F, 0)),
    (Piece(3, 0, 0x03, 8), Piece(4, 0, 0xFF, 0)),
    (Piece(5, 0, 0xFF, 2), Piece(6, 6, 0x03, 0)),
    (Piece(6, 0, 0x3F, 4), Piece(7, 4, 0x0F, 0)),
    (Piece(7, 0, 0x0F, 2), Piece(8, 6, 0x03, 0)),
    (Piece(8, 0, 0x3F, 0),),
)
"""bits of A1 to A6, likewise; A5 and A6 have 6, the others 10"""
WIDTHS = (10, 10, 10, 10, 6, 6)
"""bits of A1 to A6"""


def _remainder(value: int, n_bits: int) -> int:
    """Remainder of a polynomial over GF(2)."""
    for bit in range(n_bits - 1, 3, -1):
        if value >> bit & 1:
            value ^= CRC_POLYNOMIAL << bit - 4
    return value


_CRC_BYTE = np.array(
    [[_remainder((crc << 8) ^ byte, 12) for byte in range(256)] for crc in range(16)], np.uint8
)
"""(16, 256): CRC of what came before, next byte -> CRC"""


def crc4(frames: Frames) -> NDArray[np.uint8]:
    """CRC of each frame, its own CRC bits taken as zero: (n_frames,)."""
    crc = np.zeros(len(frames), np.uint8)
    last = frames.shape[1] - 1
    for place in range(last):
        crc = _CRC_BYTE[crc, frames[:, place]]
    result: NDArray[np.uint8] = _CRC_BYTE[crc, frames[:, last] & 0xF0]
    return result


class BitalinoFrame:
    """Frames of 1 to 6 channels; see :class:`~.frame.FrameFormat`.

    Parameters
    ----------
    n_channels : A1 to A6

    Raises
    ------
    ConfigError
        It has no such number of channels.
    """

    n_samples = 1
    period = 16
    n_confirm = 4
    vouched = True
    evidence_bits = 8.0

    def __init__(self, n_channels: int) -> None:
        if not 1 <= n_channels <= len(FRAME_BYTES):
            raise ConfigError(f"BITalino has 1 to 6 channels, got {n_channels}; correct channels")
        self.n_bytes = FRAME_BYTES[n_channels - 1]
        self._n_channels = n_channels

    def check(self, frames: Frames) -> NDArray[np.bool_]:
        """Tell which rows have the right CRC."""
        good: NDArray[np.bool_] = crc4(frames) == (frames[:, -1] & 0x0F)
        return good

    def counters(self, frames: Frames) -> Codes:
        """Sequence number of each frame."""
        return (frames[:, -1] >> 4).astype(np.int64)

    def codes(self, frames: Frames, channel: int) -> Codes:
        """One channel's numbers."""
        codes = np.zeros(len(frames), np.int64)
        for piece in PIECES[channel]:
            bits = (frames[:, -piece.back] >> piece.shift) & piece.mask
            codes |= bits.astype(np.int64) << piece.up
        return codes

    def board_ms(self, frames: Frames) -> Codes | None:
        """Tell that there is no board time."""
        return None

    def build(self, codes: Codes, counters: Codes) -> bytes:
        """Make frames; digital inputs are 0, numbers are clipped."""
        frames = np.zeros((len(codes), self.n_bytes), np.uint8)
        for channel in range(self._n_channels):
            clipped = np.clip(codes[:, channel], 0, (1 << WIDTHS[channel]) - 1)
            for piece in PIECES[channel]:
                bits = (clipped >> piece.up) & piece.mask
                frames[:, -piece.back] |= (bits << piece.shift).astype(np.uint8)
        frames[:, -1] = (counters & 0x0F) << 4
        frames[:, -1] |= crc4(frames)
        return frames.tobytes()

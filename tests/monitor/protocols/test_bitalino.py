"""BITalino's frames against figures worked out by hand and against the published formulas."""

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.monitor.protocols.bitalino import FRAME_BYTES, WIDTHS, BitalinoFrame, crc4


def slow_crc(frame: bytes) -> int:
    """Long division by x^4 + x + 1, bit by bit, the CRC's own bits taken as zero."""
    value = int.from_bytes(frame[:-1] + bytes([frame[-1] & 0xF0]), "big")
    for bit in range(8 * len(frame) - 1, 3, -1):
        if value >> bit & 1:
            value ^= 0b10011 << (bit - 4)
    return value


def published(b: bytes) -> list[int]:
    """A1 to A6 by the formulas of BITalino's documentation."""
    return [
        ((b[-2] & 15) << 6) | (b[-3] >> 2),
        ((b[-3] & 3) << 8) | b[-4],
        (b[-5] << 2) | (b[-6] >> 6),
        ((b[-6] & 63) << 4) | (b[-7] >> 4),
        ((b[-7] & 15) << 2) | (b[-8] >> 6),
        b[-8] & 63,
    ]


@pytest.mark.parametrize("n_channels", range(1, 7))
def test_frames_are_as_published(n_channels: int) -> None:
    layout = BitalinoFrame(n_channels)
    rng = np.random.default_rng(n_channels)
    codes = np.stack([rng.integers(0, 1 << WIDTHS[c], 50) for c in range(n_channels)], axis=1)
    data = layout.build(codes, np.arange(50))
    assert len(data) == 50 * FRAME_BYTES[n_channels - 1]
    rows = np.frombuffer(data, np.uint8).reshape(50, -1)
    for row, numbers, count in zip(rows, codes, range(50), strict=True):
        frame = bytes(8 - len(row)) + row.tobytes()
        assert published(frame)[:n_channels] == numbers.tolist()
        assert frame[-1] >> 4 == count % 16
        assert frame[-1] & 15 == slow_crc(row.tobytes())


def test_the_crc_of_a_frame_worked_out_by_hand() -> None:
    # 0x10 in the last byte is x^4, which is x + 1 modulo x^4 + x + 1: 0b0011
    assert crc4(np.array([[0, 0, 0x10]], np.uint8)).tolist() == [3]


def test_every_single_flipped_bit_is_seen() -> None:
    layout = BitalinoFrame(6)
    frame = np.frombuffer(layout.build(np.full((1, 6), 37), np.array([9])), np.uint8)
    for bit in range(64):
        damaged = frame.copy()
        damaged[bit // 8] ^= 1 << bit % 8
        assert not layout.check(damaged.reshape(1, -1))[0]


@pytest.mark.parametrize("n_channels", [0, 7])
def test_other_numbers_of_channels_are_refused(n_channels: int) -> None:
    with pytest.raises(ConfigError, match="1 to 6"):
        BitalinoFrame(n_channels)

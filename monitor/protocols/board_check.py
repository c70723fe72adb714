"""What a board description says must be possible, before anything is decoded or said by it."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.lead import find_lead, listed
from sibeat.ecg.sampling_rate import check_fs

if TYPE_CHECKING:
    from sibeat.monitor.protocols.board import Board, ByteRange, Command, FrameLayout

LONGEST_FRAME = 8192 + 7
"""bytes: the longest OpenView frame, its payload and what is around it"""
MOST_BITS = 32
"""of a converter: the widest number format"""


class Wrong(NamedTuple):
    """A field that cannot be."""

    field: str
    got: Any
    expected: str


def require_possible(board: "Board", where: str) -> None:
    """Refuse a description with a field that cannot be.

    Parameters
    ----------
    board : as it was read
    where : where from, for messages

    Raises
    ------
    ConfigError
        At the first one, naming field, value and what was expected.
    """
    if board.fs is not None:
        check_fs(board.fs, f"fs in {where}", ConfigError)
    for wrong in _wrong(board):
        raise ConfigError(
            f"{wrong.field} in {where} is {wrong.got!r}: expected {wrong.expected}; correct it"
        )


def _wrong(board: "Board") -> Iterator[Wrong]:
    if not board.bauds or min(board.bauds) < 1:
        yield Wrong("bauds", list(board.bauds), "at least one bit rate, each above 0")
    for channel in board.channels:
        yield from _wrong_place(channel.at, f"at of channel {channel.name}")
    names = [channel.name for channel in board.channels]
    if board.lead and names and find_lead(names, board.lead) is None:
        yield Wrong("lead", board.lead, f"one of the channels {listed(names)}")
    scale = board.scale
    if scale.mv_per_count is not None and not (
        math.isfinite(scale.mv_per_count) and scale.mv_per_count
    ):
        yield Wrong("scale.mv_per_count", scale.mv_per_count, "a number other than 0")
    if not math.isfinite(scale.zero):
        yield Wrong("scale.zero", scale.zero, "a number")
    if board.lead_off.zeros < 0:
        yield Wrong("lead_off.zeros", board.lead_off.zeros, "0 or more")
    yield from _wrong_text("stop", board.stop)
    for command in board.start:
        yield from _wrong_command(command)
    if board.frame is not None:
        yield from _wrong_frame(board.frame)


def _wrong_command(command: "Command") -> Iterator[Wrong]:
    if not command.send:
        yield Wrong("send", command.send, "at least one character")
    for name in ("send", "answer", "says"):
        yield from _wrong_text(name, getattr(command, name))
    if not 0 <= command.wait_s < math.inf:
        yield Wrong("wait_s", command.wait_s, "0 s or more")


def _wrong_text(field: str, text: str) -> Iterator[Wrong]:
    if any(ord(character) > 255 for character in text):
        yield Wrong(field, text, "characters of one byte each (latin-1, up to \\u00FF)")


def _wrong_frame(frame: "FrameLayout") -> Iterator[Wrong]:
    if not 0 < frame.n_bytes <= LONGEST_FRAME:
        yield Wrong("n_bytes", frame.n_bytes, f"1 to {LONGEST_FRAME}")
    for name in ("n_samples", "n_confirm"):
        if getattr(frame, name) < 1:
            yield Wrong(name, getattr(frame, name), "1 or more")
    if frame.adc_bits is not None and not 1 <= frame.adc_bits <= MOST_BITS:
        yield Wrong("adc_bits", frame.adc_bits, f"1 to {MOST_BITS}")
    if frame.counter_at is not None:
        yield from _wrong_place(frame.counter_at, "counter_at")
    for part in frame.fixed:
        yield from _wrong_place(part.at, "at of fixed")
        if not _is_hex(part.hex):
            yield Wrong("hex", part.hex, "bytes of two hexadecimal digits each, as in '0A FA'")
    for span in frame.ranges:
        yield from _wrong_range(span)
    if frame.clock is not None:
        yield from _wrong_place(frame.clock.at, "at of clock")
        yield from _wrong_range(frame.clock.when)


def _wrong_range(span: "ByteRange") -> Iterator[Wrong]:
    yield from _wrong_place(span.at, "at of a range")
    if not 0 <= span.low <= span.high <= 0xFF:
        yield Wrong("low and high", (span.low, span.high), "0 to 255, low not above high")


def _wrong_place(at: int, field: str) -> Iterator[Wrong]:
    if at < 0:
        yield Wrong(field, at, "a place in the frame, from 0 on")


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True

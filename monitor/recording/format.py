r"""How a recording lies on the disk: parts of checksummed blocks. Pure: bytes in, blocks out.

A part is ``MAGIC``, then blocks that are only ever appended; a block is a head (mark, kind, number,
length, CRC-32 of all that and of the payload) and its payload. Numbers go on from part to part, so
that a lost block shows. Kinds: ``H`` the header as JSON, first in every part; ``A`` arrivals, one
after the other as kind, arrival clock (float64), length, bytes; ``N`` a note as JSON. All little-
endian.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, TypeAlias

from sibeat.monitor.sources.base import ByteArrival

MAGIC = b"sibeat recording 1\n"
SUFFIX = ".sibrec"
MARK = b"\xa5SIB"
"""begins a block; its first byte is no text, so that boards that send text never say it"""
HEAD = struct.Struct("<4scIII")
ENTRY = struct.Struct("<cdI")
LONGEST_PAYLOAD = 1 << 20
"""chosen by us: a longer one is damage; blocks are written far shorter"""
SEARCH_BYTES = 1 << 16
"""read at once in search of a mark; chosen by us"""

BlockKind: TypeAlias = Literal[b"H", b"A", b"N"]
KINDS: tuple[BlockKind, ...] = (b"H", b"A", b"N")

EntryKind: TypeAlias = Literal["read", "lost", "back", "next rate", "no rate", "end"]
_LETTERS: dict[EntryKind, bytes] = {
    "read": b"r",
    "lost": b"l",
    "back": b"b",
    "next rate": b"+",
    "no rate": b"-",
    "end": b"e",
}
_ENTRY_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a transport told, in the order in which it did."""

    kind: EntryKind
    """an arrival's kind; the answer to a wish for another bit rate; the end of the input"""
    time_s: float
    """arrival clock, s"""
    data: bytes = b""

    @classmethod
    def of(cls, arrival: ByteArrival) -> "Entry":
        """Make the entry of an arrival."""
        return cls(arrival.kind, arrival.time_s, arrival.data)


@dataclass(frozen=True, slots=True)
class Block:
    """A whole block."""

    kind: BlockKind
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a part that are no block."""

    offset: int
    n_bytes: int


class NotARecordingError(ValueError):
    """A file that does not begin like a part of a recording, or an entry that is none."""


def encode_entry(entry: Entry) -> bytes:
    """Write an entry as it stands in a block's payload."""
    return ENTRY.pack(_LETTERS[entry.kind], entry.time_s, len(entry.data)) + entry.data


def decode_entries(payload: bytes) -> Iterator[Entry]:
    """Read a payload back.

    Raises
    ------
    NotARecordingError
        It holds something else, although its checksum is right: another version wrote it.
    """
    at = 0
    while at < len(payload):
        if len(payload) - at < ENTRY.size:
            raise NotARecordingError(f"{len(payload) - at} bytes after the last entry of a block")
        letter, time_s, length = ENTRY.unpack_from(payload, at)
        at += ENTRY.size
        kind = _ENTRY_KINDS.get(letter)
        if kind is None or at + length > len(payload):
            raise NotARecordingError(f"an entry of kind {letter!r} with {length} bytes")
        yield Entry(kind, time_s, payload[at : at + length])
        at += length


def encode_block(kind: BlockKind, number: int, payload: bytes) -> bytes:
    """Write a block."""
    fields = (MARK, kind, number, len(payload))
    return HEAD.pack(*fields, _checksum(kind, number, payload)) + payload


def encode_json(kind: BlockKind, number: int, content: Mapping[str, Any]) -> bytes:
    """Write a block that holds JSON."""
    return encode_block(kind, number, json.dumps(dict(content)).encode())


def read_blocks(file: BinaryIO) -> Iterator[Block | Damage]:
    """Read a part: all blocks that are whole, and where there is something else.

    Raises
    ------
    NotARecordingError
        The file does not begin like a part.
    """
    file.seek(0)
    start = file.read(len(MAGIC))
    if start != MAGIC:
        if start and MAGIC.startswith(start):  # killed while it was made
            yield Damage(0, len(start))
            return
        raise NotARecordingError(f"it begins with {start!r}")
    position, end = len(MAGIC), file.seek(0, os.SEEK_END)
    while position < end:
        found = _block_at(file, position)
        if found is None:
            bad, position = position, _next_block(file, position + 1)
            yield Damage(bad, position - bad)
            continue
        yield found
        position += HEAD.size + len(found.payload)


def _checksum(kind: bytes, number: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(HEAD.pack(MARK, kind, number, len(payload), 0)))


def _block_at(file: BinaryIO, position: int) -> Block | None:
    """Read the block that begins there; None when none does."""
    file.seek(position)
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    mark, kind, number, length, checksum = HEAD.unpack(head)
    if mark != MARK or kind not in KINDS or length > LONGEST_PAYLOAD:
        return None
    payload = file.read(length)
    if len(payload) < length or checksum != _checksum(kind, number, payload):
        return None
    return Block(kind, number, payload)


def _next_block(file: BinaryIO, position: int) -> int:
    """Find where the next whole block begins; the file's end when none does."""
    while True:
        file.seek(position)
        data = file.read(SEARCH_BYTES)
        at = data.find(MARK)
        if at < 0 and len(data) < SEARCH_BYTES:
            return position + len(data)
        if at < 0:
            position += len(data) - len(MARK) + 1
            continue
        position += at
        if _block_at(file, position) is not None:
            return position
        position += 1

"""What waits to be written into a recording: entries gathered into numbered blocks, bounded.

Any thread may add, one takes. Nothing here touches the disk, so that nobody who adds waits for it.
"""

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from sibeat.monitor.recording.format import Entry, encode_block, encode_entry, encode_json

BLOCK_BYTES = 1 << 14
"""from which a block is full; chosen by us: 1.4 s of a port at 115200 baud, so that it is mostly
time that closes a block"""
MOST_BLOCKS = 2000
"""blocks that wait for a disk; chosen by us: at most 32 MB, eight minutes of a port"""


class BlockBuffer:
    """Blocks that wait, and the entries that will be the next one.

    Parameters
    ----------
    most_blocks : how many may wait; the oldest is given up for a further one, and its number
        missing shows in the recording
    """

    def __init__(self, most_blocks: int = MOST_BLOCKS) -> None:
        self.n_lost = 0
        """blocks that were given up"""
        self._entries = bytearray()
        self._blocks: deque[bytes] = deque()
        self._most = most_blocks
        self._number = 0
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Add an entry to the block at hand."""
        with self._lock:
            self._entries += encode_entry(entry)
            if len(self._entries) >= BLOCK_BYTES:
                self._close_block()

    def note(self, content: Mapping[str, Any]) -> None:
        """Add a note, in a block of its own after what came before."""
        with self._lock:
            self._close_block()
            self._number += 1
            self._append(encode_json(b"N", self._number, content))

    def take(self) -> list[bytes]:
        """Give all that was added since the last call, as encoded blocks."""
        with self._lock:
            self._close_block()
            blocks, self._blocks = list(self._blocks), deque()
        return blocks

    def _close_block(self) -> None:
        if self._entries:
            self._number += 1
            self._append(encode_block(b"A", self._number, bytes(self._entries)))
            self._entries.clear()

    def _append(self, block: bytes) -> None:
        self._blocks.append(block)
        if len(self._blocks) > self._most:
            self._blocks.popleft()
            self.n_lost += 1

"""Pieces of a stream, as the tests of continuity ask for them."""

from sibeat.ecg.continuity import Continuity, Piece, Samples
from sibeat.ecg.stream import GapReason, Item

FS = 250.0
BRIDGE = 10
"""samples in 40 ms"""
REASONS: tuple[GapReason, ...] = ("dropped", "overflow", "silence", "lead_off", "invalid")


def run(items: list[Item], flush: bool = True, fs: float = FS) -> list[Piece]:
    continuity = Continuity(fs)
    pieces = [piece for item in items for piece in continuity.feed(item)]
    return pieces + (continuity.flush() if flush else [])


def story(pieces: list[Piece]) -> list[object]:
    """Tell pieces with successive samples joined: what does not depend on the chunks."""
    told: list[object] = []
    for piece in pieces:
        if not isinstance(piece, Samples):
            told.append(piece)
        elif told and isinstance(told[-1], list) and not piece.begins:
            told[-1] += [piece.start, piece.known_at] if piece.known_at else []
            told[-1] += piece.values.tolist()
        else:
            told.append([piece.start, piece.begins, *piece.values.tolist()])
    return told

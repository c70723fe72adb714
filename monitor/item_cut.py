"""Cutting chunks and gaps: at a sample index, and gaps into pieces."""

from collections.abc import Iterator
from dataclasses import replace

from sibeat.ecg.stream import Chunk, Gap, Item


def before(item: Item, limit: int | None) -> Item | None:
    """Cut an item to what lies before the sample index `limit`; None when nothing does.

    Parameters
    ----------
    item : chunk or gap
    limit : absolute index of the first sample that is left out; None leaves nothing out
    """
    if limit is None or item.stop <= limit:
        return item
    n_samples = limit - item.start
    if n_samples <= 0:
        return None
    if isinstance(item, Chunk):
        return Chunk(item.start, item.samples[:n_samples])
    return replace(item, n_samples=n_samples)


def from_on(item: Item, start: int) -> Item | None:
    """Cut an item to what lies from the sample index `start` on; None when nothing does.

    Parameters
    ----------
    item : chunk or gap
    start : absolute index of the first sample that is kept
    """
    if start <= item.start:
        return item
    if start >= item.stop:
        return None
    if isinstance(item, Chunk):
        return Chunk(start, item.samples[start - item.start :])
    return replace(item, start=start, n_samples=item.stop - start)


def gap_pieces(gap: Gap, length: int) -> Iterator[Gap]:
    """Cut a gap into pieces, so that its time passes as that of samples does.

    Parameters
    ----------
    gap : any
    length : most samples of a piece
    """
    for start in range(gap.start, gap.stop, length):
        yield Gap(start, min(length, gap.stop - start), gap.reason)

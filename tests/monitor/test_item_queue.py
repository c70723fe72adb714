"""The queue: order, bounds, and an overflow that is counted."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError
from sibeat.ecg.stream import Chunk, Gap, Item
from sibeat.monitor.item_queue import ItemQueue


def chunk(start: int, n_samples: int) -> Chunk:
    return Chunk(start, np.zeros(n_samples, dtype=np.float32))


def drained(queue: ItemQueue) -> list[Item]:
    items = []
    while (item := queue.get(0)) is not None:
        items.append(item)
    return items


def contiguous(items: list[Item]) -> bool:
    return all(a.stop == b.start for a, b in pairwise(items))


def test_a_full_lossy_queue_puts_one_gap_for_what_it_dropped() -> None:
    queue = ItemQueue(lossy=True, capacity=100)
    for start in range(0, 200, 10):
        assert queue.put(chunk(start, 10))
    for _ in range(5):
        assert isinstance(queue.get(0), Chunk)
    queue.put(chunk(200, 10))  # room for 50, but it waits until the queue is half empty
    queue.get(0)
    queue.put(chunk(210, 10))
    items = drained(queue)
    assert contiguous(items)
    assert [item for item in items if isinstance(item, Gap)] == [Gap(100, 110, "overflow")]
    assert items[-1].stop == 220
    assert (queue.n_lost, queue.n_overflows) == (110, 1)


def test_a_gap_that_is_dropped_is_part_of_the_overflow_but_not_counted_twice() -> None:
    queue = ItemQueue(lossy=True, capacity=10)
    queue.put(chunk(0, 10))
    queue.put(Gap(10, 500, "silence"))
    queue.put(chunk(510, 10))
    queue.end()
    assert drained(queue)[1:] == [Gap(10, 510, "overflow")]
    assert queue.n_lost == 10


def test_an_empty_queue_takes_what_is_larger_than_itself() -> None:
    queue = ItemQueue(lossy=True, capacity=10)
    queue.put(chunk(0, 1000))
    assert queue.n_lost == 0


def test_put_waits_for_room_until_the_consumer_takes_or_leaves() -> None:
    queue = ItemQueue(lossy=False, capacity=10)
    results: list[bool] = []
    thread = threading.Thread(
        target=lambda: results.extend(queue.put(chunk(start, 10)) for start in (0, 10, 20))
    )
    thread.start()
    assert queue.get(5) is not None
    assert queue.get(5) is not None
    queue.put(chunk(30, 1)) if thread.join(5) else queue.close()
    thread.join(5)
    assert not thread.is_alive()
    assert results[0] is True
    assert queue.n_lost == 0


def test_an_error_comes_after_the_items_before_it() -> None:
    queue = ItemQueue(lossy=False, capacity=10)
    queue.put(chunk(0, 1))
    queue.end(SourceError("broken"))
    queue.raise_error()
    assert queue.get(0) is not None
    with pytest.raises(SourceError, match="broken"):
        queue.raise_error()

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.monitor.recording.format import (
    MAGIC,
    MARK,
    Block,
    Damage,
    Entry,
    NotARecordingError,
    decode_entries,
    encode_block,
    encode_entry,
    encode_json,
    read_blocks,
)

entries = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["read", "lost", "back", "next rate", "no rate", "end"]),
        st.floats(allow_nan=False),
        st.binary(max_size=40) | st.just(MARK * 3),
    ),
    max_size=20,
)
payloads = st.lists(st.binary(max_size=60) | st.just(MARK * 5), min_size=1, max_size=8)


def part(contents: list[bytes]) -> bytes:
    blocks = (encode_block(b"A", number + 1, payload) for number, payload in enumerate(contents))
    return MAGIC + b"".join(blocks)


def blocks_in(data: bytes) -> list[Block | Damage]:
    return list(read_blocks(io.BytesIO(data)))


@given(entries)
def test_entries_come_back_to_the_bit(told: list[Entry]) -> None:
    assert list(decode_entries(b"".join(map(encode_entry, told)))) == told


@given(entries.filter(bool), st.integers(1, 12))
def test_a_payload_that_is_no_entries_is_told(told: list[Entry], n_cut: int) -> None:
    payload = b"".join(map(encode_entry, told))[:-n_cut]
    read = []
    with contextlib.suppress(NotARecordingError):
        for entry in decode_entries(payload):
            read.append(entry)  # noqa: PERF402 - what came before the error counts
    assert read == told[: len(read)]
    assert len(read) < len(told)


@given(payloads)
def test_blocks_come_back(contents: list[bytes]) -> None:
    expected = [Block(b"A", number + 1, payload) for number, payload in enumerate(contents)]
    assert blocks_in(part(contents)) == expected


@given(payloads, st.data())
@settings(max_examples=300)
def test_a_part_cut_anywhere_gives_every_whole_block_and_tells_of_the_tail(
    contents: list[bytes], data: st.DataObject
) -> None:
    whole = part(contents)
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len(part(contents[:n])) for n in range(len(contents) + 1)]
    read = blocks_in(whole[:cut]) if cut else []
    n_whole = max(0, sum(end <= cut for end in ends) - 1)
    assert [block for block in read if isinstance(block, Block)] == [
        Block(b"A", n + 1, contents[n]) for n in range(n_whole)
    ]
    damage = [item for item in read if isinstance(item, Damage)]
    tail = cut - (ends[n_whole] if cut >= ends[0] else 0)
    assert sum(item.n_bytes for item in damage) == tail


@given(payloads, st.data())
@settings(max_examples=300)
def test_a_damaged_byte_costs_one_block(contents: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(part(contents))
    at = data.draw(st.integers(len(MAGIC), len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    read = blocks_in(bytes(whole))
    hit = next(n for n in range(len(contents)) if at < len(part(contents[: n + 1])))
    assert [block for block in read if isinstance(block, Block)] == [
        Block(b"A", n + 1, payload) for n, payload in enumerate(contents) if n != hit
    ]
    assert sum(isinstance(item, Damage) for item in read) == 1


def test_what_begins_otherwise_is_no_part() -> None:
    with pytest.raises(NotARecordingError, match="begins with"):
        blocks_in(b"time_us,II\n0,1\n")


def test_a_long_stretch_of_garbage_is_searched_through() -> None:
    garbage = MARK * 50_000 + bytes(70_000)
    data = MAGIC + encode_json(b"N", 1, {"a": 1}) + garbage + encode_json(b"N", 2, {"b": None})
    first, damage, second = blocks_in(data)
    assert isinstance(first, Block)
    assert damage == Damage(len(MAGIC) + len(encode_json(b"N", 1, {"a": 1})), len(garbage))
    assert second == Block(b"N", 2, b'{"b": null}')

"""The text protocol, whatever the bytes: any split is the same, garbage never raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.monitor.sources.text_protocol import N_LAYOUT, TextDecoder

from .text_decoding import decode, flat

LINES = st.lists(
    st.one_of(
        st.integers(0, 1023).map(str),
        st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
        st.sampled_from(["!", "leads off", "", "# note", "hello", "1,2", "0x7f", "1_0", "nan"]),
        st.text(max_size=12),
    ),
    min_size=0,
    max_size=150,
)


@pytest.mark.no_cover
@settings(max_examples=150, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(1, 40)), st.booleans())
def test_any_split_of_the_bytes_gives_the_same(
    lines: list[str], end: str, sizes: list[int], drop_first: bool
) -> None:
    data = end.join(lines).encode()
    expected, whole = decode(data, drop_first=drop_first)
    split = TextDecoder(drop_first=drop_first)
    decoded, position = [], 0
    for size in [*sizes, *[7] * (len(data) // 7 + 1)]:
        decoded += split.feed(data[position : position + size])
        position += size
    decoded += split.feed(data[position:]) + split.flush()
    assert repr(flat(decoded)) == repr(expected)
    assert split.counts == whole.counts


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_after_any_garbage_the_next_good_line_is_found(before: bytes, after: bytes) -> None:
    decoder = TextDecoder(drop_first=False)
    decoder.feed(b"1\n" * N_LAYOUT)
    decoder.feed(before)
    decoder.feed(b"\n")
    *lost, found = flat(decoder.feed(b"512\n"))
    assert found == 512.0
    assert set(lost) <= {"dropped"}
    decoder.feed(after + b"\n")
    assert flat(decoder.feed(b"513\r\n"))[-1] == 513.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=30))
def test_pure_garbage_neither_raises_nor_piles_up(pieces: list[bytes]) -> None:
    decoder = TextDecoder()
    for piece in pieces:
        decoder.feed(piece)
    assert len(decoder._first_lines) < N_LAYOUT
    decoder.flush()

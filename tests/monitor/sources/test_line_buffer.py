"""Lines: the same for any split, bounded whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.sources.line_buffer import LONGEST_LINE, LineBuffer

PIECES = st.lists(
    st.one_of(
        st.sampled_from([b"\n", b"\r\n", b"\r", b"512", b"-0.25,7"]),
        st.binary(max_size=20),
        st.integers(1, 3000).map(lambda n: b"x" * n),
    ),
    max_size=20,
)


@given(PIECES, st.booleans())
def test_any_split_gives_the_same_lines(pieces: list[bytes], drop_first: bool) -> None:
    whole, split, single = (LineBuffer(drop_first) for _ in range(3))
    data = b"".join(pieces)
    expected = whole.feed(data) + whole.flush()
    assert [x for p in pieces for x in split.feed(p)] + split.flush() == expected
    assert [x for b in data for x in single.feed(bytes([b]))] + single.flush() == expected
    assert whole.n_overlong == split.n_overlong == single.n_overlong


def test_ends_of_all_kinds_end_a_line() -> None:
    lines = LineBuffer(drop_first=False)
    assert lines.feed(b"1\n2\r\n3\r4") == [b"1", b"2", b"", b"3"]
    assert lines.flush() == [b"4"]


def test_the_first_line_is_dropped_where_the_port_was_opened_in_its_middle() -> None:
    lines = LineBuffer(drop_first=True)
    assert lines.feed(b"23\n512\n") == [b"512"]


def test_what_is_too_long_is_counted_and_the_next_line_read() -> None:
    lines = LineBuffer(drop_first=False)
    for _ in range(100):
        assert lines.feed(b"9" * LONGEST_LINE) == []
        assert len(lines._tail) <= LONGEST_LINE
    assert lines.feed(b"\n7\n") == [b"7"]
    assert lines.n_overlong == 1


def test_resync_drops_both_halves_of_the_line_at_hand() -> None:
    lines = LineBuffer(drop_first=False)
    lines.feed(b"1\n23")
    lines.resync()
    assert lines.feed(b"45\n6\n") == [b"6"]

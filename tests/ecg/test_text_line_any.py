"""Any line of text: what is printed is read back, and nothing is a crash."""

import math

from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.text_line import carries_nothing, guess_layout, parse_line

SEPARATORS = st.sampled_from([",", ";", "\t", " "])
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 4))


@given(SEPARATORS, st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_what_is_printed_with_points_is_read_back(
    separator: str, table: list[tuple[float, ...]]
) -> None:
    lines = [f"a{separator}b{separator}c", *(separator.join(map(repr, row)) for row in table)]
    layout = guess_layout(lines)

    assert layout is not None
    rows = [parse_line(line, layout) for line in lines[1:]]
    read = [row.values if row else None for row in rows]
    assert read == [row[layout.n_before :] for row in table]


@given(st.sampled_from([";", "\t"]), st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_what_is_printed_with_commas_is_read_back(
    separator: str, table: list[tuple[float, float]]
) -> None:
    lines = [separator.join(f"{x:.4f}".replace(".", ",") for x in row) for row in table]
    layout = guess_layout(lines)

    assert layout is not None
    rows = [parse_line(line, layout) for line in lines]
    assert [row.values if row else None for row in rows] == [
        row[layout.n_before :] for row in table
    ]


@given(st.lists(st.text(max_size=30), max_size=30))
def test_no_text_is_a_crash_and_values_are_finite_or_nan(lines: list[str]) -> None:
    layout = guess_layout(lines)
    for line in lines if layout else ():
        row = parse_line(line, layout)
        assert row is None or len(row.values) == layout.n_leads
        assert row is None or not any(map(math.isinf, row.values))


@given(st.lists(st.text("0123456789,.;:-!eE \t'\"nafleds#", max_size=20), max_size=30))
def test_no_text_of_likely_characters_is_a_crash(lines: list[str]) -> None:
    layout = guess_layout(lines)
    for line in lines if layout else ():
        carries_nothing(line)
        parse_line(line, layout)

"""Rows after a long hole: two that agree are believed, both are samples; one alone is garbled."""

from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.text_clock import LineClock, Rate
from sibeat.ecg.text_line import TextRow
from sibeat.ecg.text_rows import RowOrder

FS = 250.0


def rows(*numbers: int) -> list[TextRow]:
    return [TextRow(number / FS, (float(number),)) for number in numbers]


def placed(order: RowOrder, *numbers: int) -> list[tuple[int, float]]:
    """Missing before, and value."""
    return [
        (place.n_missing, place.row.values[0])
        for row in rows(*numbers)
        for place in order.take(row, 0)
    ]


@given(st.integers(2, 20), st.integers(0, 10**6))
def test_every_row_is_a_sample_and_holes_are_as_long_as_they_were(n_rows: int, hole: int) -> None:
    order = RowOrder(LineClock(Rate(FS, 0.0), "us"))
    first, second = range(n_rows), range(n_rows + hole, 2 * n_rows + hole)
    said = placed(order, *first, *second)
    order.end()
    assert [value for _, value in said] == [float(number) for number in (*first, *second)]
    assert [missing for missing, _ in said if missing] == ([hole] if hole else [])
    assert order.n_garbled == 0


def test_one_row_alone_is_garbled_once_the_next_belies_it_or_none_follows() -> None:
    order = RowOrder(LineClock(Rate(FS, 0.0), "us"))
    assert placed(order, 0, 1, 99_999) == [(0, 0.0), (0, 1.0)]
    assert order.n_garbled == 0
    assert placed(order, 3) == [(1, 3.0)]
    assert order.n_garbled == 1
    placed(order, 99_999)
    order.end()
    assert order.n_garbled == 2


def test_without_a_clock_what_was_damaged_is_missing() -> None:
    order = RowOrder()
    assert not order.has_clock
    (place,) = order.take(TextRow(None, (5.0,)), 3)
    assert (place.n_missing, place.began_anew) == (3, False)

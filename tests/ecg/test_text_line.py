"""One line of text: layouts as boards print and spreadsheets save them."""

import math

import pytest

from sibeat.ecg.text_line import TextLayout, carries_nothing, guess_layout, parse_line


def layout_of(text: str) -> TextLayout:
    layout = guess_layout(text.splitlines())
    assert layout is not None
    return layout


def values_of(text: str) -> list[tuple[float, ...]]:
    """Values of the lines that are rows."""
    layout = layout_of(text)
    rows = [parse_line(line, layout) for line in text.splitlines() if not carries_nothing(line)]
    return [row.values for row in rows if row is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("512\n513\n", [(512,), (513,)]),
        ("1,2\n3,4\n", [(1, 2), (3, 4)]),
        ("1, 2\n3, 4\n", [(1, 2), (3, 4)]),
        ("1,2,\n3,4,\n", [(1, 2), (3, 4)]),
        ("1.5;2\n3;4\n", [(1.5, 2), (3, 4)]),
        ("1,5;2\n3;4\n", [(1.5, 2), (3, 4)]),
        ("1,5\t2\n3\t4\n", [(1.5, 2), (3, 4)]),
        ("1.5\t2\n3\t4\n", [(1.5, 2), (3, 4)]),
        ("  1.5   2\n3 4\n", [(1.5, 2), (3, 4)]),
        ("1,5 2,5\n3,0 4,0\n", [(1.5, 2.5), (3, 4)]),
        ("0,05\n0,12\n-0,03\n", [(0.05,), (0.12,), (-0.03,)]),
        ('"0,1";"0,2"\n"0,3";"0,4"\n', [(0.1, 0.2), (0.3, 0.4)]),
        ('"0,1","0,2"\n"0,3","0,4"\n', [(0.1, 0.2), (0.3, 0.4)]),
        ('"0,1"\n"0,3"\n', [(0.1,), (0.3,)]),
        ('"0.1", "0.2"\n', [(0.1, 0.2)]),
        ("-1e-3\n+2E2\n.5\n", [(-0.001,), (200,), (0.5,)]),
        ("\ufeff1;2\r\n3;4\r\n", [(1, 2), (3, 4)]),
        ("# a comment\n\n1\n\n2\n", [(1,), (2,)]),
        ("garbage\n1\nx\n2\n1;2\n", [(1,), (2,)]),
    ],
)
def test_separators_and_decimal_signs_are_told_apart(
    text: str, expected: list[tuple[float, ...]]
) -> None:
    assert values_of(text) == expected


@pytest.mark.parametrize("field", ["", "nan", "NaN", "NA", "null", "-", "inf", "-inf", "1e99"])
def test_a_field_that_says_nothing_is_nan(field: str) -> None:
    row = parse_line(f"{field},5", layout_of("1,2\n3,4\n"))

    assert row is not None
    assert math.isnan(row.values[0])
    assert row.values[1] == 5
    assert not row.is_off(0)


@pytest.mark.parametrize(
    "line", ["1", "1,2,3", "1,x", "1,2_0", "1;2", "a,b", "1,0x10", '"1,2', "1,,"]
)
def test_garbage_is_none(line: str) -> None:
    assert parse_line(line, layout_of("1,2\n3,4\n")) is None


@pytest.mark.parametrize("mark", ["!", "leads off", "Leads Off!", "lead_off", "!!", " ! "])
def test_a_mark_alone_says_that_all_leads_are_off(mark: str) -> None:
    for text in ("512\n", "1,2\n", "1 2\n"):
        layout = layout_of(text)
        row = parse_line(mark, layout)
        assert row is not None
        assert [row.is_off(i) for i in range(layout.n_leads)] == [True] * layout.n_leads
        assert all(map(math.isnan, row.values))
        assert row.time_s is None


def test_a_mark_in_a_field_says_that_this_lead_is_off() -> None:
    row = parse_line("5,!", layout_of("1,2\n3,4\n"))

    assert row is not None
    assert (row.is_off(0), row.is_off(1), row.values[0]) == (False, True, 5)


@pytest.mark.parametrize("mark", ["!", "leads off"])
@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_a_mark_after_the_time_keeps_the_time(mark: str, separator: str) -> None:
    layout = layout_of(f"ms{separator}a{separator}b\n1{separator}2{separator}3\n")
    row = parse_line(f"40{separator}{mark}", layout)

    assert row is not None
    assert row.time_s == pytest.approx(0.04)
    assert row.off == {0, 1}


def test_a_mark_after_garbage_is_garbage() -> None:
    assert parse_line("x,!", layout_of("ms,a\n1,2\n")) is None


@pytest.mark.parametrize(
    ("header", "row", "time", "leads", "units"),
    [
        ("ECG [mV]", "1", None, ("ECG",), ("mV",)),
        ("ECG (uV)", "1", None, ("ECG",), ("mV",)),
        ("ecg_mV", "1", None, ("ecg",), ("mV",)),
        ("volts", "1", None, ("volts",), ("mV",)),
        ("V5", "1", None, ("V5",), ("a.u.",)),
        ("V", "1", None, ("V",), ("a.u.",)),
        ("no,match,here", "1,2", None, ("ch1", "ch2"), ("a.u.", "a.u.")),
        ("time_ms,MLII,V1 [mV]", "4,5,6", "ms", ("MLII", "V1"), ("a.u.", "mV")),
        ("micros,volts", "4,5", "us", ("volts",), ("mV",)),
        ("Time (s);ECG", "4;5", "s", ("ECG",), ("a.u.",)),
        ("timestamp [us] ECG [mV]", "4 5", "us", ("ECG",), ("mV",)),
    ],
)
def test_a_header_names_times_leads_and_units(
    header: str, row: str, time: str | None, leads: tuple[str, ...], units: tuple[str, ...]
) -> None:
    layout = layout_of(f"{header}\n{row}\n")

    assert (layout.time, layout.leads, layout.units) == (time, leads, units)


@pytest.mark.parametrize(
    ("name", "step", "time"),
    [
        ("t", 1, "ms"),
        ("Time", 4000, "us"),
        ("timestamp", 0.004, "s"),
        ("time", 60, None),  # fits no rate, and is no lead either
        ("sample #", 1, None),
        ("", 1, None),
    ],
)
def test_a_named_column_of_times_is_no_lead_whatever_its_unit(
    name: str, step: float, time: str | None
) -> None:
    layout = layout_of(f"{name},MLII,\n" + "".join(f"{i * step},5,6\n" for i in range(12)))

    assert (layout.time, layout.leads, layout.n_before) == (time, ("MLII", "ch2"), 1)


@pytest.mark.parametrize(
    ("header", "second", "time", "leads"),
    [
        (",time,value", "{0:.3f},", "s", ("value",)),
        ("index;time_ms;II;V1", "{1};5;", "ms", ("II", "V1")),
        ("sample,Date,ECG", "2025-01-31 12:00:{0:06.3f},", "iso", ("ECG",)),
        ("", "{2},", "us", ("ECG",)),
        (",II,V1", "{2},", None, ("II", "V1")),  # a ramp that is named as a lead is one
    ],
)
def test_a_time_may_stand_after_a_counter(
    header: str, second: str, time: str | None, leads: tuple[str, ...]
) -> None:
    separator = ";" if ";" in header else ","
    lines = [
        f"{i}{separator}{second.format(i / 250, i * 4, i * 4000)}{500 + i % 7}" for i in range(20)
    ]
    layout = layout_of("\n".join([header, *lines]) + "\n")
    row = parse_line(lines[3], layout)

    assert (layout.time, layout.leads) == (time, leads)
    assert row is not None
    assert row.values[-1] == 503
    if time is not None:
        assert row.time_s is not None
        assert row.time_s % 60 == pytest.approx(3 / 250, abs=1e-6)  # float64 since 1970


def test_values_in_volts_and_microvolts_become_millivolts() -> None:
    assert values_of("A [V],B [uV],C [mV],D\n1,1,1,1\n") == [(1000, 0.001, 1, 1)]


def test_physionets_own_csv_is_read() -> None:
    text = (
        "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n"
        "'0:00.000',-0.145,-0.065\n'0:00.003',-0.145,-0.065\n"
    )
    layout = layout_of(text)

    assert (layout.time, layout.leads, layout.units) == ("clock", ("MLII", "V5"), ("mV", "mV"))
    row = parse_line("'1:00:01.500',-0.145,-0.065", layout)
    assert row is not None
    assert row.time_s == 3601.5


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize(
    "written",
    ["2024-01-02T03:04:05.250", "2024-01-02 03:04:05.250Z", "2.1.2024 03:04:05.250"],
)
def test_date_times_are_read_as_utc(separator: str, written: str) -> None:
    layout = layout_of(f"{written}{separator}5{separator}6\n")
    row = parse_line(f"{written}{separator}5{separator}6", layout)

    assert layout.time == "iso"
    assert row is not None
    assert (row.time_s, row.values) == (1704164645.25, (5, 6))


def test_a_date_with_its_day_first_is_read_with_decimal_commas_in_one_column_or_two() -> None:
    for text in ("31.01.2025 12:01:03,250;0,5\n", "31.01.2025;12:01:03,250;0,5\n"):
        layout = layout_of(f"Datum;EKG\n{text}")
        row = parse_line(text, layout)

        assert row is not None
        assert (row.time_s, row.values) == (1738324863.25, (0.5,))


def test_comments_are_not_among_the_lines_that_are_looked_at() -> None:
    layout = layout_of("# a remark\n" * 2000 + "time_ms,II\n0,5\n4,6\n")

    assert (layout.time, layout.leads) == ("ms", ("II",))


def numbered(start: float, step: float, n: int = 20) -> str:
    return "".join(f"{round(start + i * step, 4)!r},{500 + i % 7}\n" for i in range(n))


@pytest.mark.parametrize(
    ("text", "time", "n_before"),
    [
        (numbered(0, 0.004), "s", 1),
        (numbered(1.7e9, 0.004), "s", 1),
        (numbered(120, 4), "ms", 1),
        (numbered(6034140, 3900), "us", 1),
        (numbered(0, 1), None, 1),  # a counter
        (numbered(5, -1), None, 0),
        (numbered(0, 0.1), None, 0),  # fits no rate
        (numbered(0, 0.004, n=5), None, 0),  # too few to be sure
        ("500,500\n501,498\n502,499\n501,499\n" * 5, None, 0),
    ],
)
def test_an_unnamed_time_is_known_by_its_values(text: str, time: str | None, n_before: int) -> None:
    layout = layout_of(text)

    assert (layout.time, layout.n_before) == (time, n_before)


def test_lines_without_numbers_have_no_layout() -> None:
    assert guess_layout([]) is None
    assert guess_layout(["Dear Sir,", "", "# 5", "!", "no, numbers"]) is None

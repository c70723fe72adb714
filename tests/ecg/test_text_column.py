"""What the columns of a text are: their names and their units."""

import pytest

from sibeat.ecg.text_layout import TextLayout
from sibeat.ecg.text_line import guess_layout


def layout_of(text: str) -> TextLayout:
    layout = guess_layout(text.splitlines())
    assert layout is not None
    return layout


@pytest.mark.parametrize(
    ("header", "row", "time", "leads", "units"),
    [
        ("t,PLETH,II\nhh:mm:ss.mmm,NU,mV", "0:00.004,5,6", "clock", ("PLETH", "II"), "NU mV"),
        ("Time;ECG II;Resp\n(ms);(mV);(Ohm)", "4;5;6", "ms", ("ECG II", "Resp"), "mV Ohm"),
        ("Time,I,II\ns,V,V", "0.004,5,6", "s", ("I", "II"), "V V"),
        ("ECG\nmV", "5", None, ("ECG",), "mV"),
        ("my recorder\nECG", "5", None, ("ECG",), "NU"),
    ],
)
def test_a_line_of_units_below_the_names_leaves_the_leads_their_names(
    header: str, row: str, time: str | None, leads: tuple[str, ...], units: str
) -> None:
    layout = layout_of(f"{header}\n{row}\n")

    assert (layout.time, layout.leads) == (time, leads)
    assert layout.units == tuple("mV" if "V" in unit else "a.u." for unit in units.split())


@pytest.mark.parametrize(
    ("name", "lead", "unit"),
    [
        ("Lead V", "Lead V", "a.u."),
        ("ECG_V", "ECG_V", "a.u."),
        ("ECG [V]", "ECG", "mV"),
        ("Lead V [mV]", "Lead V", "mV"),
        ("Lead II V", "Lead II", "mV"),
        ("ECG_mV", "ECG", "mV"),
    ],
)
def test_the_chest_lead_is_no_unit(name: str, lead: str, unit: str) -> None:
    layout = layout_of(f"time_ms,{name},II\n" + "".join(f"{4 * i},5,6\n" for i in range(12)))
    assert (layout.leads[0], layout.units[0]) == (lead, unit)

"""Units of voltage."""

import pytest

from sibeat.ecg.voltage import scale_to_mv


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("mV", 1.0),
        (" mv ", 1.0),
        ("millivolts", 1.0),
        ("uV", 1e-3),
        ("µV", 1e-3),
        ("μV", 1e-3),
        ("microvolt", 1e-3),
        ("nV", 1e-6),
        ("V", 1e3),
        ("volts", 1e3),
        ("mmHg", None),
        ("", None),
        ("V5", None),
    ],
)
def test_units_have_their_factor_to_millivolts(unit: str, expected: float | None) -> None:
    assert scale_to_mv(unit) == expected

"""Which lead is taken."""

import pytest

from sibeat.ecg.errors import UsageError
from sibeat.ecg.lead import choose_lead


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        (("MLII", "V1"), 0),
        (("V5", "MLII"), 1),
        (("I", "II", "III"), 1),
        (("ECG I", "ECG II"), 1),
        (("lead i", "Lead ii"), 1),
        (("EEG Fpz-Cz", "ECG"), 1),
        (("EEG", "EKG1"), 1),
        (("MCL1", "III", "V"), 0),
        (("RESP",), 0),
    ],
)
def test_a_lead_like_ii_is_the_default_else_an_ecg_else_the_first(
    leads: tuple[str, ...], expected: int
) -> None:
    assert choose_lead(leads) == expected


@pytest.mark.parametrize("wanted", ["v5", " V5 ", 1, "1"])
def test_a_lead_is_chosen_by_name_or_index(wanted: str | int) -> None:
    assert choose_lead(("MLII", "V5"), wanted) == 1


def test_a_name_goes_before_an_index() -> None:
    assert choose_lead(("2", "1", "0"), "0") == 2
    assert choose_lead(("2", "1", "0"), 0) == 0


def test_of_two_leads_of_one_name_the_first_is_meant() -> None:
    assert choose_lead(("V1", "ECG", "ECG"), "ecg") == 1


@pytest.mark.parametrize("wanted", ["V9", 2, -1, "-1", "", "²"])
def test_an_unknown_lead_is_a_usage_error_that_lists_the_leads(wanted: str | int) -> None:
    with pytest.raises(UsageError, match=r"no lead .*, expected one of 0: MLII, 1: V5: .*--lead"):
        choose_lead(("MLII", "V5"), wanted)

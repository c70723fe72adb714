import pytest

from sibeat.train.split import DS1, DS2, HARD_RECORD, VALIDATION, part_of


def test_no_patient_is_in_two_parts() -> None:
    assert len(set(DS1)) == len(set(DS2)) == 22
    assert not set(DS1) & set(DS2)
    assert set(VALIDATION) < set(DS1)
    assert HARD_RECORD in DS2


def test_the_one_patient_in_both_halves_does_not_train() -> None:
    # records 201 and 202 are of one man (MIT-BIH database directory)
    assert part_of("201") == "unused"
    assert part_of("202") == "test"


def test_paced_records_are_nowhere() -> None:
    for record in ("102", "104", "107", "217"):
        with pytest.raises(ValueError, match="neither"):
            part_of(record)


def test_parts() -> None:
    assert part_of("101") == "train"
    assert part_of("118") == "validation"
    assert part_of("232") == "test"

import pytest

from sibeat.train.config import PrepareConfig
from sibeat.train.split import DS1, DS2, HARD_RECORD, MITDB, VALIDATION, split_of


def test_no_patient_is_in_two_parts() -> None:
    assert len(set(DS1)) == len(set(DS2)) == 22
    assert not set(DS1) & set(DS2)
    assert set(VALIDATION) < set(DS1)
    assert HARD_RECORD in DS2


def test_the_one_patient_in_both_halves_does_not_train() -> None:
    # records 201 and 202 are of one man (MIT-BIH database directory)
    assert MITDB.part_of("201") == "unused"
    assert MITDB.part_of("202") == "test"


def test_paced_records_are_nowhere() -> None:
    for record in ("102", "104", "107", "217"):
        with pytest.raises(ValueError, match="in no part"):
            MITDB.part_of(record)


def test_parts() -> None:
    assert MITDB.part_of("101") == "train"
    assert MITDB.part_of("118") == "validation"
    assert MITDB.part_of("232") == "test"


def test_the_parts_are_both_halves() -> None:
    assert MITDB.records == sorted((*DS1, *DS2))


def test_records_of_ones_own_take_their_place() -> None:
    assert split_of(PrepareConfig()) is MITDB
    own = split_of(PrepareConfig(train=("b", "c"), validation=("a",)))
    assert own.records == ["a", "b", "c"]
    assert [own.part_of(name) for name in own.records] == ["validation", "train", "train"]

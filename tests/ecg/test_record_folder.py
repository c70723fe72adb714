import re
from pathlib import Path

import pytest

from sibeat.ecg.errors import RecordError
from sibeat.ecg.record_folder import DATABASE, require_records


def test_a_folder_with_all_records_is_taken(tmp_path: Path) -> None:
    for name in ("100", "208"):
        (tmp_path / f"{name}.hea").touch()
    require_records(tmp_path, ["208", "100"], "--data")


def test_missing_records_are_counted_and_the_first_named(tmp_path: Path) -> None:
    (tmp_path / "102.hea").touch()
    names = [str(number) for number in range(100, 108)]
    message = (
        f"7 of 8 records are not in {tmp_path}: 100, 101, 103, 104, 105, ...; "
        f"expected {DATABASE}; check --data"
    )
    with pytest.raises(RecordError, match=re.escape(message)):
        require_records(tmp_path, names, "--data")


def test_a_folder_of_that_name_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "100.hea").mkdir()
    with pytest.raises(RecordError, match=r"1 of 1 .* expected beats"):
        require_records(tmp_path, ["100"], "--data", "beats")

"""Check that a folder holds the wanted records.

Imports little: `benchmarks.speed` measures memory in children of its process.
"""

from collections.abc import Sequence
from pathlib import Path

from sibeat.ecg.errors import RecordError

DATABASE = "a folder of WFDB records, such as the MIT-BIH Arrhythmia Database"
N_LISTED = 5
"""missing records that a message names; chosen by us: they fit a line"""


def require_records(
    data: Path, records: Sequence[str], check: str, expected: str = DATABASE
) -> None:
    """Refuse a folder that lacks a record, before anything is done with the others.

    Parameters
    ----------
    data : folder
    records : names, without extension
    check : options that the user should look at, for the message
    expected : what the folder should be, for the message

    Raises
    ------
    RecordError
        When a header is missing.
    """
    absent = [name for name in records if not (data / f"{name}.hea").is_file()]
    if not absent:
        return
    listed = ", ".join(absent[:N_LISTED]) + (", ..." if len(absent) > N_LISTED else "")
    raise RecordError(
        f"{len(absent)} of {len(records)} records are not in {data}: {listed}; expected "
        f"{expected}; check {check}"
    )

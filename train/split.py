"""Which patients train, which choose, which judge: never the same ones.

DS1 and DS2 are the patient-independent halves of the MIT-BIH Arrhythmia Database, the four paced
records (102, 104, 107, 217) left out.

References
----------
.. [1] de Chazal, O'Dwyer, Reilly, "Automatic classification of heartbeats using ECG morphology and
   heartbeat interval features", IEEE Trans. Biomed. Eng. 51(7), 2004, table II.
"""

from typing import Literal, TypeAlias

Part: TypeAlias = Literal["train", "validation", "test", "unused"]

DS1 = (
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122",
    "124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230",
)  # fmt: skip
DS2 = (
    "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210",
    "212", "213", "214", "219", "221", "222", "228", "231", "232", "233", "234",
)  # fmt: skip
VALIDATION = ("118", "215", "223")
"""DS1 records that choose and calibrate; chosen by us: a bundle branch block (118), plain
ventricular ectopy (215) and both kinds of ectopy (223), with about 170 supraventricular and 650
ventricular beats; each kind of normal beat stays in training too"""
SAME_PATIENT = ("201",)
"""DS1 record of a patient who is in DS2 too (202; Moody and Mark's record notes): used for nothing
where patients must not be shared"""
JUDGING = frozenset((*DS2, *SAME_PATIENT))
"""records of the patients who judge: none of them may train or choose"""
HARD_RECORD = "232"
"""DS2 record that holds 75 % of its supraventricular beats, most of that record's beats;
figures are given with and without it"""


def part_of(record: str) -> Part:
    """Say which part a record belongs to.

    Raises
    ------
    ValueError
        When the record is in neither half.
    """
    if record in DS2:
        return "test"
    if record in DS1:
        if record in SAME_PATIENT:
            return "unused"
        return "validation" if record in VALIDATION else "train"
    raise ValueError(f"record {record!r} is in neither DS1 nor DS2")

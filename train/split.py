"""Which patients train, which choose, which judge: never the same ones.

A configuration may name records of one's own. Else they are DS1 and DS2, the patient-independent
halves of the MIT-BIH Arrhythmia Database, the four paced records (102, 104, 107, 217) left out.

References
----------
.. [1] de Chazal, O'Dwyer, Reilly, "Automatic classification of heartbeats using ECG morphology and
   heartbeat interval features", IEEE Trans. Biomed. Eng. 51(7), 2004, table II.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from sibeat.train.config import PrepareConfig

Part: TypeAlias = Literal["train", "validation", "test", "unused"]
PARTS: tuple[Part, ...] = get_args(Part)

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
PATIENT_OF = {"202": "201"}
"""DS2 record -> DS1 record of the same patient (Moody and Mark's record notes)"""
SAME_PATIENT = tuple(PATIENT_OF.values())
"""DS1 records of patients who are in DS2 too: used for nothing where patients must not be shared"""
JUDGING = frozenset((*DS2, *SAME_PATIENT))
"""records of the patients who judge: none of them may train or choose"""
N_FOLDS = 5
"""of the published protocol, which shares patients (`sibeat.train.folds`)"""
HARD_RECORD = "232"
"""DS2 record that holds 75 % of its supraventricular beats, most of that record's beats;
figures are given with and without it"""


@dataclass(frozen=True, slots=True)
class Split:
    """Names of records by what they are for; a record has one part."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    unused: tuple[str, ...] = ()

    @property
    def records(self) -> list[str]:
        """All of them, in the order of their names."""
        return sorted((*self.train, *self.validation, *self.test, *self.unused))

    def part_of(self, record: str) -> Part:
        """Say which part a record belongs to.

        Raises
        ------
        ValueError
            When it is in none.
        """
        for part in PARTS:
            if record in getattr(self, part):
                return part
        raise ValueError(f"record {record!r} is in no part")


MITDB = Split(
    train=tuple(name for name in DS1 if name not in (*VALIDATION, *SAME_PATIENT)),
    validation=VALIDATION,
    test=DS2,
    unused=SAME_PATIENT,
)
"""DS1 and DS2"""


def split_of(config: "PrepareConfig") -> Split:
    """Give the configuration's own records their parts, or those of DS1 and DS2."""
    if not config.train:
        return MITDB
    return Split(config.train, config.validation, config.test)

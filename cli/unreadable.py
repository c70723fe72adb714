"""Records that cannot be read cost no other its figures: they are named, and the exit code is 3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sibeat.cli.outputs import say
from sibeat.ecg.errors import RecordError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be judged, and why."""

    record: str
    reason: str


def by_name(failed: Sequence[Unreadable]) -> Mapping[str, str]:
    """Give the reason of each record, as the JSON of figures has it (``unreadable``)."""
    return {each.record: each.reason for each in failed}


def require_all(failed: Sequence[Unreadable], n_records: int, remedy: str) -> None:
    """End with an error where records could not be judged, each named with its reason.

    Parameters
    ----------
    failed : those records
    n_records : of how many
    remedy : how to do without them

    Raises
    ------
    RecordError
        When there is one.
    """
    for each in failed:
        say(f"{each.record}: {each.reason}")
    if failed:
        raise RecordError(
            f"{len(failed)} of {n_records} records are in no figure "
            f"({', '.join(by_name(failed))}): expected records that can be read whole; see above "
            f"why, or {remedy}"
        )

"""Reads a recording back: what was told, in its order, and what the notes say of the consumer.

A recording may be cut anywhere (a kill, a power cut) or damaged: what is whole is read, what is not
is reported. Opening passes over all blocks once, for the notes and the checksums; memory does not
grow with the length.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from sibeat.ecg.errors import RecordError
from sibeat.monitor.recording.format import (
    MAGIC,
    SUFFIX,
    Block,
    Damage,
    Entry,
    NotARecordingError,
    decode_entries,
    read_blocks,
)

MOST_DAMAGE = 100
"""places of damage that are told one by one; chosen by us"""

Note: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hole:
    """Blocks that are missing between two entries."""


@dataclass(slots=True)
class Survey:
    """What one pass over all blocks shows."""

    header: Note = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)
    """by what they are: ``stream``, ``overflow``, ``mark``, ``end``"""
    n_blocks: int = 0
    n_missing: int = 0
    """blocks that are gone, by their numbers"""
    damage: list[str] = field(default_factory=list)
    """what a user should know, each place in words; the first hundred"""

    def tell(self, damage: str) -> None:
        """Add a place of damage."""
        if len(self.damage) < MOST_DAMAGE:
            self.damage.append(damage)


class RecordingReader:
    """A recording: its folder, or one part of it.

    Parameters
    ----------
    path : folder of the session, the folder that holds it alone, or a part

    Raises
    ------
    RecordError
        There is none, or not even its header can be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = find_parts(path)
        self._first_number = 1
        self.survey = self._look()
        if not self.survey.header:
            raise RecordError(
                f"the recording {path} has no readable header, expected one in "
                f"{self.parts[0].name}: it was killed at once, met a full disk, or is damaged "
                "throughout"
            )

    @property
    def header(self) -> Note:
        """What the recording says of the source and the settings."""
        return self.survey.header

    @property
    def end_sample(self) -> int | None:
        """Index at which the consumer ended; None when it was killed."""
        ends = self.survey.notes.get("end")
        return int(ends[-1]["sample"]) if ends else None

    def entries(self) -> Iterator[Entry | Hole]:
        """Yield everything that was told, and where something is missing."""
        before = self._first_number - 1
        for block in self._blocks():
            if block.number > before + 1:
                yield Hole()
            before = block.number
            if block.kind == b"A":
                yield from self._entries_of(block)

    def _entries_of(self, block: Block) -> Iterator[Entry]:
        try:
            yield from decode_entries(block.payload)
        except NotARecordingError as error:
            raise RecordError(
                f"{self.path} holds {error}, expected what this version of sibeat writes: "
                "read it with the version that wrote it"
            ) from error

    def _look(self) -> Survey:
        survey, before = Survey(), None
        for block in self._blocks(survey):
            if before is None:
                self._first_number = block.number if self.path.is_file() else 1
                before = self._first_number - 1
            _count(survey, block, block.number - before - 1)
            before = block.number
        return survey

    def _blocks(self, survey: Survey | None = None) -> Iterator[Block]:
        """Yield the blocks of all parts, headers apart; the survey keeps these and the damage."""
        for part in self.parts:
            try:
                with part.open("rb") as file:
                    yield from _blocks_of(part, file, survey or Survey())
            except OSError as error:
                raise RecordError(
                    f"{part} cannot be read ({error.strerror}), expected a part of a recording: "
                    "check the disk and the permissions"
                ) from error


def _count(survey: Survey, block: Block, n_missing: int) -> None:
    survey.n_blocks += 1
    if n_missing > 0:
        survey.n_missing += n_missing
        survey.tell(f"{n_missing} blocks are missing before block {block.number}")
    if block.kind == b"N":
        note = _json(block)
        survey.notes.setdefault(str(note.get("note")), []).append(note)


def _blocks_of(part: Path, file: BinaryIO, survey: Survey) -> Iterator[Block]:
    try:
        for item in read_blocks(file):
            if isinstance(item, Damage):
                survey.tell(
                    f"{part.name}: {item.n_bytes} bytes from byte {item.offset} on "
                    "are no whole block"
                )
            elif item.kind == b"H":
                survey.header = survey.header or _json(item)
            else:
                yield item
    except NotARecordingError as error:
        survey.tell(f"{part.name} is no part of a recording: {error}")


def _json(block: Block) -> Note:
    """Read a block's JSON; its checksum is right, so only another version can be at fault."""
    try:
        content = json.loads(block.payload)
    except ValueError as error:
        raise RecordError(
            f"block {block.number} of a recording is no JSON ({error}), expected what this "
            "version of sibeat writes: read it with the version that wrote it"
        ) from error
    return dict(content)


def is_recording(path: Path) -> bool:
    """Tell whether a path means a recording, by what is there.

    What cannot be looked at is none: whoever opens it as something else says why.
    """
    try:
        if path.is_dir():
            return any(path.glob(f"*{SUFFIX}")) or any(path.glob(f"*/*{SUFFIX}"))
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return path.suffix == SUFFIX or file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def find_parts(path: Path) -> list[Path]:
    """Find the parts of one recording, in order.

    Raises
    ------
    RecordError
        There is none, or there are several recordings.
    """
    if path.is_file():
        return [path]
    parts = sorted(path.glob(f"*{SUFFIX}"))
    if parts:
        return parts
    sessions = sorted({part.parent for part in path.glob(f"*/*{SUFFIX}")})
    if len(sessions) == 1:
        return find_parts(sessions[0])
    expected = f"expected a folder with parts (*{SUFFIX}) or one such part"
    if not sessions:
        raise RecordError(
            f"{path} is no recording of `sibeat monitor --record`, {expected}; check the path"
        )
    names = ", ".join(session.name for session in sessions[:20])
    raise RecordError(
        f"{path} is no single recording, {expected}; it holds the recordings {names}: name one of "
        "them"
    )

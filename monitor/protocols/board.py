"""Board descriptions: TOML files that say what a board sends, how fast, and what it wants to hear.

The shipped ones are data of ``sibeat.configs`` (``boards/*.toml``); a user's own is named by its
path. A field that a description leaves out keeps the default that is written here. ``python -m
docs.boards`` writes what is said here of the fields into ``docs/boards.md``.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sibeat.ecg.errors import ConfigError, UsageError
from sibeat.ecg.toml_settings import load_settings, read_toml
from sibeat.monitor.protocols.board_check import require_possible
from sibeat.monitor.protocols.number_format import NumberFormat

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Channel:
    """One number of a frame."""

    name: str
    """as ``--lead`` takes it"""
    at: int = 0
    """place of its first byte, from 0 on; not with ``bitalino``"""
    format: NumberFormat = "u16be"
    """how its number is written; not with ``bitalino``"""


@dataclass(frozen=True, slots=True)
class FixedBytes:
    """Bytes that never change."""

    at: int
    """place of the first of them"""
    hex: str
    """two digits each, as in ``0A FA``"""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A byte that lies between two values, both included."""

    at: int
    """place of the byte"""
    low: int
    """lowest value, from 0 on"""
    high: int
    """highest value, up to 255"""


@dataclass(frozen=True, slots=True)
class BoardClock:
    """A time in ms that some frames carry."""

    at: int
    """place of its first byte"""
    when: ByteRange
    """the byte that says that a frame carries it"""
    format: NumberFormat = "u32be"
    """how the time is written"""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """Where things lie in a frame."""

    n_bytes: int
    """length of a frame, bytes"""
    fixed: tuple[FixedBytes, ...] = ()
    """bytes that never change; at least one"""
    ranges: tuple[ByteRange, ...] = ()
    """bytes that lie between two values"""
    counter_at: int | None = None
    """place of a counter of 8 bits that begins anew after 255; without one losses are inferred"""
    adc_bits: int | None = None
    """bits of the converter, where its numbers are unsigned and in wider fields"""
    clock: BoardClock | None = None
    """a time in ms that some frames carry"""
    n_confirm: int = 2
    """frames in a row that make a lock"""
    n_samples: int = 1
    """samples of each channel, one after the other"""

    def constant_bytes(self) -> list[ByteRange]:
        """List every constant byte as a range of one value."""
        return [
            ByteRange(part.at + i, value, value)
            for part in self.fixed
            for i, value in enumerate(bytes.fromhex(part.hex))
        ]


@dataclass(frozen=True, slots=True)
class Scale:
    """From a channel's number to mV: ``(code - zero) * mv_per_count``."""

    mv_per_count: float | None = None
    """mV that one count means; left out: not known, the unit is a.u."""
    zero: float = 0.0
    """number at 0 mV"""
    derived: bool = True
    """from data sheets and firmware, not from a board on a desk"""


@dataclass(frozen=True, slots=True)
class LeadOff:
    """How a board tells that an electrode is off; nothing of it: it does not tell."""

    codes: tuple[int, ...] = ()
    """numbers that say so: the converter's rails"""
    zeros: int = 0
    """length of a run of exact zeros that says so; 0: zeros say nothing"""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the board is told, one byte a character (latin-1)."""

    send: str
    """one byte a character, ``\\u00C3`` is C3"""
    answer: str = ""
    """what it ends its answer with; waited for"""
    wait_s: float = 0.1
    """longest wait for the answer, or the pause after a command without one, s"""
    says: str = ""
    """what the simulated board answers"""


@dataclass(frozen=True, slots=True)
class Board:
    """A board, or a family of boards that send the same."""

    name: str
    """as in ``--protocol NAME``"""
    title: str
    """for people"""
    protocol: Literal["frames", "bitalino", "text"]
    """frames as ``[frame]`` says, those of a BITalino, or lines of numbers"""
    bauds: tuple[int, ...]
    """bit rates to try, in this order"""
    fs: float | None = None
    """nominal sampling rate, 100 to 2000 Hz; left out: to be measured"""
    channels: tuple[Channel, ...] = ()
    """numbers of a frame that are leads, at least one; not with ``text``"""
    lead: str = ""
    """channel taken without ``--lead``; left out: II, else one called ECG, else the first"""
    frame: FrameLayout | None = None
    """where things lie in a frame; with ``frames`` alone"""
    scale: Scale = field(default_factory=Scale)
    """from a number to mV: ``(number - zero) * mv_per_count``"""
    lead_off: LeadOff = field(default_factory=LeadOff)
    """how it tells that an electrode is off; left out: it does not"""
    start: tuple[Command, ...] = ()
    """what it is told to make it send, again each 3 s while nothing comes"""
    stop: str = ""
    """what it is told at the end, where there is a ``start``"""
    usb: tuple[str, ...] = ()
    """USB ids ``VID:PID`` of its serial chip, in hexadecimal"""
    tested_on: str = "the simulator"
    """what this description was tried with"""
    auto: bool = True
    """whether ``--protocol auto`` looks for it; not when another board sends the same bytes"""
    probe: int | None = None
    """place in the row in which auto tries start commands on a silent port; left out: never"""


def load_board(path: Path) -> Board:
    """Read a description.

    Raises
    ------
    ConfigError
        It cannot be read, or does not describe a board.
    """
    return board_of(read_toml(path), str(path))


def board_of(table: Mapping[str, Any], where: str) -> Board:
    """Read a description from a table: of a file, or of a recording.

    Raises
    ------
    ConfigError
        It does not describe a board, or says what cannot be.
    """
    board = load_settings(Board, table, where)
    require_possible(board, where)
    if (board.frame is None) == (board.protocol == "frames"):
        raise ConfigError(f"{where} must have a table [frame] if, and only if, it sends frames")
    if board.protocol != "text" and not board.channels:
        raise ConfigError(f"{where} has no channels; expected at least one, add it")
    return board


def is_description(name: str) -> bool:
    """Whether a protocol's name is the path of a description, not a board that is shipped."""
    return name.endswith(".toml")


@cache
def shipped_boards() -> dict[str, Board]:
    """All boards that are shipped, by name."""
    folder = resources.files("sibeat.configs") / "boards"
    with resources.as_file(folder) as path:
        boards = [load_board(file) for file in sorted(path.glob("*.toml"))]
    return {board.name: board for board in boards}


def find_board(name: str) -> Board:
    """Give the board of that name, or that a file ``*.toml`` describes.

    Raises
    ------
    UsageError
        There is none; the message names those there are.
    ConfigError
        The file is no description.
    """
    if is_description(name):
        return load_board(Path(name))
    boards = shipped_boards()
    if name not in boards:
        near = difflib.get_close_matches(name, boards, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"no protocol {name!r}; {hint}expected {AUTO}, {', '.join(boards)}, "
            "or a description of your own, FILE.toml"
        )
    return boards[name]

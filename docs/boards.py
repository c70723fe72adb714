"""Write the tables of docs/boards.md from the board descriptions: ``python -m docs.boards``."""

import ast
import inspect
import json
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sibeat.monitor.protocols import board as descriptions
from sibeat.monitor.protocols.board import Board, Command, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder
from sibeat.monitor.protocols.number_format import NumberFormat

PAGE = Path(__file__).with_suffix(".md")
HEADINGS = ("`--protocol`", "board", "Hz", "baud", "leads", "unit", "losses", "start", "stop")
FIELDS = ("field", "value", "default", "meaning")
PLAIN = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    NumberFormat: "number format",
}


def table() -> str:
    """Give a row for each board that is shipped."""
    return as_table(HEADINGS, map(row, shipped_boards().values()))


def field_table() -> str:
    """Give a row for each field that a description may have."""
    return as_table(FIELDS, field_rows(Board))


def as_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table as Markdown."""
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def row(board: Board) -> tuple[str, ...]:
    """Give the cells of a board's row."""
    return (
        f"`{board.name}`",
        board.title,
        f"{board.fs:g}" if board.fs else "measured",
        ", ".join(map(str, board.bauds)),
        leads(board),
        unit(board),
        losses(board),
        " ".join(map(said, board.start)) or "-",
        spelt(board.stop) if board.stop else "-",
    )


def leads(board: Board) -> str:
    """Name the channels, the default one first."""
    names = [channel.name for channel in board.channels]
    if not names:
        return "columns"
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def unit(board: Board) -> str:
    """Say how a number becomes mV."""
    if board.protocol == "text":
        return "the header's, else a.u."
    if board.scale.mv_per_count is None:
        return "a.u."
    return f"{1e3 * board.scale.mv_per_count:.4g} µV a count (derived)"


def losses(board: Board) -> str:
    """Say how lost samples are known."""
    if board.protocol == "text":
        return "by a time column, else inferred"
    period = make_decoder(board).counter_period
    return "inferred" if period is None else f"counted, modulo {period}"


def said(command: Command) -> str:
    """Spell a command."""
    return spelt(command.send)


def spelt(text: str) -> str:
    """Spell what is sent: as text, or as hexadecimal bytes where it is none."""
    shown = text.strip("\n")
    return f"`{shown}`" if shown.isascii() and shown.isprintable() else text.encode("latin-1").hex()


def field_rows(kind: type, prefix: str = "") -> Iterator[tuple[str, ...]]:
    """Give the cells of each field of a dataclass, those of its tables below it."""
    hints, meanings = get_type_hints(kind), meanings_of(kind)
    for field in fields(kind):
        inner, several = inner_of(hints[field.name])
        name = f"{prefix}{field.name}"
        yield f"`{name}`", value(inner, several), default(field), meanings[field.name]
        if is_dataclass(inner) and isinstance(inner, type):
            yield from field_rows(inner, f"{name}{'[]' * several}.")


def inner_of(hint: Any) -> tuple[Any, bool]:
    """Give what a field holds, None left away, and whether it is a list of it."""
    if NoneType in get_args(hint):
        (hint,) = (member for member in get_args(hint) if member is not NoneType)
    return (get_args(hint)[0], True) if get_origin(hint) is tuple else (hint, False)


def value(inner: Any, several: bool) -> str:
    """Say what may be written."""
    if inner in PLAIN:
        return f"{PLAIN[inner]}{', several' * several}"
    if get_origin(inner) is Literal:
        return ", ".join(f'`"{choice}"`' for choice in get_args(inner))
    return "tables" if several else "table"


def default(field: "Field[Any]") -> str:
    """Say what holds where the field is left out."""
    if field.default is MISSING and field.default_factory is MISSING:
        return "required"
    plain = isinstance(field.default, bool | int | float) or field.default not in ("", None, ())
    return f"`{json.dumps(field.default)}`" if plain and field.default is not MISSING else "-"


def meanings_of(kind: type) -> dict[str, str]:
    """Read what the source says below each field."""
    (definition,) = (
        node
        for node in ast.parse(inspect.getsource(descriptions)).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    pairs = zip(definition.body, definition.body[1:], strict=False)
    return {
        stated.target.id: told.value.value.replace("``", "`").replace("\n", " ")
        for stated, told in pairs
        if isinstance(stated, ast.AnnAssign)
        and isinstance(stated.target, ast.Name)
        and isinstance(told, ast.Expr)
        and isinstance(told.value, ast.Constant)
        and isinstance(told.value.value, str)
    }


def with_tables(page: str) -> str:
    """Replace the tables of the page that are made here."""
    for headings, made in ((HEADINGS, table()), (FIELDS, field_table())):
        start = page.index(f"| {' | '.join(headings)} |")
        stop = page.index("\n\n", start) + 1
        page = page[:start] + made + page[stop:]
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""``sibeat ports``: the serial devices, with a guess of the board on each."""

import json as json_format
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sibeat.cli.options import ShowDebug

if TYPE_CHECKING:
    from sibeat.monitor.protocols.board import Board
    from sibeat.monitor.sources.serial_devices import SerialDevice


def ports(
    boards: Annotated[
        bool, typer.Option("--boards", help="List the boards that --protocol knows instead.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    debug: ShowDebug = False,
) -> None:
    """List the serial devices, with a guess of the board on each by its USB ids.

    A guess it is: many boards share a chip. `sibeat monitor --serial PORT` finds out for sure.
    """
    from sibeat.cli.errors import put, terminal_width

    rows = board_rows() if boards else device_rows()
    if json:
        put(json_format.dumps(rows, indent=2), sys.stdout)
    else:
        put(
            as_text(rows, terminal_width(sys.stdout))
            or "no serial device: is the board plugged in?",
            sys.stdout,
        )


def device_rows() -> list[dict[str, Any]]:
    """Describe each device: port, description, USB ids, boards that it may be."""
    from sibeat.monitor.protocols.board import shipped_boards
    from sibeat.monitor.sources.serial_devices import serial_devices

    known = list(shipped_boards().values())
    return [_device_row(device, known) for device in serial_devices()]


def _device_row(device: "SerialDevice", known: "list[Board]") -> dict[str, Any]:
    return {
        "port": device.port,
        "description": device.description,
        "usb": device.usb,
        "boards": [board.name for board in known if device.usb in board.usb],
    }


def board_rows() -> list[dict[str, Any]]:
    """Describe each board that is known."""
    from sibeat.monitor.protocols.board import shipped_boards

    return [
        {
            "protocol": board.name,
            "title": board.title,
            "fs": board.fs,
            "bauds": list(board.bauds),
            "channels": [channel.name for channel in board.channels],
            "scaling": _scaling(board),
            "tested_on": board.tested_on,
        }
        for board in shipped_boards().values()
    ]


def _scaling(board: "Board") -> str:
    if board.protocol == "text":
        return "stated by the stream"
    if board.scale.mv_per_count is None:
        return "none: --gain"
    return "derived" if board.scale.derived else "measured"


def as_text(rows: list[dict[str, Any]], width: int | None) -> str:
    """Write rows as a table, or, where that is wider than `width` columns, below each other."""
    table = as_table(rows)
    fits = width is None or max(map(len, table.splitlines()), default=0) <= width
    return table if fits else "\n".join(as_block(row, width) for row in rows)


def as_block(row: dict[str, Any], width: int | None) -> str:
    """Write the first value of a row, and below it the others with their names."""
    from sibeat.monitor.wording import broken

    (_, title), *others = row.items()
    indent = max(len(name) for name, _ in others) + 4
    lines = (broken(_cell(value), width, f"  {name}".ljust(indent)) for name, value in others)
    return "\n".join([_cell(title), *lines])


def as_table(rows: list[dict[str, Any]]) -> str:
    """Write rows as columns; empty when there are none."""
    if not rows:
        return ""
    cells = [[_cell(value) for value in row.values()] for row in rows]
    table = [list(rows[0]), *cells]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    )
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return f"{value:g}" if isinstance(value, float) else str(value or "-")

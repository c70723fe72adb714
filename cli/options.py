"""Options that commands share, and a short way to write one."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sibeat.cli.errors import DEBUG_OPTION


class Mains(StrEnum):
    """Mains frequencies of the world, Hz."""

    HZ_50 = "50"
    HZ_60 = "60"
    OFF = "off"


def option(
    name: str, text: str, panel: str, metavar: str | None = None, *, least: int | None = None
) -> typer.models.OptionInfo:
    """Describe an option; whether its file may be read is told by what opens it.

    Parameters
    ----------
    name : as it is typed
    text : of the help; begins with a small letter and ends without a full stop
    panel : of the help, in which it stands
    metavar : what is shown for its value; None: as typer has it
    least : smallest value that is taken
    """
    info: typer.models.OptionInfo = typer.Option(
        name,
        help=f"{text[0].upper()}{text[1:]}.",
        rich_help_panel=panel,
        metavar=metavar,
        min=least,
        readable=False,  # typer is not to look first
    )
    return info


ShowDebug: TypeAlias = Annotated[
    bool, typer.Option(DEBUG_OPTION, help="Show where an error was raised.")
]
"""of every command: :func:`~sibeat.cli.errors.guarded` takes it, before the command is chosen"""
FiguresFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Write all figures here; - prints them."),
]

"""``--version``, of the program and of ``sibeat monitor``."""

import sys
from typing import Annotated, TypeAlias

import typer

from sibeat.cli.errors import put


def show_version(wanted: bool) -> None:
    """Print the version and leave, when that was asked for."""
    if wanted:
        from importlib.metadata import version

        put(f"sibeat {version('sibeat')}", sys.stdout)
        raise typer.Exit


ShowVersion: TypeAlias = Annotated[
    bool,
    typer.Option("--version", callback=show_version, is_eager=True, help="Say the version."),
]

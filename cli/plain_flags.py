"""Help that shows flags as they are typed; typer 0.29 writes ``<bool>`` beside each.

The context's class has another home in each release of typer, so it has no name here.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose flags take no value, and say so."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Give its parameters, ``--help`` too."""
        return without_values(super().get_params(ctx))


class Group(TyperGroup):
    """Commands under a name, likewise."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Give its parameters, ``--help`` too."""
        return without_values(super().get_params(ctx))


def without_values(parameters: list[Any]) -> list[Any]:
    """Take the placeholder of a value from flags."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters

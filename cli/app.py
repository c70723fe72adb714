"""``sibeat``: the commands, and the place where errors become exit codes.

Command modules import nothing heavy at their top, so that ``--help`` is quick: what a command
needs is imported when it runs.
"""

import typer

from sibeat.cli.errors import guarded
from sibeat.cli.evaluate import app as evaluate_app
from sibeat.cli.export import export
from sibeat.cli.monitor import monitor
from sibeat.cli.options import ShowDebug
from sibeat.cli.plain_flags import Command, Group
from sibeat.cli.ports import ports
from sibeat.cli.simulate import simulate
from sibeat.cli.standard_streams import open_closed, take_any_letter
from sibeat.cli.train import train
from sibeat.cli.version import ShowVersion

app = typer.Typer(
    name="sibeat",
    cls=Group,
    help="Watch a continuous ECG: R-peaks, beat scores and alerts as they happen.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(cls=Command, context_settings={"allow_extra_args": True})(
    monitor
)  # it says what they lack
app.command(cls=Command)(train)
app.command(cls=Command)(simulate)
app.command(cls=Command)(ports)
app.command(cls=Command)(export)
app.add_typer(evaluate_app, name="evaluate")


@app.callback()
def everything(
    version: ShowVersion = False,
    debug: ShowDebug = False,
) -> None:
    """Watch a continuous ECG: R-peaks, beat scores and alerts as they happen."""


def main() -> None:
    """Run the command line; leaves with the exit code of what happened."""
    open_closed()
    take_any_letter()
    guarded(app)


if __name__ == "__main__":
    main()

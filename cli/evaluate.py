"""``sibeat evaluate``: judge what was written. What does the work is in ``judging``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Judge annotations against a reference.", no_args_is_help=True)


@app.callback()
def everything() -> None:
    """Judge annotations against a reference."""


@app.command()
def ec57(
    reference: Annotated[
        Path, typer.Option("--reference", metavar="DIR", help="Folder of the truth.")
    ],
    test: Annotated[
        Path,
        typer.Option("--test", metavar="DIR", help="Folder of what is judged; its records count."),
    ],
    annotator: Annotated[
        str, typer.Option("--annotator", metavar="EXT", help="Extension of what is judged.")
    ] = "sib",
    reference_annotator: Annotated[
        str, typer.Option("--reference-annotator", metavar="EXT", help="Extension of the truth.")
    ] = "atr",
    json: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write all figures here; - prints them."),
    ] = None,
) -> None:
    """Compare beat by beat as EC57 and WFDB's bxb do: from minute 5, within 150 ms."""
    from sibeat.cli.judging import judge_folders, show

    show(judge_folders(reference, test, reference_annotator, annotator), json)

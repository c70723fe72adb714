"""``sibeat export``: a recording becomes a WFDB record or an EDF+ file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.options import ShowDebug


class Format(StrEnum):
    """What can be written."""

    WFDB = "wfdb"
    EDF = "edf"


def export(
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="Folder that --record made, or a part.")
    ],
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="The record, without extension, or a file .edf."),
    ],
    format: Annotated[  # noqa: A002 - it is the option's name
        Format | None,
        typer.Option("--format", help="What to write (default: edf if OUT ends so, else wfdb)."),
    ] = None,
    annotations: Annotated[
        Path | None,
        typer.Option(
            "--annotations",
            metavar="FILE",
            help="Beats that go along (default: those that the monitor kept with the recording).",
        ),
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option("--lead", metavar="NAME|INDEX", help="Another lead than the monitored one."),
    ] = None,
    gain: Annotated[
        float | None, typer.Option("--gain", metavar="X", help="Units of the source in 1 mV.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is there of that name.")
    ] = False,
    debug: ShowDebug = False,
) -> None:
    """Turn a recording into a WFDB record or an EDF+ file, with its annotations.

    Gaps are samples that are not valid, and annotations that name the reason: in NAME.gap, or in
    the EDF+ file.
    """
    from sibeat.cli.exporting import Order, run

    wanted = format or (Format.EDF if out.suffix.lower() == ".edf" else Format.WFDB)
    run(Order(recording, out, wanted.value, annotations, lead, gain, overwrite))

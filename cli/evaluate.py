"""``sibeat evaluate``: its options.

What they lead to is in ``judging``, ``beats`` and ``evaluating``.
"""

from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.options import FiguresFile, ShowDebug
from sibeat.cli.plain_flags import Command, Group

app = typer.Typer(cls=Group, help="Judge against a reference.", no_args_is_help=True)


@app.callback()
def everything(debug: ShowDebug = False) -> None:
    """Judge against a reference."""


@app.command(cls=Command)
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
    json: FiguresFile = None,
    debug: ShowDebug = False,
) -> None:
    """Compare beat by beat as EC57 and WFDB's bxb do: from minute 5, within 150 ms."""
    from sibeat.cli.judging import judge_folders, show

    show(judge_folders(reference, test, reference_annotator, annotator), json)


@app.command(cls=Command)
def monitor(
    data: Annotated[
        Path,
        typer.Option("--data", metavar="DIR", help="Folder of WFDB records with .atr files."),
    ],
    records: Annotated[
        str | None,
        typer.Option("--records", metavar="NNN,...", help="Only these records of the folder."),
    ] = None,
    json: FiguresFile = None,
    chunk_ms: Annotated[
        float, typer.Option("--chunk-ms", min=1, metavar="MS", help="Length of a chunk.")
    ] = 40.0,
    resample: Annotated[
        float | None,
        typer.Option("--resample", metavar="HZ", help="Resample each record before."),
    ] = None,
    invert: Annotated[
        bool, typer.Option("--invert", help="Turn each record upside down before.")
    ] = False,
    duration: Annotated[
        float | None,
        typer.Option("--duration", metavar="S", help="Only the first seconds of each record."),
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option(
            "--lead", metavar="NAME|INDEX", help="Lead of each record (default: as of the monitor)."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            "--model",
            metavar="FILE",
            help="Student (default: the shipped one).",
            readable=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="Settings as of the monitor.", readable=False
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, metavar="N", help="Records at once (default: processors)."),
    ] = None,
    debug: ShowDebug = False,
) -> None:
    """Run the live pipeline on every record of a folder and judge it end to end."""
    import os

    from sibeat.cli.evaluating import Task, run
    from sibeat.cli.settings import resolve
    from sibeat.monitor.evaluation.judging import Conditions

    settings = resolve({"model": model, "lead": lead, "duration": duration}, os.environ, config)
    conditions = Conditions(
        chunk_s=chunk_ms / 1000,
        resample_hz=resample,
        invert=invert,
        duration_s=settings.source.duration_s,
        lead=settings.source.lead,
    )
    run(Task(data, settings, conditions), records, jobs, json)


@app.command(cls=Command)
def beats(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="DIR|FILE",
            help="Folder of the MIT-BIH database, or prepared beats (.npz).",
        ),
    ],
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol", metavar="NAME", help="interpatient (unseen patients) or beatgan."
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="FILE",
            help="Student (default: the shipped one); none: reference methods alone.",
        ),
    ] = None,
    fold: Annotated[
        int, typer.Option("--fold", min=0, max=4, metavar="K", help="Fold of protocol beatgan.")
    ] = 0,
    references: Annotated[
        bool, typer.Option(help="Run the reference methods (PCA, kNN, sums) beside the student.")
    ] = True,
    densities: Annotated[
        bool,
        typer.Option("--densities", help="Also fit densities of normal beats: minutes, torch."),
    ] = False,
    run: Annotated[
        list[Path] | None,
        typer.Option(
            "--run",
            metavar="DIR",
            help="Also judge the networks of a training's folder, each choice of epoch.",
        ),
    ] = None,
    json: FiguresFile = None,
    debug: ShowDebug = False,
) -> None:
    """Judge a student's scores of beats at annotated positions, by a learning protocol."""
    from sibeat.cli.beats import evaluate

    evaluate(
        data,
        protocol,
        fold,
        model,
        json,
        references=references,
        densities=densities,
        runs=run or (),
    )

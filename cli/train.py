"""``sibeat train``: from a database to an exported student, in stages."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.extras import require_packages
from sibeat.cli.options import ShowDebug


def train(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Folder of the MIT-BIH database, of the records that the configuration names, "
            "or prepared beats (.npz).",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the run; made if not there.")
    ],
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="NAME|FILE",
            help="Preset (edge, edge-beatgan, si-beatgan) or TOML file (default: edge).",
        ),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage",
            metavar="STAGE",
            help="Run one stage, done or not: prepare, teacher, distil, evaluate, export.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was stopped.")
    ] = False,
    debug: ShowDebug = False,
) -> None:
    """Train a teacher on normal beats, distil a student from it and export the student.

    Stages that are done are skipped. A stopped training loses at most the epoch it was in. On
    several GPUs: torchrun --nproc-per-node N --no-python sibeat train ...
    """
    from sibeat.train.config import load_config

    settings = load_config(config)
    require_packages("training", "torch", "onnx", "onnxscript", "sklearn")
    from sibeat.train.parallel import joined, leave
    from sibeat.train.progress import Progress, RichProgress
    from sibeat.train.stages import Run, run_stages

    with (
        joined(settings.run.device) as ranks,
        RichProgress() if ranks.first else nullcontext(Progress()) as progress,
    ):
        try:
            run_stages(Run(settings, data, out, resume, progress, ranks), stage)
        except KeyboardInterrupt:
            progress.note("stopped: the same command with --resume goes on after the last epoch")
            raise
    if ranks.n_processes > 1:
        leave()

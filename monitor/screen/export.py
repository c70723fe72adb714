"""The screen as a picture: SVG by rich's own export."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from sibeat.ecg.errors import OutputError
from sibeat.monitor.screen.layout import draw
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import Snapshot


def export_svg(snapshot: Snapshot, path: Path, width: int = 120, height: int = 40) -> None:
    """Write what a terminal of `width` by `height` cells would show.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    console = Console(
        record=True,
        file=StringIO(),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
    )
    console.print(draw(snapshot, width, height, Look()))
    picture = console.export_svg(title="sibeat monitor", unique_id="sibeat")
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write the picture {path}: {error.strerror}; choose a folder that exists and "
            "can be written"
        ) from error

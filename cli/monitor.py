"""``sibeat monitor``: its options. What they lead to is in ``monitoring``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.starting import starting
from sibeat.cli.version import ShowVersion

SOURCE, SERIAL, RESULTS = "Source (one of them)", "Serial port", "Results"
SIGNAL, SCORING = "Signal", "Scoring"


class Mains(StrEnum):
    """Mains frequencies of the world."""

    HZ_50 = "50"
    HZ_60 = "60"
    OFF = "off"


def monitor(
    context: typer.Context,
    serial: Annotated[
        str | None,
        typer.Option(
            "--serial",
            metavar="PORT|URL",
            rich_help_panel=SOURCE,
            help="A port (/dev/ttyUSB0, COM3) or an address (socket://host:port).",
        ),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            metavar="PATH",
            rich_help_panel=SOURCE,
            help="A WFDB record, .edf, .bdf, .csv or .tsv; what --record kept; - for standard "
            "input; mitdb/208 is fetched from PhysioNet.",
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", rich_help_panel=SOURCE, help="A synthetic ECG, 30 s of it."),
    ] = False,
    protocol: Annotated[
        str | None,
        typer.Option(
            "--protocol",
            metavar="NAME|auto",
            rich_help_panel=SERIAL,
            help="What it speaks: text, a board of `sibeat ports --boards`, or FILE.toml "
            "(default: auto).",
        ),
    ] = None,
    baud: Annotated[
        int | None,
        typer.Option(
            "--baud",
            min=1,
            metavar="N",
            rich_help_panel=SERIAL,
            help="Bits per second (default: those of the board).",
        ),
    ] = None,
    gain: Annotated[
        float | None,
        typer.Option(
            "--gain",
            metavar="X",
            rich_help_panel=SERIAL,
            help="Units of the source in 1 mV; not of a file, which has its own.",
        ),
    ] = None,
    reconnect_timeout: Annotated[
        float | None,
        typer.Option(
            "--reconnect-timeout",
            metavar="S",
            rich_help_panel=SERIAL,
            help="Give up a port that went away after so many seconds (default: never).",
        ),
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(
            "--speed",
            rich_help_panel=SIGNAL,
            metavar="X|max",
            help="Times real time, or max (default: 1.0).",
        ),
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option(
            "--lead",
            rich_help_panel=SIGNAL,
            metavar="NAME|INDEX",
            help="Lead to watch (default: the board's own; of a record II or MLII, else one called "
            "ECG, else the first).",
        ),
    ] = None,
    fs: Annotated[
        float | None,
        typer.Option(
            "--fs",
            rich_help_panel=SIGNAL,
            metavar="HZ",
            help="Sampling rate, where the source has none; else against what it says.",
        ),
    ] = None,
    start: Annotated[
        float | None,
        typer.Option(
            "--start", rich_help_panel=SIGNAL, metavar="S", help="Begin a replay at this second."
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(
            "--duration",
            rich_help_panel=SIGNAL,
            metavar="S",
            help="End after that much signal.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            rich_help_panel=SCORING,
            metavar="X",
            help="Score from which a beat is abnormal, above 0 and below 1 (default: 0.5).",
        ),
    ] = None,
    mains: Annotated[
        Mains | None,
        typer.Option(
            "--mains", rich_help_panel=SCORING, help="Mains frequency to filter out (default: 50)."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            "--model",
            rich_help_panel=SCORING,
            metavar="FILE",
            help="Student (.onnx) that scores (default: shipped).",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            rich_help_panel=SCORING,
            metavar="FILE",
            help="Settings (TOML); options and SIBEAT_* go first.",
        ),
    ] = None,
    alerts: Annotated[
        Path | None,
        typer.Option(
            "--alerts",
            metavar="FILE",
            rich_help_panel=RESULTS,
            help="Alert log, JSON Lines, appended to (default: sibeat/alerts.jsonl in the "
            "user's state folder, ~/.local/state on Linux).",
        ),
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(
            "--annotate",
            metavar="DIR",
            rich_help_panel=RESULTS,
            help="Write RECORD.sib, a WFDB annotation file with every beat, into this folder; one "
            "that is there is replaced.",
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="DIR",
            rich_help_panel=RESULTS,
            help="Keep what a port or standard input sends, in a folder for each session; --replay "
            "takes that folder.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            rich_help_panel=SCORING,
            help="The patient's usual beat from earlier sessions, kept up to date; made when "
            "absent (default: learnt anew each time).",
        ),
    ] = None,
    use_baseline: Annotated[
        bool | None,
        typer.Option(
            "--use-baseline/--no-baseline",
            rich_help_panel=SCORING,
            help="Compare each beat with the patient's usual one (default), or not.",
        ),
    ] = None,
    headless: Annotated[
        bool | None,
        typer.Option(
            "--headless/--screen", rich_help_panel=RESULTS, help="No screen; a summary at the end."
        ),
    ] = None,
    json: Annotated[
        bool | None,
        typer.Option("--json/--text", rich_help_panel=RESULTS, help="The summary as JSON."),
    ] = None,
    bell: Annotated[
        bool | None,
        typer.Option("--bell/--no-bell", rich_help_panel=RESULTS, help="Ring at announced alerts."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error was raised.")] = False,
    version: ShowVersion = False,
) -> None:
    """Watch an ECG: a serial port, a recording, or a demo.

    Keys: q ends, space freezes the trace, a acknowledges, + and - change the gain, e marks.

    sibeat is not a medical device: do not use it to diagnose, to treat or to watch over patients.
    """
    options = {
        "threshold": threshold,
        "mains": mains.value if mains else None,
        "lead": lead,
        "fs": fs,
        "start": start,
        "duration": duration,
        "speed": speed,
        "protocol": protocol,
        "baud": baud,
        "gain": gain,
        "reconnect_timeout": reconnect_timeout,
        "alerts": alerts,
        "annotate": annotate,
        "record": record,
        "baseline": baseline,
        "use_baseline": use_baseline,
        "headless": headless,
        "json": json,
        "bell": bell,
        "model": model,
    }
    with starting():
        from sibeat.cli.monitoring import run
        from sibeat.cli.sources import Wanted
    raise typer.Exit(run(Wanted(serial, replay, demo, tuple(context.args)), options, config))

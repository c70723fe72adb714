"""``sibeat monitor``: its options. What they lead to is in ``monitoring``."""

from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.options import Mains, ShowDebug, option
from sibeat.cli.starting import starting
from sibeat.cli.version import ShowVersion

SOURCE, SERIAL, RESULTS = "Source (one of them)", "Serial port", "Results"
SIGNAL, SCORING = "Signal", "Scoring"


def monitor(
    context: typer.Context,
    serial: Annotated[
        str | None,
        option(
            "--serial",
            "a port (/dev/ttyUSB0, COM3) or an address (socket://host:port)",
            SOURCE,
            "PORT|URL",
        ),
    ] = None,
    replay: Annotated[
        str | None,
        option(
            "--replay",
            "a WFDB record, .edf, .bdf, .csv or .tsv; what --record kept; - for standard input; "
            "mitdb/208 is fetched from PhysioNet",
            SOURCE,
            "PATH",
        ),
    ] = None,
    demo: Annotated[bool, option("--demo", "a synthetic ECG, 30 s of it", SOURCE)] = False,
    protocol: Annotated[
        str | None,
        option(
            "--protocol",
            "what it speaks: text, a board of `sibeat ports --boards`, or FILE.toml (default: "
            "auto)",
            SERIAL,
            "NAME|auto",
        ),
    ] = None,
    baud: Annotated[
        int | None,
        option("--baud", "bits per second (default: those of the board)", SERIAL, "N", least=1),
    ] = None,
    gain: Annotated[
        float | None,
        option(
            "--gain", "units of the source in 1 mV; not of a file, which has its own", SERIAL, "X"
        ),
    ] = None,
    reconnect_timeout: Annotated[
        float | None,
        option(
            "--reconnect-timeout",
            "give up a port that went away after so many seconds (default: never)",
            SERIAL,
            "S",
        ),
    ] = None,
    speed: Annotated[
        str | None, option("--speed", "times real time, or max (default: 1.0)", SIGNAL, "X|max")
    ] = None,
    lead: Annotated[
        str | None,
        option(
            "--lead",
            "lead to watch (default: the board's own; of a record II or MLII, else one called "
            "ECG, else the first)",
            SIGNAL,
            "NAME|INDEX",
        ),
    ] = None,
    fs: Annotated[
        float | None,
        option(
            "--fs",
            "sampling rate, where the source has none; else against what it says",
            SIGNAL,
            "HZ",
        ),
    ] = None,
    start: Annotated[
        float | None, option("--start", "begin a replay at this second", SIGNAL, "S")
    ] = None,
    duration: Annotated[
        float | None, option("--duration", "end after that much signal", SIGNAL, "S")
    ] = None,
    threshold: Annotated[
        float | None,
        option(
            "--threshold",
            "score from which a beat is abnormal, above 0 and below 1 (default: 0.5)",
            SCORING,
            "X",
        ),
    ] = None,
    mains: Annotated[
        Mains | None, option("--mains", "mains frequency to filter out (default: 50)", SCORING)
    ] = None,
    model: Annotated[
        Path | None,
        option("--model", "student (.onnx) that scores (default: shipped)", SCORING, "FILE"),
    ] = None,
    config: Annotated[
        Path | None,
        option("--config", "settings (TOML); options and SIBEAT_* go first", SCORING, "FILE"),
    ] = None,
    alerts: Annotated[
        Path | None,
        option(
            "--alerts",
            "alert log, JSON Lines, appended to (default: sibeat/alerts.jsonl in the user's "
            "state folder, ~/.local/state on Linux)",
            RESULTS,
            "FILE",
        ),
    ] = None,
    annotate: Annotated[
        Path | None,
        option(
            "--annotate",
            "write RECORD.sib, a WFDB annotation file with every beat, into this folder; one "
            "that is there is replaced",
            RESULTS,
            "DIR",
        ),
    ] = None,
    record: Annotated[
        Path | None,
        option(
            "--record",
            "keep what a port or standard input sends, in a folder for each session; --replay "
            "takes that folder",
            RESULTS,
            "DIR",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        option(
            "--baseline",
            "the patient's usual beat from earlier sessions, kept up to date; made when absent "
            "(default: learnt anew each time)",
            SCORING,
            "FILE",
        ),
    ] = None,
    use_baseline: Annotated[
        bool | None,
        option(
            "--use-baseline/--no-baseline",
            "compare each beat with the patient's usual one (default), or not",
            SCORING,
        ),
    ] = None,
    headless: Annotated[
        bool | None, option("--headless/--screen", "no screen; a summary at the end", RESULTS)
    ] = None,
    json: Annotated[bool | None, option("--json/--text", "the summary as JSON", RESULTS)] = None,
    bell: Annotated[
        bool | None,
        option("--bell/--no-bell", "ring at announced alerts, and when the signal goes", RESULTS),
    ] = None,
    debug: ShowDebug = False,
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

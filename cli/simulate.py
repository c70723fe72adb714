"""``sibeat simulate``: a synthetic ECG as a labelled record, or spoken as a board would.

Only the options are here; what does the work is imported when it is asked for, so that ``--help``
stays fast.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sibeat.cli.options import Mains, ShowDebug, option

_WHERE = "Where it goes (one of these)"
_WHAT = "What is spoken"
_HEART = "Synthetic ECG: the heart"
_NOISE = "Synthetic ECG: what disturbs it"
_FAULTS = "What goes wrong on the way"


class TimeUnit(StrEnum):
    """Unit of the text protocol's time column."""

    us = "us"
    ms = "ms"
    s = "s"


def simulate(
    context: typer.Context,
    out: Annotated[
        Path | None,
        option("--out", "write a labelled WFDB record: .dat, .hea and .atr", _WHERE, "DIR/NAME"),
    ] = None,
    pty: Annotated[
        bool,
        option("--pty", "speak over a new pseudo-terminal; its path is the first line", _WHERE),
    ] = False,
    tcp: Annotated[
        str | None,
        option("--tcp", "speak to who connects to this port", _WHERE, "HOST:PORT"),
    ] = None,
    overwrite: Annotated[
        bool, option("--overwrite", "replace a record of the same name", _WHERE)
    ] = False,
    record: Annotated[
        str | None,
        option("--record", "speak a real record instead of a synthetic one", _WHAT, "PATH"),
    ] = None,
    lead: Annotated[str | None, option("--lead", "lead of the record", _WHAT, "NAME|INDEX")] = None,
    fs: Annotated[
        float | None,
        option(
            "--fs",
            "sampling rate, 100 to 2000 (default: the board's, to which a record is resampled; "
            "else the record's, or 250)",
            _WHAT,
            "HZ",
        ),
    ] = None,
    duration: Annotated[
        float | None,
        option("--duration", "length (default: 60 in a file, else without end)", _WHAT, "S"),
    ] = None,
    speed: Annotated[str, option("--speed", "times real time, or max", _WHAT, "X|max")] = "1.0",
    protocol: Annotated[
        str,
        option("--protocol", "text, or a board of `sibeat ports --boards`", _WHAT, "NAME"),
    ] = "text",
    time_column: Annotated[
        TimeUnit | None, option("--time-column", "begin each line with the time", _WHAT)
    ] = None,
    seed: Annotated[int, option("--seed", "another number, another patient", _HEART)] = 1,
    heart_rate: Annotated[
        float, option("--heart-rate", "of the sinus rhythm, 30 to 220", _HEART, "BPM")
    ] = 72.0,
    ventricular_rate: Annotated[
        float, option("--ventricular-rate", "ventricular events a minute", _HEART, "RATE")
    ] = 4.0,
    ventricular_run: Annotated[
        int,
        option("--ventricular-run", "beats of each: 1, 2 a couplet, 3 a run", _HEART, "BEATS"),
    ] = 1,
    supraventricular_rate: Annotated[
        float,
        option("--supraventricular-rate", "supraventricular beats a minute", _HEART, "RATE"),
    ] = 3.0,
    pause: Annotated[
        float, option("--pause", "sinus pauses of 2.5 s a minute", _HEART, "RATE")
    ] = 0.0,
    bigeminy: Annotated[
        float, option("--bigeminy", "episodes of it a minute, six cycles each", _HEART, "RATE")
    ] = 0.0,
    trigeminy: Annotated[
        float, option("--trigeminy", "likewise, every third beat ventricular", _HEART, "RATE")
    ] = 0.0,
    brady: Annotated[
        float, option("--brady", "times a minute that it beats at 32 bpm", _HEART, "RATE")
    ] = 0.0,
    tachy: Annotated[
        float, option("--tachy", "times a minute that it beats at 170 bpm", _HEART, "RATE")
    ] = 0.0,
    asystole: Annotated[
        float, option("--asystole", "times a minute that it stands still for 8 s", _HEART, "RATE")
    ] = 0.0,
    noise: Annotated[
        float,
        option("--noise", "0 none, 1 a good ambulatory recording, 10 a bad one", _NOISE, "LEVEL"),
    ] = 1.0,
    mains: Annotated[Mains, option("--mains", "mains frequency", _NOISE)] = Mains.HZ_50,
    motion: Annotated[float, option("--motion", "bursts of motion a minute", _NOISE, "RATE")] = 0.0,
    lead_off: Annotated[
        float,
        option("--lead-off", "times a minute that the electrode comes off", _NOISE, "RATE"),
    ] = 0.0,
    drop: Annotated[
        float, option("--drop", "share of the frames or lines that are lost", _FAULTS, "SHARE")
    ] = 0.0,
    flip: Annotated[
        float, option("--flip", "share of the bytes with a flipped bit", _FAULTS, "SHARE")
    ] = 0.0,
    garbage: Annotated[
        float, option("--garbage", "bursts of random bytes a minute", _FAULTS, "RATE")
    ] = 0.0,
    stall: Annotated[
        str | None,
        option("--stall", "each so many seconds nothing is said for others", _FAULTS, "EVERY:FOR"),
    ] = None,
    unplug: Annotated[
        str | None,
        option("--unplug", "likewise the port goes away and returns", _FAULTS, "EVERY:FOR"),
    ] = None,
    clock_drift: Annotated[
        float, option("--clock-drift", "share by which the clock is fast", _FAULTS, "SHARE")
    ] = 0.0,
    burst: Annotated[
        float, option("--burst", "hold bytes back, say them each so many seconds", _FAULTS, "S")
    ] = 0.0,
    debug: ShowDebug = False,
) -> None:
    """Make a labelled synthetic ECG: as a WFDB record, or spoken in a board's protocol.

    The same seed gives the same heart at every sampling rate.
    """
    from sibeat.cli.simulated_board import spell
    from sibeat.cli.simulation import Order, run
    from sibeat.ecg.synthetic_noise import NoiseSettings
    from sibeat.ecg.synthetic_rhythm import RhythmSettings
    from sibeat.monitor.simulator.faults import Faults

    given = {name for name in context.params if _is_given(context, name)}
    run(
        Order(
            out=out,
            pty=pty,
            tcp=tcp,
            overwrite=overwrite,
            record=record,
            lead=lead,
            fs=fs,
            duration_s=duration,
            speed=speed,
            time_column=None if time_column is None else time_column.value,
            seed=seed,
            rhythm=RhythmSettings(
                heart_rate_bpm=heart_rate,
                ventricular_rate=ventricular_rate,
                ventricular_run=ventricular_run,
                supraventricular_rate=supraventricular_rate,
                pause_rate=pause,
                bigeminy_rate=bigeminy,
                trigeminy_rate=trigeminy,
                brady_rate=brady,
                tachy_rate=tachy,
                asystole_rate=asystole,
            ),
            noise=NoiseSettings(noise, None if mains is Mains.OFF else float(mains.value), motion),
            lead_off_rate=lead_off,
            protocol=protocol,
            faults=Faults(
                drop,
                flip,
                garbage,
                spell("--stall", stall),
                spell("--unplug", unplug),
                burst,
                clock_drift,
            ),
            given=frozenset(given),
        )
    )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name in ("COMMANDLINE", "ENVIRONMENT")

"""What ``sibeat monitor`` does: put source, pipeline, outputs and screen together, and run them."""

import gc
import json
import os
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sibeat.cli.errors import put, terminal_width
from sibeat.cli.outputs import make_display, say, shown
from sibeat.cli.patient import NOBODY_KNOWN, Patient, known_patient
from sibeat.cli.recording import (
    RecordedRun,
    is_recorded,
    recorded_run,
    recording_sinks,
    require_recordable,
    say_if_nothing_was_recorded,
)
from sibeat.cli.results import open_results
from sibeat.cli.settings import MonitorSettings, resolve
from sibeat.cli.sources import ONLY_FOR, Wanted, open_source, require_one_source
from sibeat.cli.starting import starting
from sibeat.ecg.errors import OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.model.artefact import Student, load_monitor_student
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.session import Outcome, Session
from sibeat.monitor.sinks.base import Sink
from sibeat.monitor.sources.base import Source
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.stopping import CTRL_C, StopRequest, stop_on_signals
from sibeat.monitor.summary import Summary

EXIT_CTRL_C = 130
"""128 + SIGINT, as shells have it (README, "Exit codes")"""


def run(wanted: Wanted, options: Mapping[str, Any], config: Path | None) -> int:
    """Run the monitor once; gives the exit code.

    Parameters
    ----------
    wanted : the source that the user asks for
    options : options by name as in `sibeat.cli.settings.OPTIONS`, None where not given
    config : TOML file of the user

    Raises
    ------
    SibeatError
        Whatever the user should know; after the summary where a stream broke off.
    """
    require_one_source(wanted, options, recording=is_recorded(wanted))
    require_recordable(wanted, options)
    recorded = recorded_run(wanted)
    if recorded:
        recorded.require_fitting(options)
    settings = resolve(options, os.environ, config, recorded.settings if recorded else None)
    with starting():
        student = load_monitor_student(settings.model)
    if recorded:
        recorded.say_what_is_missing()
        recorded.say_differences(settings, student)
        source: Source = recorded.source(settings.source)
    else:
        with starting():
            source = open_source(wanted, settings.source)
    at_full_speed = settings.source.speed == "max" and wanted.kinds[0] in ONLY_FOR["speed"]
    patient = known_patient(settings, options, student, recorded)
    kept = recording_sinks(wanted, settings, source, student, patient.document)
    with ExitStack() as ending:  # also where another output cannot be opened
        ending.callback(say_if_nothing_was_recorded, kept)
        for sink in kept:
            ending.callback(sink.close)
        outcome, summary = watch(
            settings, student, source, kept, recorded, patient, at_full_speed=at_full_speed
        )
    if summary is None:
        say("ended before the stream began")
    elif settings.output.json:
        put(json.dumps(summary.to_json(), allow_nan=False), sys.stdout)
    else:
        put(summary.to_text(terminal_width(sys.stdout)), sys.stdout)
    return exit_code(outcome)


def watch(
    settings: MonitorSettings,
    student: Student,
    source: Source,
    kept: Sequence[Sink] = (),
    recorded: RecordedRun | None = None,
    patient: Patient = NOBODY_KNOWN,
    *,
    at_full_speed: bool,
) -> tuple[Outcome, Summary | None]:
    """Run the session with all its outputs; the summary says where these are.

    Parameters
    ----------
    settings, student, source : what it is put together from
    kept : outputs of ``--record``, already open
    recorded : the recording that is replayed
    patient : what is known of the patient
    at_full_speed : nobody watches: the alert log is synced now and then, not with every line, and
        detectors are loaded when one is first asked, not beside the first seconds
    """
    results = open_results(settings.output, source, sync_each=not at_full_speed)
    say(f"alert log: {shown(results.log.path)}")
    stop, marks = StopRequest(), deque[int]()
    beside = ThreadPoolExecutor(1, "detectors")

    def make_pipeline(info: StreamInfo) -> Pipeline:
        if isinstance(source, LiveSource) and source.evidence:
            say(f"found {source.evidence}")
        with starting():
            pipeline = patient.pipeline(info, student, settings.pipeline)
        spare_what_is_loaded()
        if not at_full_speed:
            beside.submit(load_detectors, pipeline)
        return pipeline

    session = Session(
        source,
        make_pipeline,
        results.sinks(kept, patient.file),
        make_display(settings.output, stop, marks.append, results.log.path, recording=bool(kept)),
        stop,
        about=about(settings, student) | {"baseline": patient.text},
        duration_s=settings.source.duration_s,
        marks=marks,
        recorded_marks=recorded.marks if recorded else (),
        notes_outages=recorded is None,
    )
    # leaving this block waits for the loader: a half-loaded library crashes at interpreter exit
    with stop_on_signals(stop), beside:
        outcome = session.run()
    return outcome, results.complete(outcome, source)


def spare_what_is_loaded() -> None:
    """Take what is loaded by now out of every garbage collection to come.

    With neurokit2 a full collection walks 190,000 objects of libraries, which live as long as the
    process: about 40 ms on a 2.6 GHz core, in which no beat is judged (`benchmarks.window_time`).
    """
    gc.collect()
    gc.freeze()


def load_detectors(pipeline: Pipeline) -> None:
    """Load neurokit2 beside the stream, so that the screen is there a second sooner."""
    with suppress(Exception):  # the pipeline's next step raises it
        pipeline.load()
    gc.freeze()  # without collecting, which would take its time from the stream


def about(settings: MonitorSettings, student: Student) -> dict[str, Any]:
    """Say in the log what made its lines: version, model and settings."""
    return {
        "version": version("sibeat"),
        "model": student.sha256,
        "config": settings.sha256,
        "settings": asdict(settings.pipeline),
    }


def exit_code(outcome: Outcome) -> int:
    """Give the exit code of a session that ended; raises what broke it.

    Raises
    ------
    SourceError
        When the source broke off.
    OutputError
        When the disk never took some of the results.
    """
    if outcome.error is not None:
        raise outcome.error
    if outcome.summary is not None and outcome.summary.unwritten.total:
        raise OutputError(
            f"{outcome.summary.unwritten} could not be written; expected room on the disk, make "
            "some and run again"
        )
    return EXIT_CTRL_C if outcome.stopped_by == CTRL_C else 0

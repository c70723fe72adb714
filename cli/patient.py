"""What is known of the patient at the start: a baseline file, a recording's, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sibeat.cli.outputs import say, shown
from sibeat.cli.recording import RecordedRun
from sibeat.cli.settings import MonitorSettings
from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import StreamInfo
from sibeat.model.artefact import Student
from sibeat.model.baseline import PatientBaseline
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.baseline_document import from_document
from sibeat.monitor.sinks.baseline_file import BaselineFile


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of the patient before the stream begins."""

    text: str = "learnt anew"
    """where the baseline comes from, for the log"""
    document: Mapping[str, Any] | None = None
    """the baseline, as JSON"""
    where: str = ""
    """what messages call its place"""
    file: BaselineFile | None = None
    """keeps it up to date"""

    def pipeline(self, info: StreamInfo, student: Student, settings: PipelineSettings) -> Pipeline:
        """Make the pipeline for a stream of this patient; its detectors are still to be loaded.

        Raises
        ------
        ConfigError
            When what is known does not fit the stream.
        """
        baseline: PatientBaseline | None = None
        if self.document is not None:
            baseline = from_document(self.document, info, self.where)
        pipeline = Pipeline(info, student, settings, baseline, load_now=False)
        if self.file is not None and pipeline.baseline is not None:
            self.file.follow(pipeline.baseline, info)
        return pipeline


NOBODY_KNOWN = Patient()


def known_patient(
    settings: MonitorSettings,
    options: Mapping[str, Any],
    student: Student,
    recorded: RecordedRun | None,
) -> Patient:
    """Find out what is known.

    Parameters
    ----------
    settings : resolved
    options : of the command line, None where not given
    student : loaded
    recorded : the recording that is replayed; it has its own baseline

    Raises
    ------
    UsageError
        Options that speak against each other.
    ConfigError, OutputError
        The file is no baseline, or cannot be written.
    """
    path: Path | None = settings.output.baseline
    if path is not None and options.get("baseline") is not None:
        _require_use(settings, recorded)
    if not settings.pipeline.baseline:
        return Patient("off")
    if recorded is not None:
        document = recorded.baseline
        where = f"the recording {shown(recorded.reader.path)}"
        return Patient("from the recording" if document else "learnt anew", document, where)
    if path is None:
        return NOBODY_KNOWN
    file = BaselineFile(path, student.sha256)
    text = f"from {shown(path)}" if file.known else f"learnt anew into {shown(path)}"
    say(f"baseline: {text}")
    return Patient(text, file.known, shown(path), file)


def _require_use(settings: MonitorSettings, recorded: RecordedRun | None) -> None:
    if recorded is not None:
        raise UsageError(
            "--baseline says nothing to the replay of a recording, which keeps the baseline of its "
            "own start; leave --baseline out"
        )
    if not settings.pipeline.baseline:
        raise UsageError(
            "--baseline names a file for what is not to be used (--no-baseline, or baseline = "
            "false in the settings); expected one of the two, leave the other out"
        )

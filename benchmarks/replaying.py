"""The pipeline over a record, as ``sibeat monitor --replay RECORD --speed max`` runs it."""

from collections.abc import Iterator
from pathlib import Path

from sibeat.ecg.record import open_record
from sibeat.ecg.stream import StreamInfo
from sibeat.model.artefact import Student
from sibeat.monitor.events import Event
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sources.replay import ReplaySource

LONG_CHUNK_S = 10.0
"""any chunk gives the same events; long ones are quick"""


def replay(path: Path, chunk_s: float | None = None) -> ReplaySource:
    """Open a record as a source that is not paced.

    Parameters
    ----------
    path : record
    chunk_s : length of a chunk, s; None for what ``--speed max`` feeds
    """
    return ReplaySource(open_record(path), speed=None, chunk_s=chunk_s)


def pipeline_for(info: StreamInfo, student: Student) -> Pipeline:
    """Make a pipeline with the default settings."""
    return Pipeline(info, student, PipelineSettings())


def events_of(path: Path, student: Student) -> Iterator[Event]:
    """All events of a record."""
    source = replay(path)
    pipeline = pipeline_for(source.info, student)
    for item in source:
        yield from pipeline.feed(item).events
    yield from pipeline.flush().events


def record_names(data: Path) -> list[str]:
    """Names of the records of a folder, sorted."""
    return sorted(header.stem for header in data.glob("*.hea"))

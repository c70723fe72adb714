"""What ``sibeat export`` does: two passes over a recording, the second of them writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sibeat.cli.outputs import say, shown
from sibeat.cli.recording import RecordedRun
from sibeat.cli.settings import SourceSettings, resolve
from sibeat.ecg.atomic_file import all_or_none
from sibeat.ecg.errors import RecordError
from sibeat.monitor.recording.exporting import (
    EdfOutput,
    Output,
    Scale,
    WfdbOutput,
    beats_in,
    copy,
    look,
)
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.sinks.annotations import EXTENSION
from sibeat.monitor.sources.recorded_source import RecordedSource


@dataclass(frozen=True, slots=True)
class Order:
    """The options of ``sibeat export``."""

    recording: Path
    out: Path
    format: Literal["wfdb", "edf"]
    annotations: Path | None = None
    lead: str | None = None
    gain: float | None = None
    overwrite: bool = False

    @property
    def files(self) -> list[Path]:
        """What is written; annotations, too, which are written where there are some.

        Raises
        ------
        UsageError
            No record can be called so.
        """
        return [self.out] if self.format == "edf" else WfdbOutput.files(self.out, annotated=True)


def run(order: Order) -> None:
    """Export a recording.

    Raises
    ------
    RecordError, UsageError, OutputError
        as their names say
    """
    recorded = RecordedRun(RecordingReader(order.recording))
    options = {"lead": order.lead, "gain": order.gain, "speed": "max"}
    settings = resolve(options, {}, None, recorded.settings).source
    recorded.say_what_is_missing()
    beats = annotation_file(order, recorded)
    with all_or_none(order.files, order.overwrite) as folder:
        with reading(recorded, settings) as source:
            scale = Scale.of(look(source), source.info.unit)
        beside = replace(order, out=folder / order.out.name)
        with reading(recorded, settings) as source, writing(beside, source, scale, beats) as output:
            n_samples = copy(source, beats_in(beats), output)
    told = f"with {shown(beats)}" if beats else "without annotations"
    say(f"{shown(order.out)}: {n_samples / source.info.fs:.3f} s at {source.info.fs:g} Hz, {told}")


@contextmanager
def reading(recorded: RecordedRun, settings: SourceSettings) -> Iterator[RecordedSource]:
    """Open the recording for one pass."""
    source = recorded.source(settings)
    try:
        source.open()
        yield source
    finally:
        source.close()


@contextmanager
def writing(
    order: Order, source: RecordedSource, scale: Scale, beats: Path | None
) -> Iterator[Output]:
    """Make the files, and complete them."""
    output: Output
    if order.format == "edf":
        output = EdfOutput(order.out, source.info, scale)
    else:
        output = WfdbOutput(order.out, source.info, scale, annotated=beats is not None)
    try:
        yield output
    finally:
        output.close()


def annotation_file(order: Order, recorded: RecordedRun) -> Path | None:
    """Find the annotations that go along: the user's, or those in the recording's folder.

    Raises
    ------
    RecordError
        The user's file is not there.
    """
    if order.annotations is not None:
        if not order.annotations.is_file():
            raise RecordError(
                f"there is no annotation file {order.annotations}, expected one that "
                "`sibeat monitor --annotate` wrote: check the path"
            )
        return order.annotations
    folder = recorded.reader.parts[0].parent
    return next(iter(sorted(folder.glob(f"*.{EXTENSION}"))), None)

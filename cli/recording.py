"""``--record`` and the replay of what it kept: how settings go into a recording and come back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sibeat.cli.outputs import say, shown
from sibeat.cli.protocol import live_decoder
from sibeat.cli.settings import MonitorSettings, SourceSettings
from sibeat.cli.sources import ONLY_FOR, SPELT, STANDARD_INPUT, Wanted
from sibeat.ecg.errors import UsageError
from sibeat.model.artefact import Student
from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.marks import USER_MARK
from sibeat.monitor.protocols.board import Board, board_of, find_board, is_description
from sibeat.monitor.recording.reader import RecordingReader, is_recording
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.sinks.annotations import AnnotationSink
from sibeat.monitor.sinks.base import Sink
from sibeat.monitor.sources.arrival_clock import arrival_clock
from sibeat.monitor.sources.base import Source
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.recorded_source import RecordedSource, recorded_now

KEPT = ("lead", "fs", "gain", "protocol")
"""settings of the source that a replay takes from the recording"""
AS_RECORDED = "as recorded"
"""protocol of a replay where the recording holds the board's description, unless the user says
another: the file that described it may have gone or changed since"""
WHY_NOT = {
    "replay": "--record keeps what arrives, and nothing arrives with --replay: the record is a "
    "recording already; leave --record out",
    "demo": "--record keeps what arrives, and nothing arrives with --demo, which is made anew from "
    "the same numbers each time; leave --record out, or let `sibeat simulate --pty` speak and "
    "record that with --serial",
}


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A recording that is to be replayed."""

    reader: RecordingReader

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the live run, as a table below the user's."""
        kept: dict[str, Any] = self.reader.header["settings"]
        source = {name: kept["source"][name] for name in KEPT}
        if self.reader.header.get("board"):
            source["protocol"] = AS_RECORDED
        return {"pipeline": kept["pipeline"], "source": source}

    @property
    def baseline(self) -> dict[str, Any] | None:
        """What was known of the patient when the live run began; None: nothing."""
        known: dict[str, Any] | None = self.reader.header.get("baseline")
        return known

    @property
    def marks(self) -> list[RhythmEvent]:
        """Marks that the user made."""
        notes = self.reader.survey.notes.get("mark", [])
        return [
            RhythmEvent(
                USER_MARK, note["sample"], note["decided_at_sample"], "information", announced=False
            )
            for note in notes
        ]

    def require_fitting(self, options: Mapping[str, Any]) -> None:
        """Refuse ``--protocol`` where what arrived was text from standard input.

        Raises
        ------
        UsageError
            It says so.
        """
        kind: str = self.reader.header["kind"]
        if options.get("protocol") is not None and kind not in ONLY_FOR["protocol"]:
            raise UsageError(
                f"--protocol says nothing to a recording of {SPELT[kind]}; expected it with one "
                f"of {SPELT['serial']} alone: leave it out"
            )

    def source(self, settings: SourceSettings) -> RecordedSource:
        """Make the source.

        Raises
        ------
        UsageError
            A replay is to begin in the middle: decoder and clock would not be those of then.
        """
        if settings.start_s:
            raise UsageError(
                f"--start {settings.start_s:g} cannot be had with a recording of what arrived; "
                "expected a replay from its beginning, leave --start out (or `sibeat export` it)"
            )
        decoder = live_decoder(self.reader.header["kind"], settings, self._board(settings))
        speed = None if settings.speed == "max" else settings.speed
        return RecordedSource(self.reader, decoder, LiveStream(decoder, settings.fs), speed)

    def _board(self, settings: SourceSettings) -> Board | None:
        """Give the board that the recording describes; None where the settings name one."""
        described = self.reader.header.get("board")
        if settings.protocol != AS_RECORDED or described is None:
            return None
        return board_of(described, f"the recording {shown(self.reader.path)}")

    def say_what_is_missing(self) -> None:
        """Say what of the recording cannot be read, and that it has no end."""
        for damage in self.reader.survey.damage:
            say(f"recording damaged: {damage}")
        if self.reader.end_sample is None:
            say(
                f"recording {shown(self.reader.path)} has no end: it is still being written, or a "
                "kill or a power cut ended it; it is taken as far as it goes"
            )

    def say_differences(self, settings: MonitorSettings, student: Student) -> None:
        """Say what will make the events differ from those of the live run."""
        if student.sha256 != self.reader.header["model"]:
            say("another model than that of the recorded run: scores will differ")
        if settings.sha256 != self.reader.header["config"]:
            say("other settings than those of the recorded run: events may differ")


def recorded_run(wanted: Wanted) -> RecordedRun | None:
    """Give the recording that is to be replayed; None when it is something else.

    Raises
    ------
    RecordError
        It is a recording, but cannot be read.
    """
    if not is_recorded(wanted):
        return None
    return RecordedRun(RecordingReader(Path(str(wanted.replay))))


def is_recorded(wanted: Wanted) -> bool:
    """Whether a recording of what arrived is to be replayed."""
    return wanted.replay not in (None, STANDARD_INPUT) and is_recording(Path(str(wanted.replay)))


def require_recordable(wanted: Wanted, options: Mapping[str, Any]) -> None:
    """Refuse ``--record`` where nothing arrives; ``off`` asks for nothing.

    Raises
    ------
    UsageError
        It says why.
    """
    (kind,) = wanted.kinds
    if str(options.get("record") or "off") != "off" and kind in WHY_NOT:
        raise UsageError(WHY_NOT[kind])


def recording_sinks(
    wanted: Wanted,
    settings: MonitorSettings,
    source: Source,
    student: Student,
    baseline: Mapping[str, Any] | None = None,
) -> list[Sink]:
    """Begin to record, if that is asked for and something arrives; annotations go with it.

    Parameters
    ----------
    wanted : the source that the user asks for
    settings, source, student : what the session is put together from
    baseline : what is known of the patient, as JSON

    Raises
    ------
    OutputError
        The folder cannot be written to.
    """
    folder = settings.output.record
    if folder is None or isinstance(source, RecordedSource) or not isinstance(source, LiveSource):
        return []
    (kind,) = wanted.kinds
    header = {"name": source.name, "kind": kind, "transport": source.transport_name}
    own = kind == "serial" and is_description(settings.source.protocol)
    made_by = {
        "version": version("sibeat"),
        "model": student.sha256,
        "config": settings.sha256,
        "settings": {"pipeline": asdict(settings.pipeline), "source": asdict(settings.source)},
        "baseline": baseline,
        "board": asdict(find_board(settings.source.protocol)) if own else None,
    }
    recording = Recording(folder / source.name, header | made_by | recorded_now(arrival_clock()))
    source.tap(recording.tap)
    say(f"recording: {shown(recording.path)}")
    return [recording, AnnotationSink(recording.path, can_wait=True)]


def say_if_nothing_was_recorded(kept: Sequence[Sink]) -> None:
    """Take back that there is a recording, where nothing arrived for it."""
    for sink in kept:
        if isinstance(sink, Recording) and not sink.holds_any:
            say("nothing arrived: no recording was made")

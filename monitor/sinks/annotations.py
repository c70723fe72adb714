"""Every detected beat as an annotation of a WFDB file, with its final score; and unfit signal."""

import os
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sibeat.ecg.annotation_file import AnnotationWriter, annotation_file_name
from sibeat.ecg.errors import OutputError, has_no_room
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import BeatFinal, Event, Kind
from sibeat.monitor.sinks.base import EntryKind
from sibeat.monitor.sinks.noise_marks import NoiseMarks
from sibeat.monitor.sources.base import SourceStatus

EXTENSION = "sib"

SYMBOLS: dict[Kind, str] = {
    "normal": "N",
    "ventricular-like": "V",
    "supraventricular-like": "S",
    "abnormal": "Q",
}

MAX_PENDING = 10_000
"""annotations that wait for a full disk; chosen by us: two hours of beats at 80 a minute"""


def aux_note(beat: BeatFinal) -> str:
    """Write the beat's final score and its two parts: ``s=0.123456 m=0.1 r=0.2``."""
    return f"s={beat.score:.6g} m={beat.morphology:.6g} r={beat.rhythm:.6g}"


class _Entry(NamedTuple):
    """An annotation that is to be written."""

    sample: int
    symbol: str
    aux_note: str = ""
    subtype: int = 0


class AnnotationSink:
    """Writes ``RECORD.sib``; a file of an earlier run is replaced.

    Parameters
    ----------
    folder : where the file goes; made when absent
    can_wait : begin without the file where the disk has no room for it, and make it later

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """

    entries: EntryKind = "annotations"

    def __init__(self, folder: Path, *, can_wait: bool = False) -> None:
        self._folder = folder
        self._can_wait = can_wait
        self._info: StreamInfo | None = None
        self._writer: AnnotationWriter | None = None
        self._pending: deque[_Entry] = deque()
        self._noise = NoiseMarks()
        self.warning: str | None = None
        self.n_lost = 0
        self.replaced = False
        """whether a file of an earlier run was there"""
        _require_folder(folder)

    @property
    def path(self) -> Path | None:
        """The file; None before it is made, as its name is the stream's."""
        return self._writer.path if self._writer else None

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Make the file, empty and valid."""
        self._info = info
        try:
            self._writer = self._made(info)
        except OutputError as error:
            if not (self._can_wait and has_no_room(error)):
                raise
            self._warn(error)

    def take(self, event: Event) -> None:
        """Write a beat's final score, and where the signal is unfit; nothing of other events."""
        entries = [_Entry(mark.sample, "~", "", mark.subtype) for mark in self._noise.take(event)]
        if isinstance(event, BeatFinal):
            entries.append(_Entry(event.sample, SYMBOLS[event.kind], aux_note(event)))
        for entry in entries:
            self._add(entry)
        if entries:
            self._write_pending()

    def note(self, status: SourceStatus, sample: int) -> None:
        """Nothing to annotate before the gap is known."""

    def tick(self) -> None:
        """Try again what a full disk did not take."""
        if self._pending or self.warning:
            self._write_pending()

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Nothing to add: the file is whole after every beat."""

    def close(self) -> None:
        """Try a last time what waits, and close."""
        if self._info is None:
            return
        self._write_pending()
        self.n_lost += max(len(self._pending), self._writer is None)  # the file itself, at least
        self._pending.clear()
        self._info = None
        if self._writer is not None:
            self._writer.close()

    def _add(self, entry: _Entry) -> None:
        self._pending.append(entry)
        if len(self._pending) > MAX_PENDING:
            self._pending.popleft()
            self.n_lost += 1

    def _write_pending(self) -> None:
        if self._info is None:
            raise RuntimeError("the annotation file was not started")
        try:
            if self._writer is None:
                self._writer = self._made(self._info)
            while self._pending:
                self._writer.write(*self._pending[0])
                self._pending.popleft()
        except OutputError as error:
            self._warn(error)
        else:
            self.warning = None

    def _made(self, info: StreamInfo) -> AnnotationWriter:
        path = self._folder / annotation_file_name(info.name, EXTENSION)
        self.replaced = path.exists()
        return AnnotationWriter(path, info.fs)

    def _warn(self, error: OutputError) -> None:
        waiting = f"annotations waiting: {len(self._pending)}, given up: {self.n_lost}"
        self.warning = f"{error} ({waiting})"


def _require_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = None if os.access(folder, os.W_OK | os.X_OK) else "no permission"
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise OutputError(
            f"cannot write annotations into {folder}: {reason}; "
            "expected a folder that you may write to, choose another one"
        )

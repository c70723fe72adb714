"""The file in which a patient's baseline outlives the session."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sibeat.ecg.atomic_file import require_writable, write_atomically
from sibeat.ecg.errors import ConfigError, OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.model.baseline import PatientBaseline
from sibeat.monitor.events import Event
from sibeat.monitor.sinks.base import EntryKind
from sibeat.monitor.sinks.baseline_document import require_schema, to_document
from sibeat.monitor.sources.base import SourceStatus

SAVE_S = 300.0
"""longest time between two saves; chosen by us: what a kill may cost is learnt again in minutes"""
OPTION = "--baseline"


class BaselineFile:
    """Reads a baseline at the start, keeps it up to date after it: one of the session's sinks.

    Parameters
    ----------
    path : the file; it may not exist yet
    model : hash of the student, as a note
    clock : seconds; never goes back

    Raises
    ------
    ConfigError
        The file holds no baseline.
    OutputError
        It could not be saved.
    """

    entries: EntryKind = "baselines"

    def __init__(self, path: Path, model: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._model, self._clock = model, clock
        self._baseline: PatientBaseline | None = None
        self._info: StreamInfo | None = None
        self._saved_at = clock()
        self.warning: str | None = None
        """what the user should know now; None when all is well"""
        self.n_lost = 0
        """1 while the last save failed"""
        self.known = read_document(path) if path.exists() else None
        """what the file holds at the start; None where there is none"""
        require_writable(path, OPTION)

    def follow(self, baseline: PatientBaseline, info: StreamInfo) -> None:
        """Save this baseline from now on; `info` is of its stream."""
        self._baseline, self._info = baseline, info
        self._saved_at = self._clock()

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Nothing to write yet."""

    def take(self, event: Event) -> None:
        """No event goes into the file: it is looked up when it is due."""

    def note(self, status: SourceStatus, sample: int) -> None:
        """Nothing to save for it."""

    def tick(self) -> None:
        """Save when it is due."""
        if self._clock() - self._saved_at >= SAVE_S:
            self.save()

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Save at the clean end."""
        self.save()

    def close(self) -> None:
        """Nothing is held open."""

    def save(self) -> None:
        """Write the baseline, if one is learnt; a disk that does not take it is a warning."""
        self._saved_at = self._clock()
        if self._baseline is None or self._info is None:
            return
        document = to_document(self._baseline, self._info, self._model)
        if document is None:
            return
        try:
            write_atomically(self.path, (json.dumps(document) + "\n").encode(), OPTION)
        except OutputError as error:
            self.warning, self.n_lost = str(error), 1
        else:
            self.warning, self.n_lost = None, 0


def read_document(path: Path) -> dict[str, Any]:
    """Read what a file holds.

    Raises
    ------
    ConfigError
        When it cannot be read or is no baseline.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{path} cannot be read as a patient's baseline ({reason}); expected a JSON file that "
            "an earlier session saved, name another one or remove it to learn anew"
        ) from error
    require_schema(document, str(path))
    return dict(document)

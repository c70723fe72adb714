"""From chunks and gaps to events: the whole monitor, without a clock, a port or a thread.

::

    Chunk | Gap -> continuity -> stretch (filters, R-peaks, beats) -> interpreter -> events

Any split of the same samples into chunks gives the same events, to the bit: stages work at
indices, findings carry the prefix in which they are known, the interpreter keeps that order.
"""

from dataclasses import dataclass

from sibeat.ecg.bands import BandSettings
from sibeat.ecg.continuity import Break, Continuity, Piece, Samples
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.quality import Extremes
from sibeat.ecg.sampling_rate import check_fs
from sibeat.ecg.stream import Chunk, Item, StreamInfo
from sibeat.ecg.votes import Voters
from sibeat.model.artefact import Student
from sibeat.model.baseline import BaselineState, PatientBaseline
from sibeat.model.orientation import OrientedStudent
from sibeat.model.scorer import Scorer
from sibeat.monitor.events import Event
from sibeat.monitor.interpreter import Interpreter
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.stretch import Finding, Stretch, StretchStart


@dataclass(frozen=True, slots=True)
class Step:
    """What one item brought."""

    events: list[Event]
    """in the order of `decided_at_sample`"""
    trace: list[Chunk]
    """the beat band that became known, for the screen; NaN where a gap was bridged"""


class Pipeline:
    """The way of a sample, from arrival to event.

    Parameters
    ----------
    info : of the stream
    student : loaded artefact
    settings : thresholds, mains, detectors
    baseline : from an earlier session of the same person; None to learn it anew
    load_now : load the detectors at once; False: by `load`, at the latest when one is first asked

    Raises
    ------
    ConfigError
        If the sampling rate is outside 100 to 2,000 Hz or a detector is unknown.
    """

    def __init__(
        self,
        info: StreamInfo,
        student: Student,
        settings: PipelineSettings,
        baseline: PatientBaseline | None = None,
        load_now: bool = True,
    ) -> None:
        self._bands = BandSettings(check_fs(info.fs, "the stream", ConfigError), settings.mains_hz)
        self._voters = Voters(settings.detectors, info.fs, load_now)
        self._continuity = Continuity(info.fs)
        self._stretch: Stretch | None = None
        self._extremes = Extremes()
        self._now = info.first_sample
        self._trace: list[Chunk] = []
        self.latency_samples = Stretch(self._bands, self._voters, 0).latency
        """samples from an R-peak to its provisional score, after the learning period"""
        self.baseline = (baseline or PatientBaseline()) if settings.baseline else None
        """what is usual for the patient, None where that is switched off"""
        scorer = Scorer(OrientedStudent(student), self.baseline)
        self._interpreter = Interpreter(info.fs, self.latency_samples, scorer, settings)

    def load(self) -> None:
        """Load the detectors, unless they are there; another thread may do so beside `feed`.

        Raises
        ------
        ConfigError
            They cannot be loaded; the next `feed` raises that, too, whether it needs them or not.
        """
        self._voters.load()

    @property
    def baseline_state(self) -> BaselineState:
        """What the baseline does now."""
        return "off" if self.baseline is None else self.baseline.state

    def feed(self, item: Item) -> Step:
        """Take the next chunk or gap.

        Raises
        ------
        ConfigError
            The detectors could not be loaded.
        """
        self._voters.raise_failure()
        findings: list[Finding] = []
        for piece in self._continuity.feed(item):
            findings += self._take(piece)
        self._now = item.stop
        return self._step(self._interpreter.run(findings, self._now))

    def flush(self) -> Step:
        """Tell what the end of the stream lets be told."""
        findings: list[Finding] = []
        for piece in self._continuity.flush():
            findings += self._take(piece)
        findings += self._end_stretch(self._now)
        events = self._interpreter.run(findings, self._now)
        return self._step(events + self._interpreter.finish(self._now))

    def _take(self, piece: Piece) -> list[Finding]:
        if isinstance(piece, Samples):
            return self._samples(piece)
        if isinstance(piece, Break):
            return [*self._end_stretch(piece.decided_at), piece]
        return [piece]

    def _samples(self, piece: Samples) -> list[Finding]:
        findings: list[Finding] = []
        if piece.begins or self._stretch is None:
            self._stretch = Stretch(self._bands, self._voters, piece.start, self._extremes)
            findings.append(StretchStart(piece.start, piece.start + 1))
        findings += self._stretch.feed(piece.values, piece.known_at)
        self._trace += self._stretch.take_trace()
        return findings

    def _end_stretch(self, decided_at: int) -> list[Finding]:
        if self._stretch is None:
            return []
        findings = self._stretch.end(decided_at)
        self._trace += self._stretch.take_trace()
        self._stretch = None
        return findings

    def _step(self, events: list[Event]) -> Step:
        trace, self._trace = self._trace, []
        return Step(events, trace)

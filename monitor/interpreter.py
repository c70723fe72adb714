"""From findings, one by one in the order in which they were decided, to events.

The only state of the pipeline that spans stretches lives here: the patient's usual beat and
rhythm, the alarms, the watches. Time is the length of the stream so far.
"""

from sibeat.ecg.continuity import Break
from sibeat.ecg.learning import LEARNING_S
from sibeat.ecg.losses import Loss
from sibeat.ecg.rhythm import Rhythm
from sibeat.model.baseline import BaselineChange, SeenBeat
from sibeat.model.scorer import Scorer
from sibeat.monitor.events import BaselineEvent, BeatEvent, BeatFinal, Event, GapEvent, Kind
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.stretch import CutBeat, Finding, SecondJudged, StretchStart
from sibeat.monitor.watches.alarms import Alarms, JudgedBeat
from sibeat.monitor.watches.episode import WatchedBeat
from sibeat.monitor.watches.heart import HeartWatch
from sibeat.monitor.watches.quality import QualityWatch

FOLLOW_S = 3.0
"""time in which a following R-peak still confirms a beat; chosen by us: the longest RR learnt"""

LEAST_OF_A_BEAT = 0.3
"""share of the last trusted beat's height from which a beat beside a loss ends a silence; chosen by
us: one after a ventricular beat, which may be three times as high. Where losses come in step with
the heart, every beat is beside one, and none is trusted"""


class Interpreter:
    """Turns findings into events.

    Parameters
    ----------
    fs : sampling rate, Hz
    latency : samples from an R-peak to its beat
    scorer : of this patient
    settings : thresholds and times
    """

    def __init__(self, fs: float, latency: int, scorer: Scorer, settings: PipelineSettings) -> None:
        self._fs, self._latency, self._scorer = fs, latency, scorer
        self._threshold = settings.threshold
        self._rhythm = Rhythm()
        self._quality = QualityWatch()
        self._heart = HeartWatch(fs, latency, settings)
        self._alarms = Alarms(settings.threshold, round(settings.refractory_s * fs))
        self._open: JudgedBeat | None = None
        self._last: JudgedBeat | None = None
        self._last_kind: Kind = "normal"
        self._rail: SecondJudged | None = None
        self._amplitude = 0.0  # of the last trusted beat

    def run(self, findings: list[Finding], now: int) -> list[Event]:
        """Tell everything that is decided up to a stream of length `now`."""
        events: list[Event] = []
        for finding in sorted(findings, key=lambda finding: finding.decided_at):
            events += self._pass_time(finding.decided_at - 1)
            events += self._take(finding)
        return events + self._pass_time(now)

    def finish(self, now: int) -> list[Event]:
        """Close the last beat and all that lasts: the stream is over."""
        return [*self._confirm(None, now), *self._heart.end(now - 1, now)]

    def _take(self, finding: Finding) -> list[Event]:
        match finding:
            case CutBeat():
                return self._beat(finding)
            case SecondJudged():
                return self._second(finding)
            case StretchStart():
                learnt_at = finding.start + round(LEARNING_S * self._fs) + self._latency
                self._heart.begin(finding.start, learnt_at)
                return self._quality.start(finding.start, finding.decided_at)
            case Break():
                return self._break(finding)
            case Loss():
                return [_gap_event(finding)]

    def _pass_time(self, now: int) -> list[Event]:
        """Let the deadlines up to `now` fall, the earlier first."""
        events: list[Event] = []
        if self._open is not None:
            due = self._open.sample + round(FOLLOW_S * self._fs) + self._latency
            if due <= now:
                events += self._confirm(None, due)
        events += self._heart.pass_time(now)
        return sorted(events, key=lambda event: event.decided_at_sample)

    def _second(self, finding: SecondJudged) -> list[Event]:
        events: list[Event] = []
        if finding.quality == "rail":
            events += self._lose_sight(finding)
        return events + self._quality.second(finding.start, finding.decided_at, finding.quality)

    def _lose_sight(self, rail: SecondJudged) -> list[Event]:
        """Let nothing reach over a second at a rail: nobody sees what the heart does there."""
        self._rail = rail
        self._rhythm.interrupt()
        return self._heart.rail(rail.decided_at)

    def _break(self, gap: Break) -> list[Event]:
        events = self._confirm(None, gap.decided_at)
        self._last = None
        self._rhythm.interrupt()
        lead_off = gap.reason == "lead_off"
        events += (self._heart.end if lead_off else self._heart.lose)(gap.start, gap.decided_at)
        held = _baseline_events(self._scorer.interrupt(), gap.start, gap.decided_at)
        return events + held + self._quality.stop(gap)

    def _beat(self, beat: CutBeat) -> list[Event]:
        sample = round(beat.position)
        rr_s = self._interval(beat.position)
        usual_rr_s = self._rhythm.usual_rr_s
        events = self._confirm(rr_s, beat.decided_at)
        clear, changes = self._quality.beat(
            sample, beat.decided_at, beat.crest, repeats=beat.repeats
        )
        trusted = clear and beat.whole
        judged = self._judge(beat, sample, rr_s, trusted=trusted)
        events += changes
        events.append(self._beat_event(judged, beat.decided_at))
        if beat.whole:
            told = self._watch_heart(judged, usual_rr_s, beat.decided_at)
        else:
            high = beat.amplitude >= LEAST_OF_A_BEAT * self._amplitude
            told = self._heart.beat_at_loss(sample, beat.decided_at, high=high)
        events += self._alarms.provisional(
            judged,
            beat.decided_at,
            in_time=beat.decided_at - sample <= self._latency + 1,
            calm=self._calm and not self._heart.silences_beats,
        )
        if trusted:
            self._amplitude = beat.amplitude
            seen = SeenBeat(beat.window, beat.amplitude, rr_s)
            learnt = self._scorer.learn(seen, judged.score, self._rhythm.usual_rr_s)
            events += _baseline_events(learnt, sample, beat.decided_at)
        self._open = self._last = judged
        return events + told

    def _watch_heart(
        self, judged: JudgedBeat, usual_rr_s: float | None, decided_at: int
    ) -> list[Event]:
        """Show a whole beat to the watch; an RR counts between two trusted beats only."""
        if not judged.trusted:
            return self._heart.doubt(decided_at)
        known = self._last is not None and self._last.trusted
        watched = WatchedBeat(
            sample=judged.sample,
            ventricular=judged.kind == "ventricular-like",
            rr_s=judged.rr_pre_s if known else None,
            usual_rr_s=usual_rr_s,
            last_stands=self._last_kind != "normal",
            after_silence=self._heart.silence_lasts,
        )
        return self._heart.beat(watched, decided_at, calm=self._calm)

    def _interval(self, position: float) -> float | None:
        if self._last is None or self._rail_between(self._last.position, position):
            return None
        return (position - self._last.position) / self._fs

    def _rail_between(self, before: float, after: float) -> bool:
        rail = self._rail
        return rail is not None and before < rail.decided_at and after > rail.start

    def _judge(
        self, beat: CutBeat, sample: int, rr_s: float | None, *, trusted: bool
    ) -> JudgedBeat:
        log_rr = self._rhythm.log_preceding(rr_s)
        score = self._scorer.provisional(beat.window, beat.amplitude, log_rr)
        if rr_s is not None:
            known = trusted and self._last is not None and self._last.trusted
            self._rhythm.add(rr_s, known=known)
        if trusted and not self._heart.in_sight:
            self._rhythm.interrupt()  # its RRs are of what noise hid, or took for beats
        return JudgedBeat(
            sample=sample,
            position=beat.position,
            score=score,
            kind=self._scorer.kind(score, self._threshold, trusted=trusted),
            trusted=trusted,
            window=beat.window,
            rr_pre_s=rr_s,
            hr_bpm=self._rhythm.rate_bpm if self._calm else None,
        )

    def _confirm(self, rr_post_s: float | None, decided_at: int) -> list[Event]:
        """Give the open beat its final score."""
        if self._open is None:
            return []
        beat, self._open = self._open, None
        score = self._scorer.final(beat.score, self._rhythm.log_following(rr_post_s))
        kind = self._scorer.kind(score, self._threshold, trusted=beat.trusted)
        self._last_kind = kind
        final = BeatFinal(
            sample=beat.sample,
            decided_at_sample=decided_at,
            score=score.score,
            morphology=score.morphology,
            rhythm=score.rhythm,
            kind=kind,
            rr_post_s=rr_post_s,
        )
        calm = self._calm and not self._heart.silences_beats
        alarms = self._alarms.final(beat, score, kind, rr_post_s, decided_at, calm=calm)
        return [final, *alarms]

    @property
    def _calm(self) -> bool:
        return self._quality.quality == "good"

    def _beat_event(self, beat: JudgedBeat, decided_at: int) -> BeatEvent:
        return BeatEvent(
            sample=beat.sample,
            decided_at_sample=decided_at,
            score=beat.score.score,
            morphology=beat.score.morphology,
            rhythm=beat.score.rhythm,
            kind=beat.kind,
            abnormal=beat.kind != "normal",
            quality=self._quality.quality if beat.trusted else "noisy",
            rr_pre_s=beat.rr_pre_s,
            hr_bpm=beat.hr_bpm,
            window=beat.window,
            reconstruction=beat.score.reconstruction,
        )


def _baseline_events(change: BaselineChange | None, sample: int, decided_at: int) -> list[Event]:
    if change is None:
        return []
    return [BaselineEvent(sample, decided_at, change.state, change.detail)]


def _gap_event(loss: Loss) -> GapEvent:
    return GapEvent(
        loss.start, loss.decided_at, loss.n_samples, loss.reason, loss.bridged, loss.goes_on
    )

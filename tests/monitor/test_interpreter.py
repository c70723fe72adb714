"""From findings to events: order, deadlines, revisions, late alerts, trust."""

import numpy as np
import pytest

from sibeat.ecg.continuity import Break
from sibeat.ecg.losses import Loss
from sibeat.model.artefact import Student
from sibeat.model.baseline import BaselineChange
from sibeat.model.scorer import BeatScore, Scorer
from sibeat.monitor.events import Alert, BaselineEvent, BeatEvent, BeatFinal, GapEvent, RhythmEvent
from sibeat.monitor.interpreter import FOLLOW_S, Interpreter
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.stretch import CutBeat, SecondJudged, StretchStart

FS, LATENCY = 100.0, 70
FOLLOW = round(FOLLOW_S * FS)
FLAT = np.zeros(320, np.float32)


class ScriptedScorer(Scorer):
    """Gives the scores of a script, provisional and final, beat by beat."""

    def __init__(self, student: Student, script: list[tuple[float, float]]) -> None:
        super().__init__(student, None)
        self._script, self._finals = iter(script), iter([final for _, final in script])
        self.n_learnt = 0
        self.changes: dict[int | str, BaselineChange] = {}
        """what the baseline does at the nth learnt beat, and at a gap"""
        self.posts: list[float] = []

    def provisional(self, window, amplitude, log_rr):
        return BeatScore(next(self._script, (0.1, 0.1))[0], 0.0, 0.0, 0.0, -log_rr, FLAT)

    def final(self, provisional, log_rr_post):
        self.posts.append(log_rr_post)
        return BeatScore(next(self._finals, 0.1), 0.0, 1.0, 0.0, 0.0, FLAT)

    def learn(self, beat, score, usual_rr_s):
        self.n_learnt += 1
        return self.changes.get(self.n_learnt)

    def interrupt(self):
        return self.changes.get("gap")


@pytest.fixture
def make(student):
    def build(*script: tuple[float, float], **settings) -> Interpreter:
        scorer = ScriptedScorer(student, list(script))
        return Interpreter(FS, LATENCY, scorer, PipelineSettings(**settings))

    return build


def cut_beat(position: float, crest: float = 2.0, late: int = 0) -> CutBeat:
    return CutBeat(position, round(position) + LATENCY + late, FLAT, 1.0, crest)


def names(events):
    return [type(event).__name__ for event in events]


def test_a_beat_is_told_and_finished_by_the_next_one(make):
    events = make().run([cut_beat(100.25), cut_beat(180.75)], now=260)
    first, final, second = events
    assert (first.sample, first.decided_at_sample, first.rr_pre_s) == (100, 170, None)
    assert (final.sample, final.decided_at_sample) == (100, 251)
    assert final.rr_post_s == second.rr_pre_s == pytest.approx(0.805)
    assert (second.sample, second.hr_bpm) == (181, pytest.approx(60 / 0.805))


def test_findings_are_taken_in_the_order_in_which_they_were_decided(make):
    late = SecondJudged(0, 100, "flat")
    (change, beat) = make().run([cut_beat(100), late], now=200)
    assert names([change, beat]) == ["QualityEvent", "BeatEvent"]
    assert beat.quality == "noisy"  # on a flat line no beat is trusted


def test_a_beat_without_a_follower_is_finished_in_time(make):
    interpreter = make()
    due = 100 + FOLLOW + LATENCY
    assert names(interpreter.run([cut_beat(100)], now=due - 1)) == ["BeatEvent"]
    (final,) = interpreter.run([], now=due)
    assert (final.sample, final.decided_at_sample, final.rr_post_s) == (100, due, None)
    assert interpreter.finish(due + 50) == []


def test_a_follower_that_comes_at_the_deadline_still_counts(make):
    due = 100 + FOLLOW + LATENCY
    events = make().run([cut_beat(100), cut_beat(due - LATENCY)], now=due)
    (final,) = [event for event in events if isinstance(event, BeatFinal)]
    assert final.rr_post_s == pytest.approx(FOLLOW_S)


def test_the_end_of_the_stream_finishes_the_last_beat(make):
    interpreter = make()
    interpreter.run([cut_beat(100)], now=200)
    (final,) = interpreter.finish(200)
    assert (final.sample, final.decided_at_sample, final.rr_post_s) == (100, 200, None)


@pytest.mark.parametrize("asystole_s", [2.9, 3.0, 3.1])
def test_deadlines_fall_in_their_order_however_late_one_looks(asystole_s, make):
    start = StretchStart(0, 1)
    at_once = make(asystole_s=asystole_s).run([start, cut_beat(100)], now=1000)
    one_by_one, stepwise = make(asystole_s=asystole_s), []
    for now in range(1, 1001):
        stepwise += one_by_one.run({1: [start], 170: [cut_beat(100)]}.get(now, []), now)
    assert names(at_once) == names(stepwise)
    decided = [event.decided_at_sample for event in at_once]
    assert decided == sorted(decided)
    assert len(at_once) == 3


def test_the_following_rr_withdraws_an_alert(make):
    events = make((0.9, 0.2)).run([cut_beat(100), cut_beat(180)], now=300)
    assert names(events) == ["BeatEvent", "Alert", "BeatFinal", "Revision", "BeatEvent"]
    revision = events[3]
    assert (revision.sample, revision.decided_at_sample, revision.score) == (100, 250, 0.2)
    assert revision.kind == "normal"


def test_only_the_final_score_finds_a_beat_abnormal(make):
    events = make((0.2, 0.9)).run([cut_beat(100), cut_beat(180)], now=300)
    assert names(events) == ["BeatEvent", "BeatFinal", "Alert", "BeatEvent"]
    alert = events[2]
    assert (alert.stage, alert.sample, alert.decided_at_sample) == ("late", 100, 250)
    assert alert.rr_post_s == pytest.approx(0.8)
    assert alert.announced


@pytest.mark.parametrize(("late", "stage"), [(0, "provisional"), (1, "provisional"), (2, "late")])
def test_the_stage_of_an_alert_says_whether_it_came_in_time(late, stage, make):
    (alert,) = make((0.9, 0.9)).run([cut_beat(100, late=late)], now=300)[1:]
    assert alert.stage == stage


def test_an_untrusted_beat_is_told_quietly_and_not_learnt(make):
    interpreter = make((0.9, 0.9))
    events = interpreter.run([StretchStart(0, 1), cut_beat(300, crest=0.1)], now=469)
    beat, alert = events
    assert (beat.quality, beat.kind, beat.abnormal) == ("noisy", "abnormal", True)
    assert (alert.kind, alert.announced) == ("abnormal", False)
    assert interpreter._scorer.n_learnt == 0
    (silence,) = interpreter.run([], now=470)  # it does not count as a beat of the heart
    assert (silence.name, silence.sample) == ("asystole-like", 0)


def test_a_break_finishes_the_beat_and_the_rhythm(make):
    interpreter = make()
    before = [cut_beat(100), cut_beat(180), Break(300, 305, "lead_off")]
    events = interpreter.run(before, now=305)
    assert names(events)[-2:] == ["BeatFinal", "QualityEvent"]
    assert events[-2].rr_post_s is None
    loss = Loss(300, 900, "lead_off", bridged=False, decided_at=1201)
    back = [StretchStart(1200, 1201), loss, cut_beat(1300)]
    change, gap, beat = interpreter.run(back, now=1400)
    assert (change.quality, change.previous) == ("good", "lead_off")
    assert gap == GapEvent(1200 - 900, 1201, 900, "lead_off", bridged=False)
    assert (beat.rr_pre_s, beat.hr_bpm) == (None, None)


def test_silence_is_not_counted_over_a_break_and_anew_after_it(make):
    interpreter = make()
    interpreter.run([StretchStart(0, 1), cut_beat(100), Break(200, 205, "dropped")], now=205)
    assert interpreter.run([], now=5000) == []
    (silence,) = interpreter.run([StretchStart(5000, 5001)], now=6000)
    assert isinstance(silence, RhythmEvent)
    assert (silence.sample, silence.decided_at_sample) == (5000, 5000 + 400 + LATENCY)


def test_seconds_at_a_rail_start_the_silence_anew(make):
    interpreter = make()
    findings = [StretchStart(0, 1), SecondJudged(300, 400, "rail"), SecondJudged(400, 500, "good")]
    assert names(interpreter.run(findings, now=869)) == ["QualityEvent", "QualityEvent"]
    (silence,) = interpreter.run([], now=870)
    assert silence.sample == 400


def test_nothing_is_announced_while_the_signal_is_noisy(make):
    script = [(0.1, 0.1)] * 4 + [(0.9, 0.9), (0.1, 0.9)]
    crests = [2.0, 0.1, 0.1, 2.0, 2.0, 2.0, 2.0]
    beats = [cut_beat(100 + 80 * k, crest) for k, crest in enumerate(crests[:4])]
    interpreter = make(*script)
    interpreter.run(beats, now=beats[-1].decided_at)
    (alert,) = [
        event for event in interpreter.run([cut_beat(430)], now=500) if isinstance(event, Alert)
    ]
    assert not alert.announced


def test_the_threshold_is_that_of_the_settings(make):
    (beat, alert) = make((0.35, 0.35), threshold=0.3).run([cut_beat(100)], now=300)
    assert isinstance(beat, BeatEvent)
    assert beat.abnormal
    assert alert.threshold == 0.3


def test_what_the_baseline_does_is_told_with_the_beat_that_did_it(make):
    interpreter = make()
    interpreter._scorer.changes = {2: BaselineChange("following", "learnt")}
    events = interpreter.run([cut_beat(100), cut_beat(180)], now=250)
    assert names(events) == ["BeatEvent", "BeatFinal", "BeatEvent", "BaselineEvent"]
    assert events[-1] == BaselineEvent(180, 250, "following", "learnt")


def test_a_break_holds_the_baseline_and_says_so(make):
    interpreter = make()
    interpreter._scorer.changes = {"gap": BaselineChange("held", "signal was lost")}
    events = interpreter.run([cut_beat(100), Break(300, 305, "dropped")], now=305)
    assert BaselineEvent(300, 305, "held", "signal was lost") in events
    assert [e.decided_at_sample for e in events] == sorted(e.decided_at_sample for e in events)

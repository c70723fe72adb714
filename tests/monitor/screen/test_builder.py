"""What the screen remembers: counts, marks, alerts and a trace, all of it bounded."""

import dataclasses

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.monitor.events import BaselineEvent, QualityEvent, Revision, RhythmEvent
from sibeat.monitor.screen.alert_list import N_ALERTS
from sibeat.monitor.screen.builder import MAX_GAIN_STEPS, VIEW_S, SnapshotBuilder
from sibeat.monitor.sources.base import SourceStatus

FS = 250


def test_counts_beats_and_shows_the_last_ones(snapshot):
    assert snapshot.n_beats == 24
    assert snapshot.n_abnormal == 2
    assert snapshot.abnormal_share == pytest.approx(2 / 24)
    assert snapshot.hr_bpm == 75.0
    assert snapshot.rr_s == 0.8
    assert [line.t_s for line in snapshot.alerts] == [12.0, 4.0]
    assert snapshot.elapsed_s == 20.0
    assert snapshot.total_s == 1800.0


def test_the_last_abnormal_beat_has_the_error_that_was_scored(snapshot, make_alert):
    assert snapshot.beat.t_s == 12.0
    assert snapshot.beat.kind == "ventricular-like"
    np.testing.assert_array_equal(
        snapshot.beat.error_trace, np.float32(make_alert(3000).error_trace)
    )


def test_a_snapshot_cannot_be_changed(snapshot):
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.n_beats = 0
    with pytest.raises(ValueError, match="read-only"):
        snapshot.trace.samples[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        snapshot.beat.window[0] = 1.0


def test_a_snapshot_does_not_change_when_the_stream_goes_on(builder, feed):
    feed(builder, 0, 20)
    taken = builder.snapshot()
    before = taken.trace.samples.copy(), taken.trace.marks, taken.alerts
    feed(builder, 20, 40)
    np.testing.assert_array_equal(taken.trace.samples, before[0])
    assert (taken.trace.marks, taken.alerts) == before[1:]


def test_a_frozen_trace_stays_while_everything_else_goes_on(builder, feed):
    feed(builder, 0, 10)
    builder.press("freeze")
    held = builder.snapshot()
    feed(builder, 10, 40)
    later = builder.snapshot()
    assert later.frozen
    assert later.trace.start == held.trace.start
    np.testing.assert_array_equal(later.trace.samples, held.trace.samples)
    assert later.n_beats > held.n_beats
    assert later.elapsed_s == 40.0
    assert len(later.alerts) > len(held.alerts)
    builder.press("freeze")
    assert not builder.snapshot().frozen
    assert builder.snapshot().trace.stop == 40 * FS


def test_a_frozen_trace_still_gets_the_marks_of_its_last_beats(builder, feed):
    feed(builder, 0, 12.25, 0.25)
    builder.freeze()
    assert builder.snapshot().trace.marks[-1].sample == 2800
    feed(builder, 12.25, 60, 0.25)
    assert builder.snapshot().trace.marks[-1].sample == 3000
    assert builder.snapshot().trace.marks[-1].kind == "ventricular-like"


def test_nothing_grows_over_a_long_run(builder, make_beat, make_alert):
    def sizes():
        tally = builder._tally
        parts = (tally._marks, tally._recent, tally._flagged, builder._alerts)
        return [len(part) for part in parts] + [len(builder._ring._values)]

    trace = np.zeros(FS, np.float32)
    for second in range(3000):
        sample = second * FS
        events = [make_beat(sample, "abnormal"), make_alert(sample, "abnormal")]
        builder.add_step(events, [Chunk(sample, trace)])
        if second == 1000:
            full = sizes()
    assert sizes() == full
    shown = builder.snapshot()
    assert len(shown.trace.samples) == VIEW_S * FS
    assert len(shown.alerts) == N_ALERTS
    assert shown.n_beats == shown.n_abnormal == 3000


def test_a_revision_takes_an_alert_back(builder, make_beat, make_alert):
    trace = [Chunk(0, np.zeros(1000, np.float32))]
    builder.add_step([make_beat(400, "abnormal"), make_alert(400, "abnormal")], trace)
    assert builder.snapshot().unacknowledged == 1
    builder.add_step([Revision(400, 700, 0.3, "normal", 0.8)])
    shown = builder.snapshot()
    assert shown.n_abnormal == 0
    assert shown.unacknowledged == 0
    assert shown.latched is None
    assert shown.alerts[0].withdrawn
    assert shown.trace.marks[0].kind == "normal"


def test_the_latch_holds_the_most_urgent_alert_until_acknowledged(builder, make_alert):
    builder.add_step([make_alert(100, priority="low"), make_alert(200, priority="high")])
    builder.add_step([make_alert(300, priority="high"), make_alert(400, priority="medium")])
    builder.add_step([make_alert(500, priority="high", announced=False)])
    builder.add_step([RhythmEvent("mark", 600, 600, "information", False)])
    assert builder.snapshot().latched.sample == 300
    assert builder.snapshot().unacknowledged == 4
    builder.press("acknowledge")
    assert builder.snapshot().latched is None
    assert builder.snapshot().unacknowledged == 0
    builder.add_step([make_alert(700, priority="low")])
    assert builder.snapshot().latched.sample == 700


def test_lethal_alarms_latch_until_acknowledged_and_others_do_not(builder, info):
    later = [Chunk(0, np.zeros(round(40 * info.fs), np.float32))]
    builder.add_step([RhythmEvent("run", 100, 200, "medium", True)], later)
    assert builder.snapshot().latched is None
    builder.add_step([RhythmEvent("vt-like", 150, 250, "high", True)])
    assert builder.snapshot().latched.what == "vt-like"
    builder.press("acknowledge")
    assert builder.snapshot().latched is None


def test_the_end_of_an_episode_is_no_line_of_its_own(builder):
    builder.add_step([RhythmEvent("run", 100, 200, "medium", True)])
    assert [(line.what, line.lasts) for line in builder.snapshot().alerts] == [("run", True)]
    builder.add_step([RhythmEvent("run-end", 300, 400, "information", False)])
    assert [(line.what, line.lasts) for line in builder.snapshot().alerts] == [("run", False)]


def test_a_new_warning_has_the_first_turn(info):
    now_s = [1000.0]
    builder = SnapshotBuilder(info, clock=lambda: now_s[0])
    builder.add_status(SourceStatus("streaming"), ["the disk is full"])
    assert builder.snapshot().turn_s == 0.0
    now_s[0] = 1007.0
    builder.add_status(SourceStatus("streaming"), ["the disk is full"])
    assert builder.snapshot().turn_s == 7.0
    now_s[0] = 1009.0
    builder.add_status(SourceStatus("streaming"), ["the disk is full"])
    builder.add_status(SourceStatus("streaming"), ["the disk is full, 17 lines wait"])
    assert builder.snapshot().turn_s == 0.0
    now_s[0] = 1012.0
    builder.add_status(SourceStatus("streaming"), ["the disk is full, 203 lines wait"])
    assert builder.snapshot().turn_s == 3.0, "the same warning, with another count"
    builder.add_status(SourceStatus("streaming"), ["the disk is full", "the rate is off"])
    assert builder.snapshot().turn_s == 0.0


def test_a_pipeline_that_says_nothing_for_a_while_is_busy(info):
    now_s = [1000.0]
    builder = SnapshotBuilder(info, clock=lambda: now_s[0])
    builder.add_status(SourceStatus("streaming"))
    now_s[0] = 1001.4
    assert builder.snapshot().state == "streaming"
    now_s[0] = 1003.2
    assert builder.snapshot().state == "busy for 3 s"
    builder.add_step([])
    assert builder.snapshot().state == "streaming"


def test_gain_has_ends(builder):
    for _ in range(20):
        builder.press("gain_up")
    assert builder.snapshot().gain_steps == MAX_GAIN_STEPS
    for _ in range(40):
        builder.press("gain_down")
    assert builder.snapshot().gain_steps == -MAX_GAIN_STEPS


def test_a_users_mark_is_called_back_and_shown_when_it_returns(info):
    marked = []
    builder = SnapshotBuilder(info, on_mark=marked.append)
    builder.add_step([], [Chunk(0, np.zeros(900, np.float32))])
    builder.press("mark")
    assert marked == [900]
    builder.add_step([RhythmEvent("mark", 899, 900, "information", False)])
    assert builder.snapshot().trace.marks[-1].kind == "mark"
    assert builder.snapshot().alerts[0].what == "mark"


def test_a_mark_without_a_callback_is_nothing(builder):
    builder.press("mark")


def test_quality_is_that_of_the_last_change(builder):
    builder.add_step([QualityEvent(100, 120, "noisy", "good")])
    assert builder.snapshot().quality == "noisy"


def test_the_baseline_is_that_of_the_last_change_and_its_learning_is_counted(info):
    builder = SnapshotBuilder(info, baseline="held")
    assert builder.snapshot().baseline == "held"
    for state, detail in (("learning", "12/20"), ("following", "learnt from 20 beats")):
        builder.add_step([BaselineEvent(100, 120, state, detail)])
        shown = builder.snapshot()
        assert shown.baseline == state
        assert shown.baseline_progress == ("12/20" if state == "learning" else "")
    assert shown.alerts == ()


def test_times_count_from_the_first_sample_of_the_stream(make_alert):
    late = StreamInfo("100", "replay 100", 250.0, "MLII", first_sample=5000)
    builder = SnapshotBuilder(late)
    builder.add_step([make_alert(5250)])
    assert builder.snapshot().alerts[0].t_s == 1.0
    assert builder.snapshot().total_s is None


def test_an_alert_that_came_late_stands_at_its_time(builder, make_alert):
    for sample, stage in ((1000, "provisional"), (1600, "provisional"), (1300, "late")):
        builder.add_step([make_alert(sample, stage=stage)])
    assert [line.sample for line in builder.snapshot().alerts] == [1600, 1300, 1000]


def test_of_one_sample_what_came_last_stands_first(builder, make_alert):
    builder.add_step([make_alert(1000), RhythmEvent("vt-like", 1000, 1200, "high", True)])
    assert [line.what for line in builder.snapshot().alerts] == ["vt-like", "ventricular-like"]

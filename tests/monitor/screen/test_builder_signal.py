"""Where the signal is lost or not to be trusted, nothing old passes for live."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.monitor.events import GapEvent, QualityEvent
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.sources.base import SourceStatus

FS = 250


def test_missing_samples_are_no_signal_and_the_view_runs_on(builder, feed):
    """NaN of a file, while its source goes on: nothing old passes for live."""
    feed(builder, 0, 20)
    builder.add_step([], [], 22 * FS)
    assert not builder.snapshot().lost
    builder.add_step([], [], 24 * FS)
    shown = builder.snapshot()
    assert (shown.lost, shown.absent, shown.hr_bpm) == (True, True, None)
    assert shown.trace.stop == 23 * FS
    assert np.isnan(shown.trace.samples[-3 * FS :]).all()
    assert np.isfinite(shown.trace.samples[-3 * FS - 1])
    feed(builder, 24, 26)
    back = builder.snapshot()
    assert (back.absent, back.hr_bpm, back.trace.stop) == (False, 75.0, 26 * FS)


def test_a_lead_that_is_off_is_not_called_lost(builder, feed):
    feed(builder, 0, 20)
    builder.add_step([QualityEvent(20 * FS, 20 * FS, "lead_off", "good")], [], 30 * FS)
    assert not builder.snapshot().absent
    assert builder.snapshot().trace.stop == 29 * FS


def test_a_stream_of_which_nothing_came_yet_is_lost_after_a_second(make_alert):
    late = StreamInfo("100", "replay 100", 250.0, "MLII", first_sample=5000)
    builder = SnapshotBuilder(late)
    builder.add_step([], [], 5000 + FS)
    assert not builder.snapshot().lost
    builder.add_step([], [], 5000 + 3 * FS)
    assert builder.snapshot().lost


def test_what_the_pipeline_missed_is_counted(builder):
    for reason in ("invalid", "counter", "lead_off"):
        builder.add_step([GapEvent(1000, 2000, 500, reason, False)])
    assert (builder.snapshot().n_gaps, builder.snapshot().n_lost) == (2, 1000)


def test_a_file_that_is_read_ahead_has_not_ended_on_the_screen(builder, feed):
    feed(builder, 0, 20)
    builder.add_status(SourceStatus("ended"))
    assert builder.snapshot().state == "streaming"
    builder.add_step([], [], 450_000 + FS)
    assert builder.snapshot().state == "ended"


def test_lost_samples_are_a_gap_in_the_trace(builder):
    builder.add_step([], [Chunk(0, np.ones(500, np.float32)), Chunk(700, np.ones(300, np.float32))])
    samples = builder.snapshot().trace.samples
    assert np.isnan(samples[500:700]).all()
    assert np.isfinite(samples[:500]).all()
    assert np.isfinite(samples[700:]).all()


def test_heart_rate_and_rr_are_not_shown_for_ever(builder, feed):
    feed(builder, 0, 10)
    assert builder.snapshot().hr_bpm == 75.0
    builder.add_step([], [Chunk(10 * FS, np.zeros(5 * FS, np.float32))])
    assert (builder.snapshot().hr_bpm, builder.snapshot().rr_s) == (None, None)


@pytest.mark.parametrize("quality", ["noisy", "rail", "flat", "lead_off"])
def test_untrusted_signal_has_no_rate(quality, builder, feed):
    feed(builder, 0, 20)
    builder.add_step([QualityEvent(19 * FS, 20 * FS, quality, "good")])
    assert (builder.snapshot().hr_bpm, builder.snapshot().rr_s) == (None, None)
    builder.add_step([QualityEvent(19 * FS, 20 * FS, "good", quality)])
    assert builder.snapshot().hr_bpm == 75.0


def test_no_rate_is_shown_while_the_source_gives_nothing(builder, feed):
    feed(builder, 0, 20)
    assert builder.snapshot().hr_bpm == 75.0
    for state in ("silent", "lost"):
        builder.add_status(SourceStatus(state))
        assert (builder.snapshot().hr_bpm, builder.snapshot().rr_s) == (None, None)
    builder.add_status(SourceStatus("ended"))
    assert builder.snapshot().hr_bpm == 75.0


def test_in_a_gap_the_time_goes_on_and_the_rate_is_forgotten(builder, feed):
    feed(builder, 0, 20)
    builder.add_step([], [], 22 * FS)
    assert builder.snapshot().hr_bpm == 75.0
    builder.add_step([], [], 50 * FS)
    assert builder.snapshot().hr_bpm is None
    assert builder.snapshot().elapsed_s == 49.0

"""Rhythm and silence over losses, told by hand what the pipeline would tell them."""

import pytest

from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.watches.episode import WatchedBeat
from sibeat.monitor.watches.heart import HeartWatch

FS, LATENCY = 250.0, 170
RR = 100
"""samples: 150 bpm"""


class Heart:
    """A watch that is shown a beat each 0.4 s; the names of what it tells."""

    def __init__(self):
        self.watch = HeartWatch(FS, LATENCY, PipelineSettings())
        self.names, self.at, self.known = [], 1000, False
        self.watch.begin(0, 920)

    def take(self, events):
        self.names += [event.name for event in events]

    def beats(self, n, ventricular=False):
        for _ in range(n):
            self.at += RR
            rr_s = RR / FS if self.known else None
            beat = WatchedBeat(self.at, ventricular, rr_s, usual_rr_s=RR / FS)
            self.take(self.watch.beat(beat, self.at + LATENCY, calm=True))
            self.known = True
        return self

    def lose(self, n_samples, beside=True):
        if beside:
            self.take(self.watch.beat_at_loss(self.at + 50, self.at + 51, high=False))
        lost_at, self.known = self.at + 60, False
        self.take(self.watch.lose(lost_at, lost_at + 11))
        back = lost_at + n_samples
        self.take(self.watch.pass_time(back))
        self.watch.begin(back, back)
        self.at = back
        return self


def test_a_racing_heart_is_told_over_a_link_that_drops_samples():
    heart = Heart()
    for _ in range(6):
        heart.beats(5).lose(15)
    assert heart.names == ["extreme-tachy"]


def test_a_tachycardia_that_was_told_lasts_over_short_losses_and_ends_with_a_longer_one():
    heart = Heart().beats(20).lose(250).beats(20).lose(15)
    assert heart.names == ["extreme-tachy"]
    assert heart.beats(20).lose(251).names == ["extreme-tachy", "extreme-tachy-end"]
    assert heart.beats(20).names[2:] == ["extreme-tachy"]


def test_vt_is_told_once_over_short_losses_although_a_loss_ends_its_rows():
    heart = Heart()
    for _ in range(4):
        heart.beats(6, ventricular=True).lose(15)
    assert [name for name in heart.names if name.startswith("vt")] == ["vt-like"]
    assert heart.names.count("run") == heart.names.count("run-end") == 4
    assert heart.beats(3).names[-1] == "vt-like-end"


def test_no_row_reaches_over_a_loss():
    heart = Heart().beats(2)
    for _ in range(3):
        heart.beats(2, ventricular=True).lose(15, beside=False)
    assert heart.names == []


@pytest.mark.parametrize("n_samples", [15, 250])
def test_a_silence_lasts_over_a_short_loss(n_samples):
    heart = Heart().beats(3)
    heart.take(heart.watch.pass_time(heart.at + 1500))
    heart.at += 1500
    heart.lose(n_samples, beside=False)
    assert heart.names == ["asystole-like"]
    assert heart.watch.silence_lasts
    heart.take(heart.watch.beat_at_loss(heart.at, heart.at + 170, high=False))
    assert heart.watch.silence_lasts
    heart.take(heart.watch.beat_at_loss(heart.at + 100, heart.at + 270, high=True))
    assert heart.names == ["asystole-like", "asystole-like-end"]


def test_a_longer_loss_ends_it_where_the_loss_began():
    watch = HeartWatch(FS, LATENCY, PipelineSettings())
    watch.begin(0, 920)
    (silence,) = watch.pass_time(1200)
    assert watch.lose(2000, 2011) == watch.pass_time(2250) == []
    (end,) = watch.pass_time(2251)
    assert (end.name, end.sample, end.decided_at_sample) == ("asystole-like-end", 2000, 2251)
    assert silence.name == "asystole-like"


def test_lead_off_ends_all_at_once():
    heart = Heart().beats(20)
    heart.take(heart.watch.lose(heart.at + 60, heart.at + 71))
    heart.take(heart.watch.end(heart.at + 80, heart.at + 81))
    assert heart.names == ["extreme-tachy", "extreme-tachy-end"]


def test_deadlines_fall_in_their_order_however_late_they_are_looked_at():
    told = []
    for step in (1, 10_000):
        heart = Heart().beats(20)  # a tachycardia is told
        lost_at = heart.at + round(9.9 * FS)  # 10 s without a beat pass before the loss is too long
        events = []
        for stop in (lost_at, lost_at + 750):
            for now in [*range(heart.at + LATENCY, stop, step), stop]:
                events += heart.watch.pass_time(now)
            events += heart.watch.lose(lost_at, stop) if stop == lost_at else []
        told.append(events)
    assert told[0] == told[1]
    assert "extreme-tachy-end" in [event.name for event in told[0]]


def test_a_rail_ends_all_and_silence_counts_from_its_end():
    heart = Heart().beats(20)
    heart.take(heart.watch.rail(heart.at + 300))
    assert heart.names == ["extreme-tachy", "extreme-tachy-end"]
    assert heart.watch.pass_time(heart.at + 300 + 1000 + LATENCY - 1) == []
    (silence,) = heart.watch.pass_time(heart.at + 300 + 1000 + LATENCY)
    assert silence.sample == heart.at + 300


def test_nothing_lasts_on_where_no_beat_is_whole_any_more():
    heart = Heart().beats(20, ventricular=True)
    assert {"vt-like", "extreme-tachy"} <= set(heart.names)
    for _ in range(10):
        heart.lose(15)
        heart.at += 250
        heart.take(heart.watch.pass_time(heart.at))
    assert {"vt-like-end", "extreme-tachy-end"} <= set(heart.names)
    heart.names.clear()
    heart.beats(20, ventricular=True)
    assert {"vt-like", "extreme-tachy"} <= set(heart.names)

"""What the whole monitor says of hearts that stop, pause and run, and of signals that get lost."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, Gap
from sibeat.monitor.events import Alert, BeatEvent, QualityEvent, RhythmEvent

FS = 250.0
REGULAR = [(0.5 + 0.8 * k, "N") for k in range(18)]  # the last one at 14.1 s
LATER = [(24.5 + 0.8 * k, "N") for k in range(9)]


def watched(watch, items, **settings):
    return [event for event, _ in watch(items, FS, **settings)]


def rhythm(events, name):
    return [event for event in events if isinstance(event, RhythmEvent) and event.name == name]


def at_s(event):
    return event.sample / FS


def cut_out(samples, start_s, stop_s, reason):
    start, stop = round(start_s * FS), round(stop_s * FS)
    return [
        Chunk(0, samples[:start]),
        Gap(start, stop - start, reason),
        Chunk(stop, samples[stop:]),
    ]


@pytest.mark.parametrize("noise_mv", [0.0, 0.004, 0.02])
@pytest.mark.parametrize("fs", [125.0, 250.0, 1000.0])
def test_a_heart_that_stops_is_told_once_within_five_seconds(fs, noise_mv, watch, heart):
    samples = heart(fs, 32.0, [*REGULAR, *LATER], noise_mv=noise_mv)
    events = [event for event, _ in watch([Chunk(0, samples)], fs)]
    (silence,) = rhythm(events, "asystole-like")
    assert silence.sample / fs == pytest.approx(14.1, abs=0.02)
    assert 4.0 <= (silence.decided_at_sample - silence.sample) / fs <= 5.0
    assert silence.priority == "high"


def test_a_heart_that_stops_over_its_lowest_number_is_told(watch, heart):
    upright = heart(FS, 32.0, [*REGULAR, *LATER], noise_mv=0.0).clip(min=0.0)
    samples = np.round(100 * upright).astype(np.float32)
    (silence,) = rhythm(watched(watch, [Chunk(0, samples)]), "asystole-like")
    assert at_s(silence) == pytest.approx(14.1, abs=0.02)


@pytest.mark.parametrize("asystole_s", [1.5, 2.0, 3.0])
def test_a_short_limit_rings_over_no_beat_that_is_still_being_learnt(asystole_s, watch, heart):
    samples = heart(FS, 28.0, [(0.3 + 0.8 * k, "N") for k in range(35)])
    items = cut_out(samples, 14.0, 14.2, "dropped")
    assert rhythm(watched(watch, items, asystole_s=asystole_s), "asystole-like") == []
    stopped = cut_out(heart(FS, 28.0, REGULAR), 14.6, 14.8, "dropped")
    (silence,) = rhythm(watched(watch, stopped, asystole_s=asystole_s), "asystole-like")
    assert 3.0 < silence.decided_at_sample / FS - 14.8 < 4.2


def lossy(samples, every_s, lost_s, reason="dropped"):
    n, n_lost = round(every_s * FS), round(lost_s * FS)
    for start in range(0, len(samples), n):
        stop = min(start + n - n_lost, len(samples))
        yield Chunk(start, samples[start:stop])
        yield Gap(stop, n_lost, reason)


@pytest.mark.parametrize(("every_s", "lost_s"), [(2.0, 0.06), (4.0, 0.06), (4.0, 0.9), (6.0, 0.5)])
def test_a_heart_that_stops_is_told_once_though_the_link_drops_samples(
    every_s, lost_s, watch, heart
):
    after = [(54.5 + 0.8 * k, "N") for k in range(22)]
    samples = heart(FS, 72.0, [*REGULAR, *after], noise_mv=0.02)
    events = watched(watch, lossy(samples, every_s, lost_s))
    (silence,) = rhythm(events, "asystole-like")
    assert 10.0 < at_s(silence) < 14.2
    assert silence.decided_at_sample / FS < 32.0
    (end,) = rhythm(events, "asystole-like-end")
    assert 54.0 < at_s(end) < 62.0


IN_STEP = [(rr_s, every_s, 0.06) for rr_s, every_s in ((0.8, 1.6), (0.75, 1.5), (1.5, 1.5))]
OUT_OF_STEP = [
    (0.93, every_s, lost_s) for every_s in (0.7, 1.0, 1.5, 2.0, 3.0, 4.5) for lost_s in (0.06, 0.3)
]


@pytest.mark.parametrize("first_s", [0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize(("rr_s", "every_s", "lost_s"), [*IN_STEP, *OUT_OF_STEP])
def test_a_heart_that_beats_is_no_silence_however_often_samples_are_dropped(
    rr_s, every_s, lost_s, first_s, watch, heart
):
    samples = heart(FS, 90.0, [(first_s + rr_s * k, "N") for k in range(int(88 / rr_s))])
    assert rhythm(watched(watch, lossy(samples, every_s, lost_s)), "asystole-like") == []


@pytest.mark.parametrize(("lost_s", "reason"), [(0.3, "lead_off"), (1.1, "dropped")])
def test_silence_begins_anew_after_a_lead_off_or_a_long_loss(lost_s, reason, watch, heart):
    samples = heart(FS, 40.0, REGULAR)
    events = watched(watch, cut_out(samples, 17.0, 17.0 + lost_s, reason))
    (silence,) = rhythm(events, "asystole-like")
    assert silence.sample == round((17.0 + lost_s) * FS)


def test_a_heart_that_stops_twice_is_told_twice(watch, heart):
    more = [(34.5 + 0.8 * k, "N") for k in range(5)]
    samples = heart(FS, 44.0, [*REGULAR, *[b for b in LATER if b[0] < 29], *more])
    silences = rhythm(watched(watch, [Chunk(0, samples)]), "asystole-like")
    assert [round(at_s(silence), 1) for silence in silences] == [14.1, 28.5, 37.7]


@pytest.mark.parametrize("reason", ["lead_off", "dropped", "reconnect", "silence", "overflow"])
def test_lost_signal_is_no_silence_of_the_heart(reason, watch, heart):
    samples = heart(FS, 32.0, [*REGULAR, *LATER])
    events = watched(watch, cut_out(samples, 14.6, 24.0, reason))
    assert rhythm(events, "asystole-like") == []
    assert rhythm(events, "pause") == []  # no RR reaches over a gap
    first_after = next(e for e in events if isinstance(e, BeatEvent) and at_s(e) > 20)
    assert first_after.rr_pre_s is None


@pytest.mark.parametrize("fault", ["nan", "rail"])
def test_invalid_samples_and_rails_are_no_silence_of_the_heart(fault, watch, heart):
    samples = heart(FS, 32.0, [*REGULAR, *LATER])
    samples[round(14.6 * FS) : round(24 * FS)] = np.nan if fault == "nan" else 5.0
    events = watched(watch, [Chunk(0, samples)])
    assert rhythm(events, "asystole-like") == []


@pytest.mark.parametrize("back_s", [24.0, 24.2, 24.4, 24.6, 24.8])
def test_no_rr_reaches_over_a_lead_at_a_rail(back_s, watch, heart):
    samples = heart(FS, 40.0, [(0.5 + 0.8 * k, "N") for k in range(49)])
    samples[round(14.6 * FS) : round(back_s * FS)] = 5.0
    events = watched(watch, [Chunk(0, samples)])
    assert rhythm(events, "pause") == rhythm(events, "couplet") == []
    beats = [event for event in events if isinstance(event, BeatEvent)]
    assert max(beat.rr_pre_s or 0.0 for beat in beats) < 2.0
    rates = [beat.hr_bpm for beat in beats if at_s(beat) > 28 and beat.hr_bpm is not None]
    assert len(rates) > 8
    assert rates == pytest.approx([75.0] * len(rates), abs=20.0)  # it was 20 to 40


def test_a_tachycardia_ends_where_a_lead_goes_to_a_rail(watch, heart):
    samples = heart(FS, 44.0, [(0.5 + 0.4 * k, "N") for k in range(105)])
    samples[round(24.6 * FS) : round(30.2 * FS)] = 5.0
    events = watched(watch, [Chunk(0, samples)])
    (end, _) = rhythm(events, "extreme-tachy-end")  # the stream's end ends the second one
    assert (at_s(end), end.decided_at_sample / FS) == (pytest.approx(24.5, abs=0.3), 26.0)
    (_, again) = rhythm(events, "extreme-tachy")
    assert again.onset_sample / FS == pytest.approx(30.4, abs=0.9)


def test_a_heart_that_stops_after_the_lead_is_back_is_told(watch, heart):
    samples = heart(FS, 32.0, REGULAR)
    (silence,) = rhythm(watched(watch, cut_out(samples, 14.6, 24.0, "lead_off")), "asystole-like")
    assert silence.sample == round(24.0 * FS)


@pytest.mark.parametrize(("rr_s", "told"), [(1.35, False), (1.6, True), (2.1, True), (2.9, True)])
def test_a_pause_is_an_rr_from_two_seconds_or_nearly_twice_the_usual(rr_s, told, watch, heart):
    after = [(14.1 + rr_s + 0.8 * k, "N") for k in range(5)]
    samples = heart(FS, 24.0, [*REGULAR, *after])
    pauses = rhythm(watched(watch, [Chunk(0, samples)]), "pause")
    assert [round(at_s(pause), 1) for pause in pauses] == [round(14.1 + rr_s, 1)] * told
    assert all(pause.detail.startswith("RR ") for pause in pauses)


@pytest.mark.parametrize(("n_wide", "n_runs"), [(1, 0), (2, 0), (3, 1), (6, 1)])
def test_a_run_is_three_ventricular_beats(n_wide, n_runs, watch, heart):
    wide = [(14.1 + 0.45 * (k + 1), "V") for k in range(n_wide)]
    after = [(wide[-1][0] + 1.0 + 0.8 * k, "N") for k in range(6)]
    samples = heart(FS, 24.0, [*REGULAR, *wide, *after])
    events = watched(watch, [Chunk(0, samples)])
    runs = rhythm(events, "run")
    assert len(runs) == n_runs
    assert [at_s(run) for run in runs] == pytest.approx([14.1 + 3 * 0.45] * n_runs, abs=0.03)
    kinds = [e.kind for e in events if isinstance(e, Alert) and at_s(e) < after[0][0] - 0.5]
    assert kinds == ["ventricular-like"] * n_wide


def test_the_refractory_time_silences_alerts_but_loses_none(watch, heart):
    beats = [(0.5 + 0.8 * k, "V" if k > 12 and k % 6 == 5 else "N") for k in range(90)]
    early = [(t - 0.25 * (symbol == "V"), symbol) for t, symbol in beats]
    events = watched(watch, [Chunk(0, heart(FS, 73.0, early))])
    wide = [t for t, symbol in early if symbol == "V"]
    alerts = [e for e in events if isinstance(e, Alert) and e.kind == "ventricular-like"]
    assert [at_s(alert) for alert in alerts] == pytest.approx(wide, abs=0.03)
    announced = [at_s(alert) for alert in alerts if alert.announced]
    assert announced == pytest.approx([wide[0], wide[7]], abs=0.03)  # 4.8 s apart, 30 s silent


def test_the_quality_is_told_at_each_change_and_in_one_chain(watch, heart):
    beats = [(0.5 + 0.8 * k, "N") for k in range(100)]
    samples = heart(FS, 70.0, beats)
    samples[round(20 * FS) : round(26 * FS)] = 4.0  # beyond all before: a rail
    samples[round(36 * FS) : round(42 * FS)] = 0.1
    noise = np.random.default_rng(1).normal(0, 2.0, round(8 * FS))
    samples[round(52 * FS) : round(60 * FS)] += noise.astype(np.float32)
    items = cut_out(samples, 8.0, 14.0, "lead_off")
    changes = [e for e in watched(watch, items) if isinstance(e, QualityEvent)]
    told = [change.quality for change in changes]
    assert [quality for quality in told if quality != "good"] == [
        "lead_off",
        "rail",
        "flat",
        "noisy",
    ]
    assert [change.previous for change in changes] == ["good", *told[:-1]]
    assert told[-1] == "good"


@pytest.mark.parametrize("before", [[], [Gap(0, 20, "reconnect")]])
def test_a_stream_that_starts_with_its_lead_off_says_so_at_once(before, watch, heart):
    start = before[-1].stop if before else 0
    items = [*before, Gap(start, 500, "lead_off"), Chunk(start + 500, heart(FS, 10.0, REGULAR))]
    first, second = [e for e in watched(watch, items) if isinstance(e, QualityEvent)]
    assert (first.quality, first.sample, first.decided_at_sample) == ("lead_off", start, start + 1)
    assert (second.quality, second.sample) == ("good", start + 500)


def test_noise_raises_no_announced_alarm(watch, heart):
    samples = heart(FS, 40.0, REGULAR, noise_mv=0.004)
    loud = np.random.default_rng(2).normal(0, 1.0, round(25 * FS))
    samples[round(15 * FS) :] += loud.astype(np.float32)
    events = watched(watch, [Chunk(0, samples)])
    noisy_from = next(e.decided_at_sample for e in events if isinstance(e, QualityEvent))
    alerts = [e for e in events if isinstance(e, Alert) and e.decided_at_sample > noisy_from]
    assert not [alert for alert in alerts if alert.announced]


def test_the_first_beats_of_a_heart_raise_no_alarm(watch, heart):
    events = watched(watch, [Chunk(0, heart(FS, 12.0, REGULAR))])
    assert [e for e in events if isinstance(e, Alert)] == []


@pytest.mark.parametrize("noise_s", [12.0, 30.0])
@pytest.mark.parametrize("noise_mv", [1.0, 3.0])
def test_the_rate_after_long_noise_is_of_beats_that_were_seen(noise_s, noise_mv, watch, heart):
    """What noise hid made a rate of 28 of one of 75, ten beats long."""
    samples = heart(FS, 60.0 + noise_s, [(0.5 + 0.8 * k, "N") for k in range(112)]).copy()
    noise = np.random.default_rng(0).standard_normal(round(noise_s * FS))
    samples[round(30 * FS) : round((30 + noise_s) * FS)] += (noise_mv * noise).astype(np.float32)
    beats = [event for event in watched(watch, [Chunk(0, samples)]) if isinstance(event, BeatEvent)]
    after = [beat for beat in beats if beat.quality == "good" and at_s(beat) > 30 + noise_s]
    assert len(after) > 25
    assert [beat.hr_bpm for beat in after] == pytest.approx([75.0] * len(after), rel=0.04)

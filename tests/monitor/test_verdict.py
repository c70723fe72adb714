"""The demo's verdict, on hand-made truths."""

from sibeat.ecg.synthetic import BeatLabel
from sibeat.monitor.events import Alert, BeatFinal, Event, Kind
from sibeat.monitor.verdict import DemoVerdict, judge

TRUTH = [
    BeatLabel(100, "N"),
    BeatLabel(300, "V"),
    BeatLabel(600, "N"),
    BeatLabel(750, "A"),
    BeatLabel(1000, "N"),
]


def alert(sample: int) -> Alert:
    return Alert(
        sample=sample,
        decided_at_sample=sample + 200,
        stage="provisional",
        score=0.9,
        threshold=0.5,
        morphology=1.0,
        rhythm=1.0,
        kind="abnormal",
        rr_pre_s=None,
        rr_post_s=None,
        hr_bpm=None,
        error_trace=(),
        priority="low",
        announced=True,
    )


def final(sample: int, kind: Kind) -> BeatFinal:
    return BeatFinal(sample, sample + 300, 0.9, 1.0, 1.0, kind, None)


def test_alerts_and_final_kinds_flag() -> None:
    events: list[Event] = [
        final(100, "normal"),
        alert(302),
        final(302, "ventricular-like"),
        final(600, "normal"),
        final(748, "supraventricular-like"),
        alert(1001),
        final(1001, "normal"),
    ]
    assert judge(TRUTH, events, 250) == DemoVerdict(2, 2, 3, 1)


def test_window_is_150_ms_on_both_sides() -> None:
    assert judge(TRUTH, [alert(300 - 37)], 250) == DemoVerdict(2, 1, 3, 0)
    assert judge(TRUTH, [alert(300 + 37)], 250) == DemoVerdict(2, 1, 3, 0)
    assert judge(TRUTH, [alert(300 + 38)], 250) == DemoVerdict(2, 0, 3, 0, 1)


def test_two_flags_on_one_beat_count_once() -> None:
    assert judge(TRUTH, [alert(295), alert(305)], 250) == DemoVerdict(2, 1, 3, 0)


def test_nothing_true_nothing_flagged() -> None:
    assert judge([], [], 250) == DemoVerdict(0, 0, 0, 0)
    assert judge([], [alert(5)], 250) == DemoVerdict(0, 0, 0, 0, 1)


def test_good_needs_ectopics_flagged_and_normals_left_alone() -> None:
    assert DemoVerdict(5, 4, 20, 1).good
    assert not DemoVerdict(5, 3, 20, 0).good
    assert not DemoVerdict(5, 5, 20, 2).good


def test_it_reads_well() -> None:
    text = "6 of 7 labelled ectopic beats flagged, 1 of 30 normal beats"
    assert str(DemoVerdict(7, 6, 30, 1)) == text
    assert str(DemoVerdict(7, 6, 30, 1, 2)) == f"{text}, 2 flags where no beat is"

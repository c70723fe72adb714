"""Detected beats against the reference, by hand."""

import numpy as np

from sibeat.ecg.annotation import Annotations
from sibeat.monitor.evaluation.match import match_beats

FS = 360.0


def reference(*marks: tuple[int, str]) -> Annotations:
    return Annotations.of([sample for sample, _ in marks], [mark for _, mark in marks], fs=FS)


def test_each_detected_beat_gets_the_class_of_its_reference_beat() -> None:
    truth = reference((100, "N"), (400, "V"), (700, "A"), (1000, "F"), (1300, "/"), (1400, "+"))
    match = match_beats(truth, np.array([110, 390, 700, 1054, 1300]), FS)
    assert match.truths == ("N", "V", "S", "F", "Q")
    assert match.expected.tolist() == ["N", "V", "S", "F", "Q"]
    assert match.found.all()


def test_the_window_is_150_ms() -> None:
    truth = reference((400, "V"))
    assert match_beats(truth, np.array([454]), FS).truths == ("V",)
    assert match_beats(truth, np.array([455]), FS).truths == ("none",)


def test_missed_and_extra_beats() -> None:
    match = match_beats(reference((400, "N"), (1000, "V")), np.array([400, 700]), FS)
    assert match.truths == ("N", "none")
    assert match.found.tolist() == [True, False]


def test_in_flutter_nothing_is_right_or_wrong() -> None:
    truth = reference((100, "N"), (300, "["), (350, "V"), (900, "]"), (1200, "N"))
    match = match_beats(truth, np.array([100, 345, 600, 1200]), FS)
    assert match.truths == ("N", "flutter", "flutter", "N")
    assert match.expected.tolist() == ["N", "N"]


def test_escape_beats_are_normal_unless_the_mapping_says_otherwise() -> None:
    truth = reference((100, "j"))
    assert match_beats(truth, np.array([100]), FS).truths == ("N",)
    assert match_beats(truth, np.array([100]), FS, "ec57").truths == ("S",)


def test_no_beats_on_either_side() -> None:
    none = np.array([], dtype=np.int64)
    assert match_beats(reference(), none, FS).truths == ()
    assert match_beats(reference(), np.array([5]), FS).truths == ("none",)
    assert not match_beats(reference((5, "N")), none, FS).found.any()

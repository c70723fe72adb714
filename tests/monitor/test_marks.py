from collections import deque

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.marks import USER_MARK, Marks


def mark(sample: int, decided_at_sample: int) -> RhythmEvent:
    return RhythmEvent(USER_MARK, sample, decided_at_sample, "information", announced=False)


def test_a_key_press_is_a_mark_once_and_lies_in_what_was_processed() -> None:
    marks = Marks(deque([80, 120]), ())
    (first,), (second,) = (step.events for step in marks.pressed(100))
    assert (first, second) == (mark(80, 100), mark(100, 100))
    assert list(marks.pressed(200)) == []


def test_a_recorded_mark_comes_when_its_sample_is_reached() -> None:
    recorded = [mark(80, 100), mark(90, 100), mark(100, 150)]
    marks = Marks(deque(), recorded)
    assert list(marks.recorded(99)) == []
    assert [step.events for step in marks.recorded(149)] == [[recorded[0]], [recorded[1]]]
    assert [step.events for step in marks.recorded(1000)] == [[recorded[2]]]

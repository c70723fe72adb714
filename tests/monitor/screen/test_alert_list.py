"""A lethal alert is neither lost nor forgotten, however many others come after it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.screen.alert_list import UNLATCHED_S, AlertList, most_urgent
from sibeat.monitor.screen.snapshot import AlertLine

FS = 250.0


def line(sample: int, priority: str = "medium", announced: bool = True) -> AlertLine:
    return AlertLine(sample, sample / FS, "abnormal", 0.9, priority, announced)  # type: ignore[arg-type]


lines = st.builds(
    line,
    st.integers(1000, 5000),
    st.sampled_from(["high", "medium", "low", "information"]),
    st.booleans(),
)


@given(st.lists(lines, max_size=40))
def test_a_lethal_alert_outlasts_all_others(later: list[AlertLine]) -> None:
    alerts = AlertList(n_kept=8)
    first = replace(line(500, "high"), what="asystole-like")
    alerts.add(first)
    for one in later:
        alerts.add(one)
        latched = most_urgent(alerts.asking(10**9, FS))
        assert latched is not None
        assert latched.priority == "high"
        assert len(alerts) <= 8
    n_others = sum(one.priority == "high" and one.announced for one in later)
    if n_others < 8:
        assert first in alerts.latest_first()
    alerts.acknowledge()
    assert alerts.asking(10**9, FS) == []


def test_of_those_that_nobody_waits_for_the_oldest_goes() -> None:
    alerts = AlertList(n_kept=3)
    for sample in range(5):
        alerts.add(line(sample))
    assert [kept.sample for kept in alerts.latest_first()] == [4, 3, 2]


def test_an_acknowledged_lethal_alert_makes_room_like_others() -> None:
    alerts = AlertList(n_kept=2)
    alerts.add(line(1, "high"))
    alerts.acknowledge()
    alerts.add(line(2))
    alerts.add(line(3))
    assert [kept.sample for kept in alerts.latest_first()] == [3, 2]


def test_others_ask_for_attention_for_half_a_minute() -> None:
    alerts = AlertList()
    alerts.add(line(0))
    until = round(UNLATCHED_S * FS)
    alerts.add(line(1))
    assert len(alerts.asking(until, FS)) == 2
    assert [asks.sample for asks in alerts.asking(until + 1, FS)] == [1]
    assert alerts.asking(until + 2, FS) == []


def test_what_is_taken_back_asks_for_nothing() -> None:
    alerts = AlertList()
    alerts.add(line(100))
    alerts.withdraw(100)
    alerts.withdraw(100)
    assert alerts.asking(100, FS) == []
    assert alerts.latest_first()[0].withdrawn


def rhythm(name: str, sample: int, detail: str = "") -> RhythmEvent:
    return RhythmEvent(name, sample, sample + 100, "high", True, detail)


@pytest.mark.parametrize(
    ("name", "detail", "figure", "lasts"),
    [
        ("vt-like", "last 5 of 7 ventricular-like beats in a row at 111 bpm", "111 bpm", True),
        ("extreme-brady", "32 bpm over 5 beats", "32 bpm", True),
        ("pause", "RR 2.10 s, 2.6 times the usual", "2.10 s", False),
        ("asystole-like", "no trusted QRS for 4 s", "", True),
        ("bigeminy", "3 cycles of 2 beats", "", True),
        ("couplet", "2 ventricular-like beats in a row at 130 bpm", "130 bpm", False),
        ("mark", "", "", False),
    ],
)
def test_a_rhythm_event_states_its_figure_and_whether_it_goes_on(name, detail, figure, lasts):
    alerts = AlertList()
    alerts.take(rhythm(name, 100, detail), 0.4)
    (told,) = alerts.latest_first()
    assert (told.what, told.figure, told.lasts) == (name, figure, lasts)


def test_the_end_of_an_episode_is_taken_in_by_its_line_alone() -> None:
    alerts = AlertList()
    for sample in (100, 900):
        alerts.take(rhythm("asystole-like", sample, "no trusted QRS for 4 s"), sample / FS)
    alerts.take(rhythm("vt-like", 500, "5 ventricular-like beats in a row at 111 bpm"), 2.0)
    alerts.take(rhythm("asystole-like-end", 1800, "11.20 s without a trusted QRS"), 7.2)
    alerts.take(rhythm("run-end", 1900), 7.6)
    told = {line.sample: (line.figure, line.lasts) for line in alerts.latest_first()}
    assert told == {900: ("11.20 s", False), 500: ("111 bpm", True), 100: ("", True)}


def test_what_became_of_an_alert_is_said_in_words() -> None:
    told = line(100)
    assert told.fate == ""
    assert told.settled().fate == "acknowledged"
    assert replace(told, lasts=True).settled().fate == "goes on, acknowledged"
    assert told.taken_back().settled().fate == "withdrawn"
    assert line(100, "information").settled().fate == ""

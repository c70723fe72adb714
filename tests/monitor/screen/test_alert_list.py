"""A lethal alert is neither lost nor forgotten, however many others come after it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

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

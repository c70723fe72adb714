"""The headline, read from two metres: what asks for attention, and nothing else, in big letters."""

from dataclasses import replace

import pytest

from sibeat.monitor.screen.bigtext import big
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import AlertLine
from sibeat.monitor.screen.vitals import SHORTER, draw_headline
from sibeat.monitor.watches.rhythm import PRIORITY

LETHAL = AlertLine(10, 11.0, "asystole-like", None, "high", True, lasts=True)
V_LIKE = AlertLine(10, 12.0, "ventricular-like", 0.91, "medium", True)


def headline(snapshot, width=52) -> str:
    return "\n".join(line.plain for line in draw_headline(snapshot, width, 3, Look()))


def is_big(name: str, shown: str) -> bool:
    return all(
        row.rstrip() in line for row, line in zip(big(name, "half"), shown.split("\n"), strict=True)
    )


def calm(snapshot, *lines):
    return replace(snapshot, latched=None, unacknowledged=0, alerts=lines)


def test_what_nobody_acknowledged_is_big(snapshot):
    shown = headline(replace(snapshot, latched=V_LIKE, alerts=(V_LIKE,)))
    assert is_big("V-like", shown)


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        (LETHAL.settled(), "goes on, acknowledged"),
        (LETHAL.over("11.20 s").settled(), "acknowledged"),
        (V_LIKE.taken_back(), "withdrawn"),
        (V_LIKE, ""),
    ],
)
def test_what_asks_for_nothing_is_plain_and_says_what_became_of_it(snapshot, line, fate):
    rows = [row.strip() for row in headline(calm(snapshot, line)).split("\n")]
    name = "V-like" if line.what == "ventricular-like" else line.what
    assert rows == ["last alert", f"{name} at 0:00:{line.t_s:.0f}", fate]


def test_a_lethal_episode_that_goes_on_is_not_hidden_by_a_later_beat(snapshot):
    shown = headline(calm(snapshot, V_LIKE, LETHAL.settled()))
    assert "earlier alert" in shown
    assert "asystole-like at 0:00:11" in shown
    assert "goes on" in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lost": True}, "no signal"),
        ({"status": "lost"}, "no signal"),
        ({"quality": "lead_off"}, "lead off"),
        ({"quality": "rail"}, "at rail"),
        ({"quality": "flat"}, "flat"),
    ],
)
def test_a_signal_that_is_not_there_is_big_unless_something_lethal_is(snapshot, changes, told):
    if "status" in changes:
        changes = {"status": replace(snapshot.status, state=changes["status"])}
    missing = replace(snapshot, **changes)
    assert is_big(told, headline(calm(missing)))
    assert is_big(told, headline(replace(missing, latched=V_LIKE, alerts=(V_LIKE,))))
    assert is_big("asystole", headline(replace(missing, latched=LETHAL, alerts=(LETHAL,)), 40))


def test_noise_is_no_missing_signal(snapshot):
    assert "no alerts" in headline(calm(replace(snapshot, quality="noisy")))


@pytest.mark.parametrize("name", [*PRIORITY, "asystole-like"])
def test_every_name_fits_in_big_letters_on_a_small_terminal(snapshot, name):
    line = AlertLine(10, 11.0, name, None, "high", True)
    shown = headline(replace(snapshot, latched=line, alerts=(line,)), 33)
    assert is_big(SHORTER.get(name, name), shown)

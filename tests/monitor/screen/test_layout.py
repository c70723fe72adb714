"""The screen as text: it fits, it says what it must, and it needs neither colour nor Unicode."""

import dataclasses
import re
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from rich.cells import cell_len

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.layout import draw_lines, plan
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import AlertLine, Snapshot, TraceView

SIZES = [(80, 24), (120, 40), (200, 60), (60, 15), (59, 15), (60, 14), (40, 10), (20, 4), (1, 1)]
LOOKS = [Look(c, u) for c, u in product((True, False), repeat=2)]
COLOUR = re.compile(r"\x1b\[[0-9;]*?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")


def empty(snapshot: Snapshot) -> Snapshot:
    return dataclasses.replace(
        snapshot, trace=TraceView(), alerts=(), latched=None, beat=None, hr_bpm=None, rr_s=None
    )


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_line_is_exactly_as_wide_as_the_terminal(snapshot, width, height, look):
    for shown in (snapshot, empty(snapshot)):
        lines = draw_lines(shown, width, height, look)
        assert len(lines) == height
        assert {line.cell_len for line in lines} == {width}


@pytest.mark.parametrize("size", list(product(range(0, 130, 13), range(0, 42, 3))))
def test_any_size_is_filled_without_failing(snapshot, size):
    lines = draw_lines(snapshot, *size, Look())
    assert len(lines) == (size[1] if size[0] else 0)
    assert all(line.cell_len == size[0] for line in lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_prints_no_more_than_the_terminal_holds(snapshot, printed, width, height):
    rows = printed(snapshot, width, height).rstrip("\n").split("\n")
    assert len(rows) <= height
    assert max(cell_len(row) for row in rows) <= width


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_shows_everything_there_is_to_know(snapshot, printed, width, height):
    text = printed(snapshot, width, height)
    sweep = "25 mm/s" if width == 120 else "12.5 mm/s"
    for told in (
        "replay mitdb/100 · MLII · 250 Hz",
        "● streaming",
        "0:00:20 / 0:30:00",
        sweep,
        "mm/mV",
        "3–40 Hz",
        "1 column = 1 mm",
        "signal good",
        "delay 0.65 s",
        "0.80 s",
        "beats     24",
        "abnormal  2  8.3 %",
        "2 new",
        "**   0:00:12  V-like",
        "0.97",
        "━ beat ━ student",
        "dropped 25  gaps 1  reconnects 0  garbage 3",
        "alerts.jsonl",
        "q quit   space freeze   a acknowledge   + - gain   e mark",
    ):
        assert told in text, told


def test_heart_rate_and_alert_are_in_big_letters(snapshot, printed):
    seventy_five = ["▀▀█ █▀▀", "  █ ▀▀█", "  ▀ ▀▀▀"]
    v_like = ["█ █    █   █ █ █ █▀▀", "█ █ ▀▀ █   █ █▀▄ █▀", " ▀     ▀▀▀ ▀ ▀ ▀ ▀▀▀"]
    rows = printed(snapshot, 80, 24).split("\n")
    for digits, letters in zip(seventy_five, v_like, strict=True):
        assert any(digits in row and letters in row for row in rows)


def test_the_most_urgent_alert_is_the_big_one_until_it_is_acknowledged(builder, feed, printed):
    builder.add_step([RhythmEvent("asystole-like", 1000, 2100, "high", True)])
    feed(builder, 0, 20)
    big_a_of_asystole = "█▀█ █▀▀ █ █ █▀▀ ▀█▀ █▀█ █   █▀▀"
    assert big_a_of_asystole in printed(builder.snapshot(), 80, 24)
    builder.acknowledge()
    acknowledged = printed(builder.snapshot(), 80, 24)
    assert big_a_of_asystole not in acknowledged
    assert "new" not in acknowledged


def test_priorities_have_the_stars_and_colours_of_bedside_monitors(snapshot):
    kinds = {"high": ("***", "red"), "medium": ("** ", "yellow"), "low": ("*  ", "cyan")}
    for priority, (stars, colour) in kinds.items():
        line = AlertLine(10, 1.0, "abnormal", 0.9, priority, True)  # type: ignore[arg-type]
        shown = dataclasses.replace(snapshot, alerts=(line,))
        rows = [row for row in draw_lines(shown, 80, 24, Look()) if "0:00:01" in row.plain]
        assert rows[0].plain.startswith(f" {stars}")
        assert any(colour in str(span.style) for span in rows[0].spans)


def test_withdrawn_alerts_stay_in_the_list_but_alarm_nobody(snapshot, printed):
    line = AlertLine(10, 1.0, "abnormal", 0.9, "medium", True, withdrawn=True)
    assert "withdrawn" in printed(dataclasses.replace(snapshot, alerts=(line,)), 80, 24)
    assert not line.pending
    assert not AlertLine(10, 1.0, "abnormal", 0.9, "medium", announced=False).pending


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_no_color_prints_no_colour(snapshot, printed, width, height, monkeypatch):
    coloured = printed(snapshot, width, height, Look(), "truecolor")
    assert COLOUR.search(coloured)
    plain = printed(snapshot, width, height, Look(colour=False), "truecolor")
    assert not COLOUR.search(plain)
    assert "V" in plain
    assert re.search("[░▒▓]", plain), "the heat strip is shaded"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (40, 10)])
def test_ascii_terminals_get_ascii(snapshot, printed, width, height):
    odd = dataclasses.replace(snapshot, source="replay Müller/心電図", frozen=True)
    text = printed(odd, width, height, Look(colour=False, unicode=False))
    assert text.isascii()
    assert re.search(r"\|", text), "the trace is drawn"


def test_control_characters_of_a_file_name_do_not_reach_the_terminal(snapshot, printed):
    evil = dataclasses.replace(snapshot, source="replay a\x1b[2Jb\nc", warnings=("x\x07y",))
    text = printed(evil, 80, 24, Look(), "truecolor")
    assert "\x1b[2J" not in text
    assert "\x07" not in text
    assert "replay a?[2Jb?c" in text


def test_markup_in_a_name_is_text(snapshot, printed):
    assert "[red]x" in printed(dataclasses.replace(snapshot, lead="[red]x"), 80, 24)


def test_units_without_gain_say_that_they_are_autoscaled(snapshot, printed):
    scaled = dataclasses.replace(snapshot, unit="a.u.")
    assert re.search(r"1 mm = [0-9.e-]+ a\.u\. \(autoscaled\)", printed(scaled, 80, 24))


def test_frozen_is_said(snapshot, printed):
    assert "FROZEN" not in printed(snapshot, 80, 24)
    assert "FROZEN" in printed(dataclasses.replace(snapshot, frozen=True), 80, 24)


@pytest.mark.parametrize(("width", "height"), [(200, 60), (120, 40), (80, 24), (60, 15)])
def test_a_frozen_trace_hides_nothing_of_the_signal(snapshot, printed, width, height):
    frozen = dataclasses.replace(snapshot, frozen=True, quality="lead_off")
    shown = printed(frozen, width, height)
    assert re.search("signal LEAD OFF .*FROZEN", shown)
    lost = dataclasses.replace(frozen, status=dataclasses.replace(snapshot.status, state="lost"))
    assert re.search("FROZEN +NO SIGNAL", printed(lost, width, height))


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 15), (40, 10), (30, 2)])
def test_warnings_are_never_left_out(snapshot, printed, width, height):
    warned = dataclasses.replace(snapshot, warnings=("disk full: retrying",))
    assert "! disk full: retrying" in printed(warned, width, height)


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 15), (50, 12)])
def test_a_recording_is_said_once(snapshot, printed, width, height):
    text = printed(dataclasses.replace(snapshot, recording=True), width, height)
    assert len(re.findall(r"\brec\b", text)) == 1


def test_a_lead_off_is_said_beside_the_trace(snapshot, printed):
    off = dataclasses.replace(snapshot, quality="lead_off", hr_bpm=None)
    assert "signal LEAD OFF" in printed(off, 80, 24)


@pytest.mark.parametrize("state", ["lost", "silent"])
@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 10)])
def test_a_source_that_gives_nothing_has_no_signal(snapshot, printed, state, width, height):
    status = dataclasses.replace(snapshot.status, state=state)
    shown = printed(dataclasses.replace(snapshot, status=status), width, height)
    assert "NO SIGNAL" in shown
    assert "good" not in shown


def test_small_terminals_keep_rate_and_newest_alert(snapshot, printed):
    text = printed(snapshot, 40, 3)
    assert "75 bpm" in text
    assert "V-like" in text


def test_a_standing_warning_leaves_the_newest_alert_where_there_is_room(snapshot, printed):
    warned = dataclasses.replace(snapshot, warnings=("100 says 360 Hz",))
    rows = printed(warned, 40, 3).split("\n")
    assert ["100 says" in rows[0], "75 bpm" in rows[1], "V-like" in rows[2]] == [True] * 3


def test_drawing_is_a_pure_function(snapshot):
    before = snapshot.trace.samples.copy()
    first = [line.markup for line in draw_lines(snapshot, 120, 40, Look())]
    second = [line.markup for line in draw_lines(snapshot, 120, 40, Look())]
    assert first == second
    np.testing.assert_array_equal(before, snapshot.trace.samples)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (60, 15)])
@pytest.mark.parametrize(
    ("state", "progress", "text"),
    [
        ("learning", "12/20", "baseline learning 12/20 "),
        ("following", "", "baseline following "),
        ("held", "", "baseline held "),
        ("off", "", "baseline off "),
    ],
)
def test_the_baseline_is_said_below_the_scale(snapshot, width, height, state, progress, text):
    shown = dataclasses.replace(snapshot, baseline=state, baseline_progress=progress)
    rows = [line.plain for line in draw_lines(shown, width, height, Look())]
    (scale,) = [place for place, row in enumerate(rows) if "mm/s" in row]
    assert rows[scale + 1] == text.rjust(width)


def test_the_plan_uses_every_row():
    for height in range(15, 90):
        shared = plan(120, height)
        rows = shared.n_trace + shared.n_air + shared.n_vitals + shared.n_bottom
        assert rows + 6 == height
        assert shared.n_trace >= 3


def test_the_screen_before_the_first_sample(info, printed: Callable[..., str]):
    text = printed(SnapshotBuilder(info).snapshot(), 80, 24)
    assert "connecting" in text
    assert "no alerts" in text
    assert text.count("none so far") == 2

"""Lines at the edges of a narrow screen: what gives way is whole, or says that it was cut."""

import re
from dataclasses import replace

import pytest

from sibeat.monitor.screen.footer import draw_keys, draw_status
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.panels import draw_alert, draw_header, draw_inset_title, draw_scale
from sibeat.monitor.screen.scale import choose_scale
from sibeat.monitor.screen.snapshot import AlertLine
from sibeat.monitor.screen.vitals import draw_headline, draw_vitals_line


def test_a_long_name_of_a_source_leaves_lead_and_rate(snapshot):
    name = "serial /dev/ttyUSB0, openview-ads1292r"
    shown = draw_header(replace(snapshot, source=name), 80, Look()).plain
    lead_and_rate = f"… · {snapshot.lead} · {snapshot.fs:g} Hz "
    assert lead_and_rate in shown
    assert name[:20] in shown
    assert name in draw_header(replace(snapshot, source=name), 120, Look()).plain


def words_and_figures(line: str) -> set[str]:
    return set(re.findall(r"[\w.,:/-]+", line))


@pytest.mark.parametrize("width", range(1, 60))
def test_no_figure_is_ever_cut(snapshot, width):
    """What a narrow line shows stands in the wide one, too, word by word and figure by figure."""
    alert = AlertLine(10, 3725.0, "ventricular-like", 0.91, "medium", True)
    scale = choose_scale((-1.0, 1.0), "mV", 0, 8)
    busy = replace(snapshot, n_beats=12_345, n_abnormal=678, alerts=(alert,), latched=None)
    drawings = (
        lambda w: draw_vitals_line(busy, w, Look()),
        lambda w: draw_alert(alert, w, Look()),
        lambda w: draw_alert(replace(alert, withdrawn=True), w, Look()),
        lambda w: draw_scale(busy, scale, 12.5, w, Look()),
        lambda w: draw_status(busy, w, Look()),
        lambda w: draw_keys(busy, w, Look()),
        lambda w: draw_headline(busy, w, 3, Look())[1],
    )
    for draw in drawings:
        narrow, wide = draw(width).plain, draw(200).plain
        assert len(narrow) == width
        shown = words_and_figures(narrow.lower())
        if "…" not in narrow:
            assert shown <= words_and_figures(wide.lower()) | {"v-like"}
        assert not any(re.search(r"\d…", word) for word in narrow.split())


def test_what_matters_most_is_left_when_there_is_little_room(snapshot):
    alert = AlertLine(10, 10.0, "ventricular-like", 0.91, "medium", True)
    assert draw_alert(alert, 18, Look()).plain == "**  V-like    0.91"
    withdrawn = draw_alert(replace(alert, withdrawn=True), 18, Look()).plain
    assert withdrawn == "V-like   withdrawn"
    assert draw_vitals_line(snapshot, 20, Look()).plain.split() == ["75", "bpm", "2", "abnormal"]
    off = replace(snapshot, quality="lead_off", hr_bpm=None)
    assert draw_vitals_line(off, 20, Look()).plain.split() == ["--", "bpm", "LEAD", "OFF"]
    assert draw_header(snapshot, 24, Look()).plain.split() == ["●", "streaming", "0:00:20"]


def test_an_episode_that_goes_on_says_so_beside_its_figure():
    line = AlertLine(10, 10.0, "vt-like", None, "high", True, figure="111 bpm", lasts=True)
    assert draw_alert(line, 44, Look()).plain.endswith("  vt-like       111 bpm  goes on")
    assert draw_alert(line.over("120 bpm"), 44, Look()).plain.endswith(" 120 bpm")
    assert "goes on" not in draw_alert(line.over("120 bpm"), 44, Look()).plain


def test_the_legend_is_drawn_as_the_curves_are(snapshot):
    assert "━ beat ━ student" in draw_inset_title(snapshot, 50, Look()).plain
    assert "━ beat ┄ student" in draw_inset_title(snapshot, 50, Look(colour=False)).plain
    assert "= beat . student" in draw_inset_title(snapshot, 50, Look(False, False)).plain


def test_a_beat_that_was_taken_back_is_not_shown_as_abnormal(snapshot):
    taken = replace(snapshot, beat=replace(snapshot.beat, withdrawn=True))
    title = draw_inset_title(taken, 50, Look()).plain
    assert "withdrawn" in title
    assert "V-like" not in title

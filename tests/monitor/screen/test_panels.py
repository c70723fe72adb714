"""Lines at the edges of a narrow screen: what gives way is whole, or says that it was cut."""

import re
from dataclasses import replace

import pytest

from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.panels import (
    draw_alert,
    draw_header,
    draw_keys,
    draw_scale,
    draw_status,
)
from sibeat.monitor.screen.scale import choose_scale
from sibeat.monitor.screen.snapshot import AlertLine
from sibeat.monitor.screen.vitals import draw_newest, draw_vitals_line
from sibeat.monitor.sources.base import SourceStatus

LOST = SourceStatus("lost", 1211, 2, 1, 14, detail="the port is gone, waiting for it to come back")


def test_a_long_name_of_a_source_leaves_lead_and_rate(snapshot):
    name = "serial /dev/ttyUSB0, openview-ads1292r"
    shown = draw_header(replace(snapshot, source=name), 80, Look()).plain
    lead_and_rate = f"… · {snapshot.lead} · {snapshot.fs:g} Hz "
    assert lead_and_rate in shown
    assert name[:20] in shown
    assert name in draw_header(replace(snapshot, source=name), 120, Look()).plain


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100])
def test_counts_are_whole_or_away_beside_what_goes_on(snapshot, width):
    shown = draw_status(replace(snapshot, status=LOST), width, Look()).plain
    assert LOST.detail in shown
    counts = shown[: shown.index(LOST.detail)].split()
    assert " ".join(counts) in "dropped 1,211 gaps 2 reconnects 1 garbage 14"
    assert len(counts) % 2 == 0


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
        lambda w: draw_newest(busy, w, 3, Look())[-1],
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


def test_a_recording_is_told_where_there_is_room(snapshot):
    keeps = replace(snapshot, recording=True, status=LOST)
    assert draw_status(keeps, 80, Look()).plain.startswith(" rec  dropped 1,211")
    assert draw_status(keeps, 50, Look()).plain.split() == LOST.detail.split()
    assert "rec " not in draw_status(snapshot, 80, Look()).plain
    assert "rec" in draw_vitals_line(keeps, 60, Look()).plain.split()
    assert "rec" not in draw_vitals_line(keeps, 40, Look()).plain


def test_a_warning_ends_with_a_whole_word(snapshot):
    warned = replace(snapshot, warnings=("the disk of a.jsonl is full, 2,345 lines wait",))
    shown = draw_keys(warned, 36, Look()).plain.rstrip()
    assert shown == " ! the disk of a.jsonl is full,…"

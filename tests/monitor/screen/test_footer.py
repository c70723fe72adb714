"""The last two lines: counts are whole or away, and nothing of a warning is ever left out."""

import re
from dataclasses import replace

import pytest

from sibeat.monitor.screen.footer import ROUNDS, TURN_S, draw_keys, draw_status, draw_warning
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.vitals import draw_vitals_line
from sibeat.monitor.sources.base import SourceStatus

LOST = SourceStatus("lost", 1211, 2, 1, 14, detail="the port is gone, waiting for it to come back")
WARNINGS = (
    "the board sends 243.2 samples a second, -2.7% from 250 Hz, or samples are lost; give the true "
    "rate with --fs",
    "208 says 360 Hz, times and filters follow --fs 300: leave it out?",
)
WIDE = (
    "alert log: /home/患者/"
    + "".join(map(chr, range(0x4E00, 0x4E40)))
    + "/記録.jsonl: the disk is full"
)


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100])
def test_counts_are_whole_or_away_beside_what_goes_on(snapshot, width):
    shown = draw_status(replace(snapshot, status=LOST), width, Look()).plain
    assert LOST.detail in shown
    counts = shown[: shown.index(LOST.detail)].split()
    assert " ".join(counts) in "dropped 1,211 gaps 2 reconnects 1 garbage 14"
    assert len(counts) % 2 == 0


def test_a_recording_is_told_where_there_is_room(snapshot):
    keeps = replace(snapshot, recording=True, status=LOST)
    assert draw_status(keeps, 80, Look()).plain.startswith(" rec  dropped 1,211")
    assert draw_status(keeps, 50, Look()).plain.split() == LOST.detail.split()
    assert "rec " not in draw_status(snapshot, 80, Look()).plain
    assert "rec" in draw_vitals_line(keeps, 60, Look()).plain.split()
    assert "rec" not in draw_vitals_line(keeps, 40, Look()).plain


def test_what_the_pipeline_missed_counts_where_the_source_tells_less(snapshot):
    shown = draw_status(replace(snapshot, n_lost=3500, n_gaps=2), 120, Look()).plain
    assert "dropped 3,500  gaps 2" in shown
    told = draw_status(replace(snapshot, n_lost=20, n_gaps=1), 120, Look()).plain
    assert "dropped 25  gaps 1" in told


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_all_words_of_all_warnings_have_their_turn(snapshot, width):
    warned = replace(snapshot, warnings=WARNINGS)
    seen = []
    for turn in range(40):
        line = draw_warning(replace(warned, turn_s=turn * TURN_S), width, Look()).plain
        assert line.startswith(" ! ")
        assert "…" not in line
        seen += [] if line in seen else [line]
    assert " ".join(" ".join(line[3:].split()) for line in seen) == " ".join(WARNINGS)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_path_in_wide_letters_is_shown_whole(snapshot, width):
    warned = replace(snapshot, warnings=(WIDE,))
    turns = range(len(WIDE))
    shown = [draw_warning(replace(warned, turn_s=n * TURN_S), width, Look()) for n in turns]
    assert all(line.cell_len == width for line in shown)
    once = dict.fromkeys(line.plain[3:].rstrip() for line in shown)
    assert "".join(once).replace(" ", "") == WIDE.replace(" ", "")


def test_the_keys_come_after_the_warnings(snapshot):
    warned = replace(snapshot, warnings=("disk full: retrying",))
    shown = [
        draw_keys(replace(warned, turn_s=(turn + 0.5) * TURN_S), 80, Look()).plain
        for turn in range(2 * (ROUNDS + 1))
    ]
    assert [" ! " in line for line in shown] == 2 * (ROUNDS * [True] + [False])
    assert "q quit" in shown[ROUNDS]
    assert "q quit" in draw_keys(replace(snapshot, turn_s=17.0), 80, Look()).plain


@pytest.mark.parametrize("look", [Look(), Look(False, False)])
def test_a_long_name_of_a_log_is_cut_at_its_beginning(snapshot, look):
    path = f"/home/anna/{'心電図-' * 12}alerts.jsonl"
    shown = draw_status(replace(snapshot, log_path=path), 80, look).plain
    assert re.search(r"log (…|\.\.\.).*alerts\.jsonl $", shown)

import json
from dataclasses import replace

from sibeat.monitor.summary import (
    AlertCounts,
    BaselineCounts,
    BeatCounts,
    Delay,
    LossCounts,
    Summary,
    Unwritten,
)
from sibeat.monitor.verdict import DemoVerdict

EMPTY = Summary("replay 208", "208", "MLII", 360.0, 0.0, 0.0, "q")
FULL = Summary(
    source="replay 208",
    record="208",
    lead="MLII",
    fs=360.0,
    duration_s=1806.0,
    wall_s=4.2,
    ended="the end of the stream",
    beats=BeatCounts(2955, 1586, 992, 2, 375),
    alerts=AlertCounts(1400, 210, 3, 12),
    loss=LossCounts(12, 2, 90.0, 1, 7),
    delay=Delay(1397, 0.65, 0.66),
    baseline=BaselineCounts("following", 1),
    mean_hr_bpm=98.2,
    events={"pause": 2},
    quality_s={"good": 1800.0, "noisy": 6.0},
    alert_log="a.jsonl",
    annotations="out/208.sib",
    verdict=DemoVerdict(7, 7, 30, 1),
)


def test_the_block_says_everything_a_person_asks() -> None:
    assert FULL.to_text().splitlines() == [
        "Summary of replay 208, MLII at 360 Hz",
        "  signal     30 min 06 s in 4.2 s, 430 times real time; ended by the end of the stream",
        "  beats      2,955: 1,586 normal, 992 ventricular-like, 2 supraventricular-like, "
        "375 abnormal (46.3% not normal)",
        "  heart rate 98 per minute on average",
        "  alerts     1,400 (210 announced, 3 late, 12 withdrawn)",
        "  events     pause 2",
        "  lost       12 samples in 2 gaps, lead off for 1 min 30 s, 1 reconnect, "
        "7 lines not understood",
        "  quality    good 99.7%, noisy 0.3%",
        "  delay      R-peak to alert 0.65 s (half of them), 0.66 s (99 of 100)",
        "  baseline   following, 1 change",
        "  alert log  a.jsonl",
        "  annotated  out/208.sib",
        "  demo       7 of 7 labelled ectopic beats flagged, 1 of 30 normal beats: as it should be",
    ]


def test_an_empty_session_has_a_block_too() -> None:
    assert EMPTY.to_text().splitlines() == [
        "Summary of replay 208, MLII at 360 Hz",
        "  signal     0 s in 0 s; ended by q",
        "  beats      0: 0 normal",
        "  alerts     0",
        "  lost       0 samples in 0 gaps",
        "  baseline   off",
    ]


def test_a_day_is_written_in_hours_and_what_was_lost_is_said() -> None:
    unwritten = Unwritten(alert_log_lines=1200, annotations=1, recorded_blocks=2)
    text = replace(FULL, duration_s=86_400.0, unwritten=unwritten).to_text()
    assert "24 h 00 min in 4.2 s, 20,571 times real time" in text
    assert "unwritten  1,200 alert log lines, 1 annotation, 2 recorded blocks" in text


def test_what_was_wrong_to_the_end_is_said() -> None:
    warned = replace(EMPTY, warnings=("208 says 360 Hz",))
    assert "  warning    208 says 360 Hz" in warned.to_text().splitlines()
    assert warned.to_json()["warnings"] == ("208 says 360 Hz",)
    assert json.loads(json.dumps(EMPTY.to_json()))["warnings"] == []


def test_one_is_no_plural() -> None:
    text = replace(FULL, loss=LossCounts(1, 1, 0.0, 1, 1), unwritten=Unwritten(1)).to_text()
    assert "1 sample in 1 gap, 1 reconnect, 1 line not understood\n" in text
    assert "unwritten  1 alert log line\n" in text


def test_a_narrow_terminal_gets_whole_words_that_hang_below_the_text() -> None:
    lines = FULL.to_text(60).splitlines()
    assert max(map(len, lines)) <= 60
    at = lines.index("  beats      2,955: 1,586 normal, 992 ventricular-like, 2")
    assert lines[at + 1] == "             supraventricular-like, 375 abnormal (46.3% not"
    assert " ".join(" ".join(lines).split()) == " ".join(FULL.to_text().split())


def test_a_bad_verdict_is_plain_to_see() -> None:
    text = replace(FULL, verdict=DemoVerdict(7, 3, 30, 1)).to_text()
    assert text.endswith("NOT as it should be")


def test_the_json_object_holds_the_same_numbers() -> None:
    told = json.loads(json.dumps(FULL.to_json(), allow_nan=False))
    assert told["schema"] == "sibeat-summary/1"
    assert told["beats"]["ventricular_like"] == 992
    assert told["beats"]["abnormal_share"] == 1 - 1586 / 2955
    assert told["real_time_factor"] == 430.0
    assert told["delay"] == {"n": 1397, "p50_s": 0.65, "p99_s": 0.66}
    assert told["baseline"] == {"state": "following", "changes": 1}
    assert told["verdict"]["good"] is True
    assert told["entries_lost"] == sum(told["unwritten"].values()) == 0
    lost = replace(FULL, unwritten=Unwritten(baselines=1, annotations=2)).to_json()
    assert (lost["unwritten"]["annotations"], lost["unwritten"]["baselines"]) == (2, 1)
    assert lost["entries_lost"] == 3
    empty = EMPTY.to_json()
    assert empty["real_time_factor"] is None
    assert empty["verdict"] is None


def test_what_broke_is_told_in_full_elsewhere() -> None:
    broken = replace(EMPTY, ended="an error of the source: night.csv is cut off; get it again")
    assert "ended by an error of the source\n" in broken.to_text()
    assert broken.to_json()["ended"] == broken.ended

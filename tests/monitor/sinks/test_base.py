"""What a session without a screen says."""

from sibeat.monitor.sinks.base import Headless, StatusTeller
from sibeat.monitor.sources.base import SourceStatus

from .conftest import INFO


def test_headless_says_all_that_is_new_at_once() -> None:
    said: list[str] = []
    display = Headless(said.append)
    for warnings in (["a waits, 1"], ["b waits, 1", "c waits, 1", "a waits, 2"], ["b waits, 2"]):
        display.tell(SourceStatus("streaming"), warnings)
    assert said == ["warning: a waits, 1", "warning: b waits, 1", "warning: c waits, 1"]


def test_a_warning_that_takes_the_place_of_another_is_said() -> None:
    said: list[str] = []
    display = Headless(said.append)
    for warnings in (["a"], ["b"], ["a"], [], ["a"]):
        display.tell(SourceStatus("streaming"), warnings)
    again = "all outputs are written again"
    assert said == ["warning: a", "warning: b", again, "warning: a"]


def test_headless_says_what_changes_and_nothing_twice() -> None:
    said: list[str] = []
    display = Headless(said.append)
    steps: list[tuple[SourceStatus, list[str]]] = [
        (SourceStatus("connecting"), []),
        (SourceStatus("connecting", detail="measuring the rate: 1 of 10 s"), []),
        (SourceStatus("connecting", detail="measuring the rate: 2 of 10 s"), []),
        (SourceStatus("streaming"), []),
        (SourceStatus("lost", detail="/dev/ttyUSB0 went away"), []),
        (SourceStatus("lost", detail="/dev/ttyUSB0 went away"), ["disk full, lines: 1"]),
        (SourceStatus("streaming"), ["disk full, lines: 2"]),
        (SourceStatus("streaming"), []),
    ]
    display.listen()
    display.start(INFO, 0.65, "learning")
    display.show([], [], 0)
    for status, warnings in steps:
        display.tell(status, warnings)
    display.stop()
    assert said == [
        "source: connecting, measuring the rate: 1 of 10 s",
        "source: streaming",
        "source: lost, /dev/ttyUSB0 went away",
        "warning: disk full, lines: 1",
        "source: streaming",
        "all outputs are written again",
    ]


def test_a_figure_that_goes_on_is_no_news() -> None:
    said: list[str] = []
    teller = StatusTeller(said.append)
    for n_bytes in (980, 1960, 1_048_576):
        teller.tell(SourceStatus("connecting", detail=f"{n_bytes:,} bytes came, none of them fits"))
    assert said == ["source: connecting, 980 bytes came, none of them fits"]


def test_a_warning_of_the_stream_is_said_once_and_is_no_output() -> None:
    said: list[str] = []
    display = Headless(said.append)
    for n, disk in ((249.0, []), (248.9, ["disk full, lines: 1"]), (248.8, [])):
        warning = f"the board sends {n} samples a second"
        display.tell(SourceStatus("streaming", warnings=(warning,)), [warning, *disk])
    display.tell(SourceStatus("streaming"), [])
    assert said == [
        "warning: the board sends 249.0 samples a second",
        "warning: disk full, lines: 1",
        "all outputs are written again",
    ]

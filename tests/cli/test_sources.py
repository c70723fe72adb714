import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sibeat.cli.settings import SourceSettings
from sibeat.cli.sources import (
    Wanted,
    open_source,
    require_one_source,
    session_name,
)
from sibeat.ecg.errors import RecordError, UsageError


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(), "got none"),
        (Wanted(replay="208", demo=True), "got --replay and --demo"),
        (Wanted("/dev/ttyUSB0", "208", True), "got --serial and --replay and --demo"),
    ],
)
def test_there_is_exactly_one_source(wanted: Wanted, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        require_one_source(wanted, {})


@pytest.mark.parametrize(
    ("wanted", "option"),
    [
        (Wanted(demo=True), "baud"),
        (Wanted(demo=True), "start"),
        (Wanted(replay="208"), "gain"),
        (Wanted(replay="-"), "start"),
        (Wanted(replay="-"), "speed"),
        (Wanted(replay="208"), "reconnect_timeout"),
        (Wanted(serial="COM3"), "speed"),
        (Wanted(serial="COM3"), "start"),
    ],
)
def test_an_option_that_says_nothing_to_the_source_is_refused(wanted: Wanted, option: str) -> None:
    name = option.replace("_", "-")
    with pytest.raises(
        UsageError, match=rf"--{name} says nothing to .*; expected it with --.* alone"
    ):
        require_one_source(wanted, {option: 1})


@pytest.mark.parametrize("wanted", [Wanted("COM3"), Wanted(replay="208"), Wanted(demo=True)])
def test_options_not_given_are_fine(wanted: Wanted) -> None:
    options: dict[str, Any] = {"baud": None, "start": None, "threshold": 0.4}
    require_one_source(wanted, options)


def test_a_path_alone_is_told_what_it_lacks() -> None:
    with pytest.raises(UsageError, match="--replay 208 for a recording, --serial 208 for a port"):
        require_one_source(Wanted(stray=("208",)), {})
    with pytest.raises(UsageError, match=r"'record.edf' has no option before it.* quote a path"):
        require_one_source(Wanted(replay="my", stray=("record.edf",)), {})


def test_a_live_session_is_named_after_its_port_and_its_moment() -> None:
    now = datetime(2024, 3, 1, 12, 30, 5, tzinfo=UTC)
    assert session_name("ttyUSB0", now) == "ttyUSB0-20240301T123005"
    assert session_name("socket://host:23", now) == "socket-host-23-20240301T123005"


def test_a_live_source_is_made_without_touching_its_port() -> None:
    settings = SourceSettings(fs=250.0, baud=9600, reconnect_timeout_s=5.0)
    assert open_source(Wanted(serial="/dev/does-not-exist"), settings).live
    with open(os.devnull) as stdin, patch.object(sys, "stdin", stdin):
        assert not open_source(Wanted(replay="-"), settings).live


def test_a_terminal_is_no_program_that_prints() -> None:
    controller, terminal = os.openpty()
    with (
        os.fdopen(controller),
        os.fdopen(terminal) as stdin,
        patch.object(sys, "stdin", stdin),
        pytest.raises(UsageError, match="is a terminal; expected a pipe: program"),
    ):
        open_source(Wanted(replay="-"), SourceSettings())


def test_a_demo_has_thirty_seconds_unless_told() -> None:
    source = open_source(Wanted(demo=True), SourceSettings(speed="max"))
    assert source.info.n_samples == 30 * source.info.fs
    other = open_source(Wanted(demo=True), SourceSettings(duration_s=3.0, fs=500.0))
    assert other.info.n_samples == 1500


def test_a_record_is_opened_with_lead_and_start(mitdb: Path) -> None:
    settings = SourceSettings(lead="V1", start_s=10.0, duration_s=5.0)
    info = open_source(Wanted(replay=str(mitdb / "208")), settings).info
    assert (info.name, info.lead, info.first_sample, info.n_samples) == ("208", "V1", 3600, 1800)


def test_a_record_that_is_not_there_is_a_record_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError):
        open_source(Wanted(replay=str(tmp_path / "absent.csv")), SourceSettings())


@pytest.mark.parametrize(("fs", "said"), [(None, False), (361.0, False), (250.0, True)])
def test_a_rate_against_the_header_is_said(mitdb: Path, fs: float | None, said: bool) -> None:
    source = open_source(Wanted(replay=str(mitdb / "208")), SourceSettings(fs=fs))
    assert source.info.fs == (fs or 360.0)
    told = "208 says 360 Hz, times and filters follow --fs 250: leave it out?"
    assert source.status().warnings == ((told,) if said else ())


def test_a_rate_that_a_text_lacks_goes_against_nothing(tmp_path: Path) -> None:
    path = tmp_path / "night.csv"
    path.write_text("".join(f"{value % 7}\n" for value in range(500)))
    source = open_source(Wanted(replay=str(path)), SourceSettings(fs=250.0))
    assert (source.info.fs, source.status().warnings) == (250.0, ())

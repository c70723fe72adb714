"""``sibeat ports`` guesses boards by USB ids, and lists those that --protocol knows."""

import json
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from sibeat.cli.app import app
from sibeat.cli.ports import as_table, as_text, board_rows
from sibeat.monitor.sources.serial_devices import SerialDevice


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["ports", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def devices() -> object:
    found = [SerialDevice("/dev/ttyUSB0", "FT231X", "0403:6015"), SerialDevice("/dev/ttyS0")]
    with patch("sibeat.monitor.sources.serial_devices.serial_devices", lambda: found):
        yield found


@pytest.mark.usefixtures("devices")
def test_a_board_is_guessed_by_its_usb_ids() -> None:
    lines = run().splitlines()
    assert lines[0].split() == ["port", "description", "usb", "boards"]
    assert lines[1].split() == ["/dev/ttyUSB0", "FT231X", "0403:6015", "openbci-cyton"]
    assert lines[2].split() == ["/dev/ttyS0", "-", "-", "-"]


@pytest.mark.usefixtures("devices")
def test_the_same_as_json() -> None:
    first, second = json.loads(run("--json"))
    assert first["boards"] == ["openbci-cyton"]
    assert (second["port"], second["usb"], second["boards"]) == ("/dev/ttyS0", "", [])


def test_no_device_at_all_is_said() -> None:
    with patch("sibeat.monitor.sources.serial_devices.serial_devices", list):
        assert "is the board plugged in?" in run()
        assert json.loads(run("--json")) == []


def test_the_boards_are_listed_with_what_is_derived() -> None:
    rows = {row["protocol"]: row for row in json.loads(run("--boards", "--json"))}
    assert rows["openbci-cyton"]["scaling"] == "derived"
    assert rows["healthypi5"]["scaling"] == "none: --gain"
    assert rows["text"]["scaling"] == "stated by the stream"
    assert rows["bitalino"]["fs"] == 1000.0
    assert "text" in run("--boards")
    assert as_table([]) == ""


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_that_is_narrower_than_the_table_cuts_no_word(width: int) -> None:
    rows = board_rows()
    lines = as_text(rows, width).splitlines()
    assert max(map(len, lines)) <= width
    told = " ".join(" ".join(lines).split())
    for row in rows:
        assert f"{row['protocol']} title {row['title']} fs " in told
    assert as_text(rows, None) == as_text(rows, 400) == as_table(rows)
    assert as_text([], 80) == ""

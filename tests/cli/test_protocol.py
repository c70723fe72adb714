"""``--protocol`` and the faults of ``sibeat simulate`` as options."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sibeat.cli.app import app
from sibeat.cli.protocol import AUTO_BAUDS, live_decoder, spoken_protocol
from sibeat.cli.settings import SourceSettings
from sibeat.cli.simulated_board import SimulatedBoard, spell
from sibeat.ecg.errors import SibeatError, UsageError
from sibeat.monitor.protocols.auto import AutoDecoder
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.frame_decoder import FrameDecoder
from sibeat.monitor.simulator.faults import Faults, Spell
from sibeat.monitor.sources.base import KnownBoard
from sibeat.monitor.sources.text_protocol import TextDecoder


def test_auto_is_the_default_and_tries_every_rate() -> None:
    spoken = spoken_protocol(SourceSettings())
    assert isinstance(spoken.decoder, AutoDecoder)
    assert set(spoken.bauds) == {b for board in shipped_boards().values() for b in board.bauds}
    assert spoken.bauds == AUTO_BAUDS
    assert spoken.found() == KnownBoard()
    assert spoken_protocol(SourceSettings(baud=9600)).bauds == (9600,)


def test_a_board_brings_its_rates_its_channel_and_its_start() -> None:
    spoken = spoken_protocol(SourceSettings(protocol="openbci-cyton", lead="EXG2"))
    assert isinstance(spoken.decoder, FrameDecoder)
    assert (spoken.decoder.lead, spoken.bauds, spoken.found().name) == (
        *("EXG2", (115200,), "openbci-cyton"),
    )
    talk = spoken.talk_at(115200)
    talk.begin(0.0)
    assert talk.hear(b"", 0.0) == b"v"
    assert talk.goodbye() == b"s"


def test_what_to_look_at_follows_the_protocol() -> None:
    board = spoken_protocol(SourceSettings(protocol="bitalino")).expected
    assert (board.what, "does it speak bitalino?" in board.silence) == ("frames of bitalino", True)
    unknown = spoken_protocol(SourceSettings()).expected
    assert "sibeat ports --boards" in unknown.what
    assert "FILE.toml" in unknown.misfit


def test_standard_input_is_text() -> None:
    assert isinstance(live_decoder("replay -", SourceSettings()), TextDecoder)
    assert isinstance(live_decoder("serial", SourceSettings(protocol="text")), TextDecoder)


def test_an_unknown_board_is_bad_usage() -> None:
    result = CliRunner().invoke(app, ["monitor", "--serial", "/dev/x", "--protocol", "cyton"])
    assert isinstance(result.exception, SibeatError)
    assert result.exception.exit_code == 2
    assert "openbci-cyton" in str(result.exception)


def test_spells() -> None:
    assert spell("--stall", None) is None
    assert spell("--stall", "30:1.5") == Spell(30.0, 1.5)


@pytest.mark.parametrize("text", ["30", "a:b", "0:0", "9:inf", "30:", ":3", "inf:1"])
def test_a_spell_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--unplug .* EVERY:FOR"):
        spell("--unplug", text)


def test_a_spell_longer_than_its_turn_says_so() -> None:
    with pytest.raises(UsageError, match="lasts 30 s but comes each 25 s; expected FOR shorter"):
        spell("--unplug", "25:30")


def test_only_text_has_a_column_of_time() -> None:
    with pytest.raises(UsageError, match="--time-column"):
        SimulatedBoard.of("bitalino", 1000.0, "II", "us", Faults(), 1)


def test_faults_are_for_speaking(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["simulate", "--out", str(tmp_path / "r"), "--drop", "0.1"])
    assert isinstance(result.exception, UsageError)
    assert "--drop" in str(result.exception)

"""We talk, the simulated board answers: it streams after its start, is asked again, and stops."""

import pytest

from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.board_side import BoardSide
from sibeat.monitor.protocols.dialogue import (
    LISTEN_S,
    RETRY_S,
    Dialogue,
    dialogue_with,
    dialogue_with_unknown,
)

BOARDS = shipped_boards()
STARTED = [name for name, board in BOARDS.items() if board.start]


def talk(dialogue: Dialogue, side: BoardSide, seconds: float, deaf_s: float = 0.0) -> list[bytes]:
    """Let both talk; the board hears nothing at first; gives what was said to it."""
    said, answer, now = [], b"", 100.0
    dialogue.begin(now)
    while now < 100.0 + seconds:
        command = dialogue.hear(answer, now)
        said += [command] * bool(command)
        answer = side.hear(command) if now >= 100.0 + deaf_s else b""
        answer += b"\x55" * side.talking
        now += 0.02
    return said


@pytest.mark.parametrize("name", STARTED)
def test_a_board_is_started_once_and_stopped(name: str) -> None:
    board = BOARDS[name]
    dialogue, side = dialogue_with(board), BoardSide(board)
    assert not side.talking
    said = talk(dialogue, side, 20.0)
    assert said == [command.send.encode("latin-1") for command in board.start]
    assert side.talking
    side.hear(dialogue.goodbye())
    assert not side.talking


@pytest.mark.parametrize("name", STARTED)
def test_a_board_that_was_still_booting_is_asked_again(name: str) -> None:
    dialogue, side = dialogue_with(BOARDS[name]), BoardSide(BOARDS[name])
    talk(dialogue, side, 15.0, deaf_s=2.5)
    assert side.talking


def test_cyton_is_not_started_before_it_has_answered() -> None:
    dialogue = dialogue_with(BOARDS["openbci-cyton"])
    dialogue.begin(0.0)
    assert dialogue.hear(b"", 0.0) == b"v"
    assert dialogue.hear(b"", 1.0) == b""
    assert dialogue.hear(b"OpenBCI V3\r\n$", 1.1) == b""
    assert dialogue.hear(b"$$", 1.2) == b"b"


@pytest.mark.parametrize("name", STARTED)
def test_an_unknown_board_is_asked_until_it_talks(name: str) -> None:
    side = BoardSide(BOARDS[name])
    dialogue = dialogue_with_unknown(list(BOARDS.values()), 115200)
    said = talk(dialogue, side, 20.0)
    assert side.talking
    assert said
    assert dialogue.n_rounds == 0


def test_a_board_that_talks_by_itself_is_told_nothing() -> None:
    dialogue = dialogue_with_unknown(list(BOARDS.values()), 115200)
    assert talk(dialogue, BoardSide(BOARDS["text"]), 30.0) == []
    assert talk(dialogue_with(BOARDS["text"]), BoardSide(BOARDS["text"]), 10.0) == []


def test_a_round_of_silence_is_known() -> None:
    dialogue = dialogue_with_unknown(list(BOARDS.values()), 57600)  # no such board wants commands
    dialogue.begin(0.0)
    assert dialogue.hear(b"", LISTEN_S - 0.1) == b""
    assert dialogue.n_rounds == 0
    assert dialogue.hear(b"", LISTEN_S + 0.1) == b""
    assert dialogue.n_rounds == 1


def test_a_board_that_fell_silent_is_started_again() -> None:
    dialogue = dialogue_with(BOARDS["bitalino"])
    dialogue.begin(0.0)
    heard = [dialogue.hear(b"", 0.0), dialogue.hear(b"", 0.2), dialogue.hear(b"x", 0.3)]
    assert heard == [b"\xc3", b"\xfd", b""]
    assert dialogue.hear(b"", 0.3 + RETRY_S - 0.1) == b""
    assert dialogue.hear(b"", 0.3 + RETRY_S + 0.1) == b"\xc3"


def test_a_simulated_board_keeps_little_of_what_it_does_not_understand() -> None:
    side = BoardSide(BOARDS["chords-uno-r3"])
    for _ in range(100):
        side.hear(b"what is this " * 10)
    assert len(side._heard) <= 256
    assert side.hear(b"\nWHORU\nSTART\n") == b"UNO-R3\r\n"
    assert side.talking

"""``--protocol``: which decoder reads a live stream, at which rates, and what the board is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sibeat.cli.settings import SourceSettings
from sibeat.monitor.protocols.auto import AutoDecoder
from sibeat.monitor.protocols.board import AUTO, Board, find_board, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder
from sibeat.monitor.protocols.dialogue import dialogue_with, dialogue_with_unknown
from sibeat.monitor.sources.base import Decoder, KnownBoard
from sibeat.monitor.sources.first_bytes import Expected
from sibeat.monitor.sources.talk import Talk
from sibeat.monitor.sources.text_protocol import TextDecoder

AUTO_BAUDS = (115200, 57600, 230400, 9600)
"""bit rates that auto tries, those of most boards first (docs/boards.md)"""
EXPECTED_OF_UNKNOWN = Expected(
    "lines of numbers or the frames of a known board (see `sibeat ports --boards`)",
    misfit="describe the board in a TOML file (--protocol FILE.toml), or check --baud",
)


@dataclass(frozen=True, slots=True)
class SpokenProtocol:
    """What a live source is made of, besides its port."""

    decoder: Decoder
    bauds: Sequence[int]
    """bit rates to try, in this order"""
    talk_at: Callable[[int], Talk]
    """gives what is said to the board at a bit rate"""
    expected: Expected
    """what should come, for messages"""
    found: Callable[[], KnownBoard]
    """says which board it is, once that is known"""


def spoken_protocol(settings: SourceSettings) -> SpokenProtocol:
    """Choose by ``--protocol`` how a port is read.

    Raises
    ------
    UsageError, ConfigError
        There is no such board, lead or gain.
    """
    if settings.protocol == AUTO:
        return _unknown(settings)
    board = find_board(settings.protocol)
    return SpokenProtocol(
        make_decoder(board, settings.lead, settings.fs, settings.gain),
        (settings.baud,) if settings.baud else board.bauds,
        lambda baud: dialogue_with(board),
        _expected_of(board),
        lambda: KnownBoard("" if board.protocol == "text" else board.name),
    )


def _expected_of(board: Board) -> Expected:
    """Say what should come; a board that waits for another one's start command is silent, too."""
    return Expected(
        "lines of numbers" if board.protocol == "text" else f"frames of {board.name}",
        f"is the board on, is it this port, does it speak {board.name}?",
    )


def _unknown(settings: SourceSettings) -> SpokenProtocol:
    boards: list[Board] = list(shipped_boards().values())
    decoder = AutoDecoder(boards, settings.lead, settings.fs, settings.gain)
    return SpokenProtocol(
        decoder,
        (settings.baud,) if settings.baud else AUTO_BAUDS,
        lambda baud: dialogue_with_unknown(boards, baud),
        EXPECTED_OF_UNKNOWN,
        lambda: decoder.found,
    )


def live_decoder(kind: str, settings: SourceSettings, board: Board | None = None) -> Decoder:
    """Make the decoder of a live source: ``serial``, or ``replay -`` for text on standard input.

    Parameters
    ----------
    kind : of source
    settings : its settings
    board : goes before the settings' protocol
    """
    if kind != "serial":
        return TextDecoder(settings.lead, settings.fs, settings.gain, drop_first=False)
    if board is not None:
        return make_decoder(board, settings.lead, settings.fs, settings.gain)
    return spoken_protocol(settings).decoder

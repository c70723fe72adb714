"""From a board's description to its decoder, and to the encoder of the simulator."""

from collections.abc import Callable

from sibeat.ecg.errors import ConfigError
from sibeat.monitor.protocols.bitalino import BitalinoFrame
from sibeat.monitor.protocols.board import Board
from sibeat.monitor.protocols.fixed_frame import FixedFrame
from sibeat.monitor.protocols.frame import FrameFormat
from sibeat.monitor.protocols.frame_decoder import FrameDecoder
from sibeat.monitor.protocols.frame_encoder import FrameEncoder
from sibeat.monitor.simulator.speaking import Encoder, TextEncoder, TimeColumn
from sibeat.monitor.sources.base import Decoder
from sibeat.monitor.sources.text_protocol import TextDecoder


def frame_format(board: Board) -> FrameFormat:
    """Give the frames of a board that sends some.

    Raises
    ------
    ConfigError
        The description does not fit together.
    """
    try:
        if board.protocol == "bitalino":
            return BitalinoFrame(len(board.channels))
        assert board.frame is not None, "load_board checks it"
        return FixedFrame(board.frame, board.channels)
    except ConfigError as error:
        raise ConfigError(f"in the description of {board.name}, {error}") from error


def make_decoder(
    board: Board,
    lead: str | int | None = None,
    fs: float | None = None,
    gain: float | None = None,
) -> Decoder:
    """Make the decoder of a board.

    Parameters
    ----------
    board : its description
    lead : channel or column by name or index; None: the board's own choice
    fs : sampling rate as the user states it, Hz
    gain : numbers a mV, against what the board says

    Raises
    ------
    UsageError
        There is no such lead, or the gain is not above 0.
    """
    if board.protocol == "text":
        return TextDecoder(lead, fs, gain)
    return FrameDecoder(board, frame_format(board), lead, gain)


def make_encoder(
    board: Board, fs: float, column: str = "II [mV]", time_column: TimeColumn | None = None
) -> Encoder:
    """Make the encoder of a board.

    Parameters
    ----------
    board : its description
    fs : sampling rate, Hz
    column : name of the column of samples, where the board speaks text
    time_column : unit of a first column of time, likewise; None: there is none
    """
    if board.protocol == "text":
        return TextEncoder(fs, column, time_column)
    return FrameEncoder(board, frame_format(board))


def frame_cutter(board: Board) -> tuple[int, Callable[[bytes], list[bytes]]]:
    """Say how many samples a frame (or a line) holds, and how to cut what is said into frames."""
    if board.protocol == "text":
        return 1, lambda data: data.splitlines(keepends=True)
    layout = frame_format(board)
    size = layout.n_bytes
    return layout.n_samples, lambda data: [data[at : at + size] for at in range(0, len(data), size)]

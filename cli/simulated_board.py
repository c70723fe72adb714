"""The board that ``sibeat simulate`` pretends to be: its protocol, its wire and its faults."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import typer

from sibeat.ecg.errors import UsageError
from sibeat.ecg.stream import Item
from sibeat.monitor.protocols.board import Board, find_board
from sibeat.monitor.protocols.board_side import BoardSide
from sibeat.monitor.protocols.codec import frame_cutter, make_encoder
from sibeat.monitor.simulator.faults import Faults, FaultyEncoder, Spell
from sibeat.monitor.simulator.speaking import Encoder, Spoken, TimeColumn, speak
from sibeat.monitor.simulator.wire import Wire
from sibeat.monitor.sources.pacing import Pacer

LINK_NAME = "ttySIBEAT"


@dataclass(frozen=True, slots=True)
class SimulatedBoard:
    """A board, and what goes wrong with it."""

    board: Board
    encoder: Encoder
    faults: Faults
    seed: int

    @staticmethod
    def of(
        name: str, fs: float, column: str, time: TimeColumn | None, faults: Faults, seed: int
    ) -> "SimulatedBoard":
        """Make the board of that name.

        Raises
        ------
        UsageError
            There is none, or it does not send text and so has no column of time.
        """
        board = find_board(name)
        if time is not None and board.protocol != "text":
            raise UsageError(f"--time-column is for text, {name} sends frames: leave one away")
        return SimulatedBoard(board, make_encoder(board, fs, column, time), faults, seed)

    def talk(self, items: Iterator[Item], wire: Wire, fs: float, pacer: Pacer) -> None:
        """Say the items over the wire, and at the end what was said and what went wrong."""
        n_samples, split = frame_cutter(self.board)
        faulty = FaultyEncoder(self.encoder, self.faults, fs, split, n_samples, self.seed)
        spoken, encoder = Spoken(), faulty if self.faults.any else self.encoder
        true_fs = fs * (1 + self.faults.clock_drift)
        manners = BoardSide(self.board)
        try:
            speak(items, encoder, wire, true_fs, pacer, spoken, manners, self.faults.away)
            wire.write(faulty.rest())
        finally:
            said = f"{spoken.n_samples} samples ({spoken.n_samples / fs:.3f} s) at {fs:g} Hz"
            typer.echo(f"spoke {said}, {spoken.n_heard} of them heard", err=True)
            if self.faults.any:
                typer.echo(f"faults: {faulty.counts}", err=True)


def spell(option: str, text: str | None) -> Spell | None:
    """Read ``EVERY:FOR``, both in seconds.

    Raises
    ------
    UsageError
        It is something else, or lasts longer than the time between two.
    """
    if text is None:
        return None
    every, colon, length = text.partition(":")
    try:
        found = Spell(float(every), float(length))
    except ValueError:
        found = Spell(0.0, 0.0)
    if not colon or not (0 < found.for_s < float("inf") and 0 < found.every_s < float("inf")):
        raise UsageError(
            f"{option} {text!r} cannot be meant: give EVERY:FOR in seconds, as in 30:10"
        )
    if found.for_s >= found.every_s:
        raise UsageError(
            f"{option} {text!r} lasts {found.for_s:g} s but comes each {found.every_s:g} s; "
            "expected FOR shorter than EVERY, as in 30:10"
        )
    return found


def open_wire(stack: ExitStack, tcp: str | None, keeps_name: bool) -> Wire:
    """Make the wire and say, first of all, where it is.

    Parameters
    ----------
    stack : closes what is opened
    tcp : HOST:PORT; None: a pseudo-terminal
    keeps_name : whether the pseudo-terminal has the same name when it comes back
    """
    if tcp is not None:
        from sibeat.monitor.simulator.wire_tcp import TcpWire

        tcp_wire = TcpWire(*_address(tcp))
        host = f"[{tcp_wire.host}]" if ":" in tcp_wire.host else tcp_wire.host
        typer.echo(f"socket://{host}:{tcp_wire.port}")
        return stack.enter_context(tcp_wire)
    from sibeat.monitor.simulator.wire_pty import PtyWire  # not on Windows

    link = None
    if keeps_name:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sibeat-"))
        link = Path(folder) / LINK_NAME
    pty = PtyWire(link=link)
    typer.echo(pty.path)
    return stack.enter_context(pty)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise UsageError(f"--tcp {text!r} is no address: give HOST:PORT, as in 127.0.0.1:7000")
    return host.strip("[]"), int(port)

"""What we say to a board to make it talk: a pure script, driven by what comes and by the clock.

A board that stays silent is asked again: it may have been reset by the opening of its port, or
switched on later. With several boards to choose from, each is asked in turn until something comes.
"""

from collections.abc import Sequence

from sibeat.monitor.protocols.board import Board, Command

RETRY_S = 3.0
"""silence after which a start is said again, s; chosen by us: an Arduino that the opening of its
port has reset is up in 2 s"""
LISTEN_S = 2.5
"""time that an unknown board gets to talk by itself, s; chosen by us: as above"""
NEXT_S = 1.5
"""silence after which the next unknown board is asked, s; chosen by us: boards answer in less"""
LONGEST_ANSWER = 4096
"""bytes of an answer that are kept; chosen by us: Cyton's greeting has some hundred"""


class Dialogue:
    """Says start commands until bytes come.

    Parameters
    ----------
    scripts : what to say, one list of commands for each board that is possible
    stops : what ends each of them
    listen_s : silence before the first command, s
    retry_s : silence before the next script, or the same one again, s
    """

    def __init__(
        self,
        scripts: Sequence[Sequence[Command]] = (),
        stops: Sequence[bytes] = (),
        listen_s: float = 0.0,
        retry_s: float = RETRY_S,
    ) -> None:
        self._scripts = [list(script) for script in scripts if script]
        self._stops = list(stops)
        self._listen_s, self._retry_s = listen_s, retry_s
        self._next_script = 0
        self._left: list[Command] = []
        self._due_s: float | None = None  # when the next command is to be said
        self._answer = b""
        self._awaited = b""
        self.n_rounds = 0
        """how often every script was said without anything coming"""

    def begin(self, now_s: float) -> None:
        """Note that the port was opened."""
        self._next_script, self._left, self._awaited = 0, [], b""
        self._due_s = now_s + self._listen_s
        self.n_rounds = 0

    def hear(self, data: bytes, now_s: float) -> bytes:
        """Take what came, nothing too; gives what is to be said now."""
        if self._awaited and self._is_answer(data):
            self._awaited, self._due_s = b"", now_s
        elif data and not self._left:
            self._due_s = now_s + max(self._retry_s, self._listen_s)
            self.n_rounds = 0
        if self._due_s is None or now_s < self._due_s:
            return b""
        return self._say(now_s)

    def goodbye(self) -> bytes:
        """Give what ends the talk, whichever board it is."""
        return b"".join(self._stops)

    def _is_answer(self, data: bytes) -> bool:
        self._answer = (self._answer + data)[-LONGEST_ANSWER:]
        return self._awaited in self._answer

    def _say(self, now_s: float) -> bytes:
        if not self._left:
            if self._next_script == len(self._scripts):
                self._next_script = 0
                self.n_rounds += 1
            if not self._scripts:
                self._due_s = now_s + self._retry_s
                return b""
            self._left = list(self._scripts[self._next_script])
            self._next_script += 1
        command = self._left.pop(0)
        self._answer, self._awaited = b"", command.answer.encode("latin-1")
        self._due_s = now_s + (command.wait_s if self._left or self._awaited else self._retry_s)
        return command.send.encode("latin-1")


def dialogue_with(board: Board) -> Dialogue:
    """Make the talk with a known board."""
    return Dialogue([board.start], [board.stop.encode("latin-1")] * bool(board.start))


def dialogue_with_unknown(boards: Sequence[Board], baud: int) -> Dialogue:
    """Make the talk that finds out which of several boards listens at a bit rate."""
    asked = sorted(
        (board for board in boards if board.probe is not None and baud in board.bauds),
        key=lambda board: board.probe or 0,
    )
    stops = [board.stop.encode("latin-1") for board in asked]
    return Dialogue([board.start for board in asked], stops, LISTEN_S, NEXT_S)

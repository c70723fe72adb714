"""The other side of a dialogue: a simulated board that listens to commands, and answers."""

from sibeat.monitor.protocols.board import Board

LONGEST_COMMAND = 256
"""bytes that are kept of what was not understood; chosen by us"""


class BoardSide:
    """Talks once its start commands were said, until its stop command.

    Parameters
    ----------
    board : says which commands there are; without any it always talks
    """

    def __init__(self, board: Board) -> None:
        self._starts = [(command.send.encode("latin-1"), command) for command in board.start]
        self._stop = board.stop.encode("latin-1")
        self._heard = b""
        self.talking = not self._starts
        """whether samples are said"""

    def hear(self, data: bytes) -> bytes:
        """Take what was said to the board; gives its answer."""
        self._heard = (self._heard + data)[-LONGEST_COMMAND:]
        answer = b""
        while (found := self._first()) is not None:
            place, command = found
            self._heard = self._heard[place + len(command) :]
            answer += self._obey(command)
        return answer

    def _first(self) -> tuple[int, bytes] | None:
        """Give the command that comes first in what was heard, and its place."""
        if not self._starts:
            return None
        commands = [send for send, _ in self._starts] + [self._stop] * bool(self._stop)
        found = [(self._heard.find(send), send) for send in commands if send in self._heard]
        return min(found, default=None)

    def _obey(self, command: bytes) -> bytes:
        if command == self._stop:
            self.talking = False
        for place, (send, told) in enumerate(self._starts):
            if send == command:
                self.talking = place == len(self._starts) - 1
                return told.says.encode("latin-1")
        return b""

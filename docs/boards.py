"""Write the table of docs/boards.md from the board descriptions: ``python -m docs.boards``."""

from pathlib import Path

from sibeat.monitor.protocols.board import Board, Command, shipped_boards
from sibeat.monitor.protocols.codec import make_decoder

PAGE = Path(__file__).with_suffix(".md")
HEADINGS = ("`--protocol`", "board", "Hz", "baud", "leads", "unit", "losses", "start", "stop")


def table() -> str:
    """Give a row for each board that is shipped."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *map(row, shipped_boards().values())]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def row(board: Board) -> tuple[str, ...]:
    """Give the cells of a board's row."""
    return (
        f"`{board.name}`",
        board.title,
        f"{board.fs:g}" if board.fs else "measured",
        ", ".join(map(str, board.bauds)),
        leads(board),
        unit(board),
        losses(board),
        " ".join(map(said, board.start)) or "-",
        spelt(board.stop) if board.stop else "-",
    )


def leads(board: Board) -> str:
    """Name the channels, the default one first."""
    names = [channel.name for channel in board.channels]
    if not names:
        return "columns"
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def unit(board: Board) -> str:
    """Say how a number becomes mV."""
    if board.protocol == "text":
        return "the header's, else a.u."
    if board.scale.mv_per_count is None:
        return "a.u."
    return f"{1e3 * board.scale.mv_per_count:.4g} µV a count (derived)"


def losses(board: Board) -> str:
    """Say how lost samples are known."""
    if board.protocol == "text":
        return "by a time column, else inferred"
    period = make_decoder(board).counter_period
    return "inferred" if period is None else f"counted, modulo {period}"


def said(command: Command) -> str:
    """Spell a command."""
    return spelt(command.send)


def spelt(text: str) -> str:
    """Spell what is sent: as text, or as hexadecimal bytes where it is none."""
    shown = text.strip("\n")
    return f"`{shown}`" if shown.isascii() and shown.isprintable() else text.encode("latin-1").hex()


def with_table(page: str) -> str:
    """Replace the first table of the page."""
    start = page.index(f"| {HEADINGS[0]} |")
    stop = page.index("\n\n", start) + 1
    return page[:start] + table() + page[stop:]


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

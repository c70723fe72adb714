"""The last two lines of the screen: how the source is doing, and the keys or what is to be done."""

from textwrap import wrap

from rich.cells import cell_len, chop_cells
from rich.text import Text

from sibeat.monitor.screen.block import Field, cut_words, fit, fitting, line_of, say
from sibeat.monitor.screen.look import Look, Tone
from sibeat.monitor.screen.snapshot import Snapshot

KEYS_HELP = (
    ("q", "quit"),
    ("space", "freeze"),
    ("a", "acknowledge"),
    ("+ -", "gain"),
    ("e", "mark now"),
)
TURN_S = 4.0
"""time for which a line of a warning, or the keys, are shown, s; chosen by us: time to read it"""
LEAST_PATH = 12
"""cells from which the end of a path says something; chosen by us: `alerts.jsonl`"""
ROUNDS = 2
"""times that all warnings are shown before the keys are; chosen by us: the keys can wait"""


def draw_status(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Whether it records, counters of the source, and the place of the alert log."""
    status = snapshot.status
    detail = cut_words(status.detail, width - 3)
    dropped = "dropped" if status.losses == "counted" else "lost, inferred"
    counts = (
        (dropped, max(status.n_dropped, snapshot.n_lost)),  # the source may tell them sooner
        ("gaps", max(status.n_gaps, snapshot.n_gaps)),
        ("reconnects", status.n_reconnects),
        ("garbage", status.n_garbage),
    )
    fields = [Field(say(look, (" rec  " if snapshot.recording else " ", "plain")), 1)]
    for rank, (name, count) in enumerate(counts, 2):
        field = say(look, (f"{name} ", "quiet"), (f"{count:,}  ", _count_tone(count)))
        fields.append(Field(field, rank))
    if detail:
        fields.append(Field(say(look, (f"{detail} ", "quiet")), 0, right=True))
        return line_of(fields, width)
    room = width - 2 - sum(field.text.cell_len for field in fitting(fields, width))
    shortened = _shorten(look.clean(snapshot.log_path), room - 4, "…" if look.unicode else "...")
    path = f"log {shortened} " if snapshot.log_path else ""
    return line_of([*fields, Field(say(look, (path, "quiet")), 9, right=True)], width)


def draw_warning(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Draw the standing warnings, line by line in turn: nothing of them is ever left out."""
    lines = _warning_lines(snapshot, width)
    line = lines[int(snapshot.turn_s / TURN_S) % len(lines)]
    return fit(say(look, (f" ! {line} ", "warning")), width)


def draw_keys(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Draw the keys; where warnings stand these come first, and the keys have their turn."""
    n_turns = ROUNDS * len(_warning_lines(snapshot, width))
    if int(snapshot.turn_s / TURN_S) % (n_turns + 1) < n_turns:
        return draw_warning(snapshot, width, look)
    fields = [
        Field(
            say(look, ("   " if rank else " ", "plain"), (key, "title"), (f" {meaning}", "quiet")),
            rank,
        )
        for rank, (key, meaning) in enumerate(KEYS_HELP)
    ]
    return line_of(fields, width)


def _warning_lines(snapshot: Snapshot, width: int) -> list[str]:
    room = max(width - len(" ! ") - 1, 1)
    lines = [line for told in snapshot.warnings for line in wrap(told, room)]
    parts = [part for line in lines for part in chop_cells(line, room)]  # letters may be wide
    return [part for part in parts if part]


def _count_tone(count: int) -> Tone:
    return "medium" if count else "quiet"


def _shorten(path: str, room: int, omitted: str) -> str:
    """`path`, `omitted` for its beginning where it does not fit: whole folders first."""
    parts = path.split("/")
    while cell_len(path) > room and len(parts) > 1:
        del parts[0]
        path = "/".join([omitted, *parts])
    while cell_len(path) > room >= LEAST_PATH:
        path = omitted + path.removeprefix(omitted)[1:]
    return path

"""The parts of the screen around the trace: each a pure function from a snapshot to lines."""

from rich.text import Text

from sibeat.monitor.events import Quality
from sibeat.monitor.screen.block import (
    Field,
    cut,
    cut_words,
    fit,
    fitting,
    flush_right,
    line_of,
    rule,
    say,
    stack,
)
from sibeat.monitor.screen.inset import draw_beat
from sibeat.monitor.screen.look import STARS, Look, Tone
from sibeat.monitor.screen.scale import MM_NOTE, Scale
from sibeat.monitor.screen.snapshot import SHORT_KIND, AlertLine, Snapshot

KEYS_HELP = (
    ("q", "quit"),
    ("space", "freeze"),
    ("a", "acknowledge"),
    ("+ -", "gain"),
    ("e", "mark"),
)
QUALITY_TEXT: dict[Quality, tuple[str, Tone]] = {
    "good": ("good", "plain"),
    "noisy": ("noisy", "medium"),
    "flat": ("flat", "medium"),
    "rail": ("at the rails", "medium"),
    "lead_off": ("LEAD OFF", "medium"),
}
NO_SIGNAL = " NO SIGNAL "
TIMED_TITLE_WIDTH = 44
"""columns from which the inset's title has room for the time beside the legend"""
NAME = " sibeat "
LEAST_SOURCE = 12
"""columns that a source's name has at least, where lead and rate stand behind it; chosen by us:
`/dev/ttyUSB0`"""
CALM_STATES = ("streaming", "ended")


def clock(seconds: float) -> str:
    """``h:mm:ss`` of a time since the start of the stream."""
    minutes, second = divmod(max(int(seconds), 0), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def draw_header(snapshot: Snapshot, width: int, look: Look) -> Text:
    """What is shown, and how its source is doing."""
    tone: Tone = "signal" if snapshot.status.state in CALM_STATES else "medium"
    total = f"/ {clock(snapshot.total_s)} " if snapshot.total_s else ""
    others = [
        Field(say(look, (NAME, "title")), 5),
        Field(say(look, (f" · {snapshot.lead} · {snapshot.fs:g} Hz", "quiet")), 3),
        Field(say(look, (f" ● {snapshot.status.state}  ", tone)), 0, right=True),
        Field(say(look, (f"{clock(snapshot.elapsed_s)} ", "plain")), 1, right=True),
        Field(say(look, (total, "quiet")), 4, right=True),
    ]

    def with_source(room: int) -> list[Field]:
        source = say(look, (f" {cut(snapshot.source, room)}", "quiet"))
        return [others[0], Field(source, 2), *others[1:]]

    kept = fitting(with_source(LEAST_SOURCE), width)
    room = width - 2 - sum(field.text.cell_len for field in kept if field in others)
    return line_of(with_source(max(room, LEAST_SOURCE)), width)


def draw_scale(snapshot: Snapshot, scale: Scale, sweep: float, width: int, look: Look) -> Text:
    """Speed, gain, bandwidth, signal quality, delay, and whether the trace stands still."""
    fields = [
        Field(say(look, (f" {sweep:g} mm/s", "plain")), 1),
        Field(say(look, (f" · {scale.text}", "plain")), 2),
        Field(say(look, (f" · {snapshot.bandwidth}", "plain")), 3),
        Field(say(look, (f" · {MM_NOTE}", "quiet")), 4),
    ]
    held = Field(say(look, (" FROZEN " if snapshot.frozen else "", "warning")), 0, right=True)
    if snapshot.absent:
        nothing = say(look, (" ", "plain"), (NO_SIGNAL, "warning"))
        return line_of([*fields, held, Field(nothing, 0, right=True)], width)
    signal = say(look, ("signal ", "quiet"), QUALITY_TEXT[snapshot.quality], (" ", "plain"))
    news = snapshot.quality != "good"  # no news gives way to the millimetre
    delay = f"· delay {snapshot.delay} " if snapshot.delay else ""
    fields += [
        Field(signal, 0 if news else 5, right=True),
        Field(say(look, (delay, "quiet")), 6, right=True),
        held,
    ]
    return line_of(fields, width)


def draw_baseline(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Say below the scale what the patient's baseline does."""
    doing = f"{snapshot.baseline} {snapshot.baseline_progress}".rstrip()
    tone: Tone = "quiet" if snapshot.baseline in ("following", "off") else "plain"
    return flush_right(say(look, ("baseline ", "quiet"), (f"{doing} ", tone)), width)


def draw_alert_title(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Title of the alert list with the number of alerts nobody acknowledged."""
    note = None
    if snapshot.latched:
        note = say(look, (f"{snapshot.unacknowledged} new", snapshot.latched.priority))
    return rule(look, width, say(look, ("alerts", "title")), note)


def draw_alert(line: AlertLine, width: int, look: Look) -> Text:
    """One line of the alert list: what, how urgent, how sure, when; the last gives way first."""
    loud: Tone = line.priority if line.pending else "quiet"
    starred: Tone = line.priority if line.announced else "quiet"
    what = cut(SHORT_KIND.get(line.what, line.what), width - 1)
    told = "withdrawn" if line.withdrawn else "" if line.score is None else f"{line.score:.2f}"
    at: Tone = "plain" if line.pending else "quiet"
    fields = [
        Field(say(look, (f"{STARS[line.priority]:<4}", starred)), 2 if line.withdrawn else 1),
        Field(say(look, (f"{clock(line.t_s):>8}  ", at)), 3),
        Field(say(look, (what, loud)), 0),
        Field(say(look, (told, loud)), 1 if line.withdrawn else 2, right=True),
    ]
    return line_of(fields, width)


def draw_alerts(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """Draw the last alerts, newest first."""
    lines = [draw_alert(line, width, look) for line in snapshot.alerts[:n_rows]]
    return stack(lines or [say(look, ("none so far", "quiet"))], width, n_rows)


def draw_inset_title(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Title of the inset, which is its legend too."""
    if snapshot.beat is None:
        return rule(look, width, say(look, ("last abnormal beat", "title")))
    beat = snapshot.beat
    title = say(look, (SHORT_KIND[beat.kind], "abnormal"))
    if width >= TIMED_TITLE_WIDTH:
        title.append_text(say(look, (f" {clock(beat.t_s)}", "plain")))
    legend = say(look, ("━ beat ", "beat"), ("━ student", "student"))
    return rule(look, width, title, legend)


def draw_inset(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """Draw the last abnormal beat, its reconstruction and the heat strip of the error."""
    if snapshot.beat is None:
        return stack([say(look, ("none so far", "quiet"))], width, n_rows)
    return list(draw_beat(snapshot.beat, width, n_rows, look))


def draw_status(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Whether it records, counters of the source, and the place of the alert log."""
    status = snapshot.status
    detail = cut_words(status.detail, width - 3)
    counts = (
        ("dropped" if status.losses == "counted" else "lost, inferred", status.n_dropped),
        ("gaps", status.n_gaps),
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


def draw_keys(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Draw the keys, or the standing warnings: those are never left out."""
    if snapshot.warnings:
        told = cut_words(f" ! {'; '.join(snapshot.warnings)} ", width)
        return fit(say(look, (told, "warning")), width)
    fields = [
        Field(
            say(look, ("   " if rank else " ", "plain"), (key, "title"), (f" {meaning}", "quiet")),
            rank,
        )
        for rank, (key, meaning) in enumerate(KEYS_HELP)
    ]
    return line_of(fields, width)


def _count_tone(count: int) -> Tone:
    return "medium" if count else "quiet"


def _shorten(path: str, room: int, omitted: str) -> str:
    """`path`, `omitted` for whole folders at its beginning until it fits."""
    parts = path.split("/")
    while len(path) > room and len(parts) > 1:
        del parts[0]
        path = "/".join([omitted, *parts])
    return path

"""The parts of the screen around the trace: each a pure function from a snapshot to lines."""

from rich.text import Text

from sibeat.monitor.events import Quality
from sibeat.monitor.screen.block import fit, flush_right, rule, say, spread, stack
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
"""columns for a source's name from which lead and rate stand behind it, rather than more of it;
chosen by us: `/dev/ttyUSB0`"""
CALM_STATES = ("streaming", "ended")


def clock(seconds: float) -> str:
    """``h:mm:ss`` of a time since the start of the stream."""
    minutes, second = divmod(max(int(seconds), 0), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def draw_header(snapshot: Snapshot, width: int, look: Look) -> Text:
    """What is shown, and how its source is doing."""
    tone: Tone = "signal" if snapshot.status.state in CALM_STATES else "medium"
    total = f" / {clock(snapshot.total_s)}" if snapshot.total_s else ""
    right = say(
        look,
        (f"● {snapshot.status.state}", tone),
        (f"  {clock(snapshot.elapsed_s)}", "plain"),
        (f"{total} ", "quiet"),
    )
    stream = f" · {snapshot.lead} · {snapshot.fs:g} Hz"
    room = width - right.cell_len - len(f"{NAME} {stream} ")
    source = _cut(snapshot.source, room) + stream if room >= LEAST_SOURCE else snapshot.source
    return spread(say(look, (NAME, "title"), (f" {source}", "quiet")), right, width)


def draw_scale(snapshot: Snapshot, scale: Scale, sweep: float, width: int, look: Look) -> Text:
    """Speed, gain, bandwidth, signal quality and delay; or why the trace stands still."""
    stated = f" {sweep:g} mm/s · {scale.text} · {snapshot.bandwidth}"
    left = say(look, (stated, "plain"), (f" · {MM_NOTE}", "quiet"))
    right = say(look, ("signal ", "quiet"), QUALITY_TEXT[snapshot.quality], (" ", "plain"))
    if snapshot.absent:
        right = say(look, (NO_SIGNAL, "warning"))
    elif snapshot.frozen:
        right = say(look, (" FROZEN ", "warning"))
    elif snapshot.delay:
        delayed = right.copy().append_text(say(look, (f"· delay {snapshot.delay} ", "quiet")))
        right = delayed if left.cell_len + delayed.cell_len < width else right
    if (
        snapshot.quality == "good"
        and not (snapshot.frozen or snapshot.absent)
        and left.cell_len + right.cell_len >= width
    ):
        return fit(left, width)  # no news gives way to the millimetre
    return spread(left, right, width)


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
    """One line of the alert list."""
    loud: Tone = line.priority if line.pending else "quiet"
    what = SHORT_KIND.get(line.what, line.what)
    told = "withdrawn" if line.withdrawn else "" if line.score is None else f"{line.score:.2f}"
    left = say(
        look,
        (f"{STARS[line.priority]:<4}", line.priority if line.announced else "quiet"),
        (f"{clock(line.t_s):>8}  ", "plain" if line.pending else "quiet"),
        (what, loud),
    )
    return spread(left, say(look, (told, loud)), width)


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
    return draw_beat(snapshot.beat, width, n_rows, look)


def draw_status(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Counters of the source and the place of the alert log."""
    status = snapshot.status
    counts = (
        ("dropped" if status.losses == "counted" else "lost, inferred", status.n_dropped),
        ("gaps", status.n_gaps),
        ("reconnects", status.n_reconnects),
        ("garbage", status.n_garbage),
    )
    left = say(look, (" ", "plain"))
    for name, count in counts:
        field = say(look, (f"{name} ", "quiet"), (f"{count:,}  ", _count_tone(count)))
        if left.cell_len + field.cell_len + len(status.detail) + 1 > width:
            break  # whole counts give way to what goes on
        left.append_text(field)
    room = width - left.cell_len - 2
    shortened = _shorten(look.clean(snapshot.log_path), room - 4, "…" if look.unicode else "...")
    path = f"log {shortened}" if snapshot.log_path else ""
    note = status.detail or (path if len(path) <= room else "")
    return spread(left, say(look, (f"{note} ", "quiet")), width)


def draw_keys(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Draw the keys, or the standing warnings: those are never left out."""
    if snapshot.warnings:
        return fit(say(look, (f" ! {'; '.join(snapshot.warnings)} ", "warning")), width)
    parts: list[tuple[str, Tone]] = [(" ", "plain")]
    for key, meaning in KEYS_HELP:
        parts += [(key, "title"), (f" {meaning}   ", "quiet")]
    return fit(say(look, *parts), width)


def _count_tone(count: int) -> Tone:
    return "medium" if count else "quiet"


def _cut(text: str, room: int) -> str:
    """`text`, its end left out if it does not fit."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _shorten(path: str, room: int, omitted: str) -> str:
    """`path`, `omitted` for whole folders at its beginning until it fits."""
    parts = path.split("/")
    while len(path) > room and len(parts) > 1:
        del parts[0]
        path = "/".join([omitted, *parts])
    return path

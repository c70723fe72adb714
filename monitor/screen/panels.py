"""The parts of the screen around the trace: each a pure function from a snapshot to lines."""

from rich.text import Text

from sibeat.monitor.events import Quality
from sibeat.monitor.screen.block import (
    Field,
    cut,
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
    tone: Tone = "signal" if snapshot.state in CALM_STATES else "medium"
    total = f"/ {clock(snapshot.total_s)} " if snapshot.total_s else ""
    others = [
        Field(say(look, (NAME, "title")), 5),
        Field(say(look, (f" · {snapshot.lead} · {snapshot.fs:g} Hz", "quiet")), 3),
        Field(say(look, (f" ● {snapshot.state}  ", tone)), 0, right=True),
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
    score = line.figure if line.score is None else f"{line.score:.2f}"
    told = "withdrawn" if line.withdrawn else score
    going_on = ("  goes on" if told else "goes on") if line.lasts else ""
    at: Tone = "plain" if line.pending else "quiet"
    fields = [
        Field(say(look, (f"{STARS[line.priority]:<4}", starred)), 2 if line.withdrawn else 1),
        Field(say(look, (f"{clock(line.t_s):>8}  ", at)), 3),
        Field(say(look, (what, loud)), 0),
        Field(say(look, (told, loud)), 1 if line.withdrawn else 2, right=True),
        Field(say(look, (going_on, loud)), 4, right=True),
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
    name: tuple[str, Tone] = (SHORT_KIND[beat.kind], "abnormal")
    title = say(look, ("withdrawn", "quiet") if beat.withdrawn else name)
    if width >= TIMED_TITLE_WIDTH:
        title.append_text(say(look, (f" {clock(beat.t_s)}", "plain")))
    stroke = "━" if look.colour else "┄"  # as the curve is drawn: whole, or every other dot
    legend = say(look, ("━ beat ", "beat"), (f"{stroke} student", "student"))
    return rule(look, width, title, legend)


def draw_inset(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """Draw the last abnormal beat, its reconstruction and the heat strip of the error."""
    if snapshot.beat is None:
        return stack([say(look, ("none so far", "quiet"))], width, n_rows)
    return list(draw_beat(snapshot.beat, width, n_rows, look))

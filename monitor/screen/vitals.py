"""Heart rate and the most urgent alert, big enough to be read from two metres."""

from dataclasses import replace

from rich.text import Text

from sibeat.monitor.events import Quality
from sibeat.monitor.screen.bigtext import N_ROWS, Size, big, stroke_digits
from sibeat.monitor.screen.block import (
    Field,
    beside,
    cut,
    fitting,
    flush_right,
    line_of,
    say,
    stack,
)
from sibeat.monitor.screen.look import STARS, Look, Tone
from sibeat.monitor.screen.panels import NO_SIGNAL, QUALITY_TEXT, clock
from sibeat.monitor.screen.snapshot import SHORT_KIND, AlertLine, Snapshot

STATS_WIDTH = 25
SHORTER = {
    "asystole-like": "asystole",
    "abnormal": "abnorm",
    "extreme-tachy": "tachy",
    "extreme-brady": "brady",
    "trigeminy": "trigem",
    "NO SIGNAL": "NO SIG",
}
"""names that may stand in for one that is too long in big letters"""
MISSING: dict[Quality, str] = {"lead_off": "LEAD OFF", "rail": "AT RAIL", "flat": "FLAT"}


def rate_text(snapshot: Snapshot) -> str:
    """Heart rate, ``--`` when there is none."""
    return "--" if snapshot.hr_bpm is None else f"{snapshot.hr_bpm:.0f}"


def rr_text(snapshot: Snapshot) -> str:
    """Last RR interval, ``--`` when there is none."""
    return "--" if snapshot.rr_s is None else f"{snapshot.rr_s:.2f} s"


def draw_rate(snapshot: Snapshot, n_rows: int, look: Look) -> list[Text]:
    """Heart rate in digits as high as the rows allow."""
    size: Size = "whole" if n_rows >= N_ROWS["whole"] else "half"
    text = rate_text(snapshot).rjust(2)
    digits = big(text, size) if look.unicode else stroke_digits(text.strip())
    lines = [say(look, (" ", "plain")) for _ in digits]
    units = ["bpm", *[""] * (len(digits) - 1)]
    width = 2 + len(big("888", size)[0]) + 5
    tone: Tone = "signal" if snapshot.hr_bpm is not None else "quiet"
    for line, row, unit in zip(lines, digits, units, strict=True):
        line.append(row, look.tone(tone))
        line.append(f"  {unit}", look.tone("quiet"))
    return stack(lines, width, n_rows)


def draw_stats(snapshot: Snapshot, n_rows: int, look: Look) -> list[Text]:
    """Draw what is read from nearby: RR, beats and abnormal share."""
    abnormal: Tone = "abnormal" if snapshot.n_abnormal else "plain"
    share = Field(say(look, (f"  {100 * snapshot.abnormal_share:.1f} %", "quiet")), 1)
    counted = say(look, ("abnormal  ", "quiet"), (f"{snapshot.n_abnormal:,}", abnormal))
    rows = [
        say(look, ("RR        ", "quiet"), (rr_text(snapshot), "plain")),
        say(look, ("beats     ", "quiet"), (f"{snapshot.n_beats:,}", "plain")),
        line_of([Field(counted, 0), share], STATS_WIDTH),
    ]
    if n_rows >= N_ROWS["whole"]:
        rows = [rows[0], Text(""), rows[1], Text(""), rows[2]]
    return stack(rows, STATS_WIDTH, n_rows)


def draw_headline(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """What asks for attention, in big letters; what asks for none, in plain ones.

    In this order: an alert of high priority that nobody acknowledged, a signal that is not there,
    another alert that is new, the last alert.
    """
    line, missing = snapshot.latched, missing_signal(snapshot)
    if line and (line.priority == "high" or not missing):
        tone: Tone = line.priority
        name = SHORT_KIND.get(line.what, line.what)
        rows = [say(look, (row, tone)) for row in _letters(name, width - 1, n_rows, look)]
        if len(rows) < n_rows:
            rows.append(_small(line, width - 1, tone, look))
    elif missing:
        letters = _letters(missing, width - 1, n_rows, look)
        rows = [say(look, (row, "medium")) for row in letters]
    else:
        rows = _calm(snapshot, width - 1, look)
    return stack([flush_right(row.append(" "), width) for row in rows], width, n_rows)


def missing_signal(snapshot: Snapshot) -> str:
    """Why no beat can be seen, in two words at the most; empty where it can."""
    return NO_SIGNAL.strip() if snapshot.absent else MISSING.get(snapshot.quality, "")


def draw_vitals(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """Draw the band below the trace; one row only says the same in plain text."""
    if n_rows < N_ROWS["half"]:
        unsaid = replace(snapshot, recording=False)  # the status line says it
        return stack([draw_vitals_line(unsaid, width, look)], width, n_rows)
    rate = draw_rate(snapshot, n_rows, look)
    stats = draw_stats(snapshot, n_rows, look)
    room = width - rate[0].cell_len - stats[0].cell_len - 4
    return beside(rate, stats, draw_headline(snapshot, room, n_rows, look))


def draw_vitals_line(snapshot: Snapshot, width: int, look: Look) -> Text:
    """Vitals as one line of plain text; a quality that is no news gives way first."""
    quality, tone = QUALITY_TEXT[snapshot.quality]
    if snapshot.absent:
        quality, tone = NO_SIGNAL.strip(), "medium"
    news = snapshot.absent or snapshot.quality != "good"
    found: Tone = "abnormal" if snapshot.n_abnormal else "quiet"
    fields = [
        Field(say(look, (" ", "quiet"), (rate_text(snapshot), "title"), (" bpm", "quiet")), 0),
        Field(say(look, (f"  RR {rr_text(snapshot)}", "quiet")), 3),
        Field(say(look, (f"  {snapshot.n_beats:,} beats", "quiet")), 4),
        Field(say(look, (f"  {snapshot.n_abnormal:,} abnormal", found)), 2),
        Field(say(look, ("  rec" if snapshot.recording else "", "quiet")), 5),
        Field(say(look, (f"{quality} ", tone)), 1 if news else 6, right=True),
    ]
    return line_of(fields, width)


def _calm(snapshot: Snapshot, width: int, look: Look) -> list[Text]:
    """Say what the last alert was and what became of it: nobody need hurry."""
    last = next(iter(snapshot.alerts), None)
    if last is None:
        return [say(look, ("no alerts", "quiet"))]
    lethal = (line for line in snapshot.alerts if line.lasts and line.priority == "high")
    line = next(lethal, last)
    name = cut(SHORT_KIND.get(line.what, line.what), width)
    at = (
        Field(say(look, (name, "quiet")), 0),
        Field(say(look, (f" at {clock(line.t_s)}", "quiet")), 1),
    )
    fate: Tone = "plain" if line.lasts else "quiet"
    return [
        say(look, (cut("last alert" if line is last else "earlier alert", width), "quiet")),
        Text(no_wrap=True).join(field.text for field in fitting(at, width)),
        say(look, (cut(line.fate, width), fate)),
    ]


def _letters(name: str, width: int, n_rows: int, look: Look) -> list[str]:
    """Draw a name in the biggest letters that fit."""
    if look.unicode:
        sizes: tuple[Size, ...] = ("whole", "half")
        for size in (size for size in sizes if N_ROWS[size] <= n_rows):
            for text in (name, SHORTER.get(name, name)):
                rows = big(text, size)
                if len(rows[0]) <= width:
                    return rows
    name = name if len(name) <= width else SHORTER.get(name, name)
    return [cut(name.upper(), width)]


def _small(line: AlertLine, width: int, tone: Tone, look: Look) -> Text:
    """Name of an alert in plain letters, with as much about it as fits."""
    name = SHORT_KIND.get(line.what, line.what)
    score = "" if line.score is None else f" {line.score:.2f}"
    stars = f"{STARS[line.priority]} " if line.announced else ""
    told = ((stars, 1), (cut(name, width), 0), (score, 2), (f" at {clock(line.t_s)}", 3))
    fields = [Field(say(look, (text, tone)), rank) for text, rank in told]
    return Text(no_wrap=True).join(field.text for field in fitting(fields, width))

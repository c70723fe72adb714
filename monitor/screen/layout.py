"""Where everything is, for any size of terminal: ``draw`` is pure, a snapshot in and lines out.

From 60x15 on: header, trace with marks and scale, vitals, alerts beside the last abnormal beat,
source, keys. Smaller terminals get what matters most, in this order: warning, vitals,
newest alert, trace.
"""

from dataclasses import dataclass

from rich.console import Group
from rich.text import Text

from sibeat.monitor.screen.block import MARGIN, beside, indent, stack
from sibeat.monitor.screen.braille import TraceWindow, draw_marks, draw_trace
from sibeat.monitor.screen.footer import draw_keys, draw_status, draw_warning
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.panels import (
    draw_alert,
    draw_alert_title,
    draw_alerts,
    draw_baseline,
    draw_header,
    draw_inset,
    draw_inset_title,
    draw_scale,
)
from sibeat.monitor.screen.scale import choose_scale, samples_per_dot, sweep_mm_s
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.screen.vitals import draw_vitals, draw_vitals_line

FULL_COLUMNS, FULL_ROWS = 60, 15
"""size from which everything is shown"""
TALL_ROWS, BAND_ROWS = 34, 20
"""rows from which the vitals take five and three rows"""
WIDE_COLUMNS = 100
"""columns from which five-row digits leave room for the rest"""
OTHER_ROWS = 6
"""header, marks, scale, titles, status, keys"""
BOTTOM_SHARE = 0.42
"""share of the remaining rows for alerts and inset; the trace gets the rest (chosen by us)"""
BOTTOM_LEAST, BOTTOM_MOST = 3, 14
INSET_SHARE = 0.46
INSET_MOST = 72


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows and columns of the full layout."""

    n_trace: int
    n_air: int
    """calm rows above the vitals (the baseline) and, on a tall terminal, below"""
    n_vitals: int
    n_bottom: int
    inset_width: int


def plan(width: int, height: int) -> Plan:
    """Share out a terminal of at least 60x15."""
    tall = height >= TALL_ROWS and width >= WIDE_COLUMNS
    n_vitals = 5 if tall else 3 if height >= BAND_ROWS else 1
    n_air = 2 if tall else 1
    rest = height - OTHER_ROWS - n_air - n_vitals
    n_bottom = min(max(round(rest * BOTTOM_SHARE), BOTTOM_LEAST), BOTTOM_MOST)
    inset = min(int(width * INSET_SHARE), INSET_MOST)
    return Plan(rest - n_bottom, n_air, n_vitals, n_bottom, inset)


def draw_lines(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Text]:
    """Exactly `height` lines of exactly `width` cells."""
    if width < 1 or height < 1:
        return []
    full = width >= FULL_COLUMNS and height >= FULL_ROWS
    lines = (
        _full(snapshot, width, height, look) if full else _compact(snapshot, width, height, look)
    )
    return stack(lines, width, height)


def draw(snapshot: Snapshot, width: int, height: int, look: Look) -> Group:
    """Draw the screen as one renderable of `height` lines."""
    return Group(*draw_lines(snapshot, width, height, look))


def _trace_block(snapshot: Snapshot, width: int, n_rows: int, look: Look) -> list[Text]:
    """Marks, `n_rows` of trace, and the scale."""
    n_columns = max(width - 2 * MARGIN, 1)
    sweep = sweep_mm_s(n_columns)
    per_dot = samples_per_dot(snapshot.fs, sweep)
    window = TraceWindow(snapshot.trace, snapshot.fs, per_dot, n_columns)
    scale = choose_scale(snapshot.trace.extent, snapshot.unit, snapshot.gain_steps, n_rows)
    drawn = [draw_marks(window, look), *draw_trace(window, scale, n_rows, look)]
    return [*indent(drawn), draw_scale(snapshot, scale, sweep, width, look)]


def _full(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Text]:
    shared = plan(width, height)
    left = width - shared.inset_width - 2 - 2 * MARGIN
    titles = (
        [draw_alert_title(snapshot, left, look)],
        [draw_inset_title(snapshot, shared.inset_width, look)],
    )
    bottom = (
        draw_alerts(snapshot, left, shared.n_bottom, look),
        draw_inset(snapshot, shared.inset_width, shared.n_bottom, look),
    )
    return [
        draw_header(snapshot, width, look),
        *_trace_block(snapshot, width, shared.n_trace, look),
        draw_baseline(snapshot, width, look),
        *draw_vitals(snapshot, width, shared.n_vitals, look),
        *[Text("")] * (shared.n_air - 1),
        *indent(beside(*titles)),
        *indent(beside(*bottom)),
        draw_status(snapshot, width, look),
        draw_keys(snapshot, width, look),
    ]


def _compact(snapshot: Snapshot, width: int, height: int, look: Look) -> list[Text]:
    lines = [draw_vitals_line(snapshot, width, look)]
    newest = snapshot.latched or next(iter(snapshot.alerts), None)
    if snapshot.warnings:
        lines.insert(0, draw_warning(snapshot, width, look))
    if newest and len(lines) < height:
        lines += indent([draw_alert(newest, width - 2 * MARGIN, look)])
    n_trace = height - len(lines) - 3
    if n_trace < 2:
        return lines
    trace = _trace_block(snapshot, width, n_trace, look)
    return [draw_header(snapshot, width, look), *trace, *lines]

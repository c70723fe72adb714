"""The figures of ``benchmarks.speed`` as a table for people."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Row = tuple[str, str]


def table(figures: dict[str, Any]) -> Table:
    """All figures, one a row."""
    machine = figures["machine"]
    result = Table(title=f"sibeat on one thread of {machine['cpu']}", title_justify="left")
    result.add_column("measure")
    result.add_column("figure", justify="right")
    for rows in (speed_rows, cost_rows, delay_rows):
        for name, figure in rows(figures):
            result.add_row(name, figure)
        result.add_section()
    return result


def speed_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Real-time factors, of the records with peers and of all."""
    factor = figures["real_time_factor"]
    for record, measured in factor["records"].items():
        if "sibeat_over_peer" not in measured:
            continue
        for name in ("sibeat", *measured["sibeat_over_peer"]):
            yield f"{name} on {record}", f"{measured[name]['wall']['median']:.0f} x real time"
    wall = factor["sibeat"]["wall"]
    yield f"sibeat, median of {factor['sibeat']['n_records']}", f"{wall['median']:.0f} x real time"
    yield f"sibeat, slowest ({wall['slowest_record']})", f"{wall['slowest']:.0f} x real time"


def cost_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Time per beat, start-up and memory."""
    beat = figures["time_per_beat"]
    for name in ("cut_and_score", "live_chunk", "live_chunk_with_beat"):
        yield f"{name.replace('_', ' ')}, p50 and p99", two(beat[name]["wall_ms"], "ms")
    for command, seconds in figures["start_up_s"].items():
        yield command, f"{seconds['median']:.2f} s"
    for stream in ("short", "long"):
        memory = figures["peak_memory"][stream]
        yield f"peak memory for {memory['hours']:g} h", f"{memory['peak_mb']:.0f} MB"


def delay_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Delay of alerts, in time of the signal."""
    delay = figures["alert_delay"]
    yield "provisional alerts after their R-peak, p50 and p99", two(delay["provisional_s"], "s")
    yield "late alerts after their R-peak, p50 and p99", two(delay["late_s"], "s")
    yield "share of late alerts", f"{100 * delay['late_share']:.1f} %"


def two(figures: dict[str, float], unit: str) -> str:
    """Both percentiles."""
    if not figures["n"]:
        return "none"
    return f"{figures['p50']:.3f}, {figures['p99']:.3f} {unit}"

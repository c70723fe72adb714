"""The figures of ``benchmarks.speed`` as a table for people."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Row = tuple[str, str, str]


def table(figures: dict[str, Any]) -> Table:
    """All figures, one a row; by the wall's clock, and by the processor's where it was read."""
    machine = figures["machine"]
    title = f"sibeat on one thread of {machine['cpu']}, load {machine['load_average_1_min']:g}"
    result = Table(title=title, title_justify="left")
    result.add_column("measure")
    result.add_column("wall", justify="right")
    result.add_column("processor", justify="right")
    for rows in (speed_rows, cost_rows, size_rows, delay_rows):
        for row in rows(figures):
            result.add_row(*row)
        result.add_section()
    return result


def speed_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Real-time factors, of the records with peers and of all."""
    factor = figures["real_time_factor"]
    for record, measured in factor["records"].items():
        for name in ("sibeat", *measured.get("sibeat_over_peer", ())):
            if "sibeat_over_peer" in measured:
                wall, cpu = measured[name]["wall"]["median"], measured[name]["cpu"]["median"]
                yield f"{name} on {record}", f"{wall:.0f} x", f"{cpu:.0f} x real time"
    wall, cpu = factor["sibeat"]["wall"], factor["sibeat"]["cpu"]
    n_records = factor["sibeat"]["n_records"]
    yield (
        f"sibeat, median of {n_records}",
        f"{wall['median']:.0f} x",
        f"{cpu['median']:.0f} x real time",
    )
    yield "sibeat, slowest", f"{wall['slowest']:.0f} x", f"{cpu['slowest']:.0f} x real time"


def cost_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Time per beat and per live chunk."""
    for name in ("cut_and_score", "live_chunk", "live_chunk_with_beat"):
        times = figures["time_per_beat"][name]
        label = f"{name.replace('_', ' ')}, p50 and p99"
        yield label, two(times["wall_ms"], "ms"), two(times["cpu_ms"], "ms")


def size_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Start-up and memory."""
    for command, seconds in figures["start_up_s"].items():
        yield command, f"{seconds['median']:.2f} s", ""
    for stream in ("short", "long"):
        memory = figures["peak_memory"][stream]
        yield f"peak memory for {memory['hours']:g} h", f"{memory['peak_mb']:.0f} MB", ""


def delay_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """Delay of alerts, in time of the signal."""
    delay = figures["alert_delay"]
    for stage in ("provisional", "late"):
        yield f"{stage} alerts after their R-peak, p50 and p99", two(delay[f"{stage}_s"], "s"), ""
    yield "share of late alerts", f"{100 * delay['late_share']:.1f} %", ""


def two(figures: dict[str, float], unit: str) -> str:
    """Both percentiles."""
    if not figures["n"]:
        return "none"
    return f"{figures['p50']:.3f}, {figures['p99']:.3f} {unit}"

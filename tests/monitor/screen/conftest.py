"""A small heart for the screen: one Gaussian spike a beat, with the pipeline's events."""

from collections.abc import Callable, Iterator
from io import StringIO
from itertools import pairwise

import numpy as np
import pytest
from rich.console import Console
from rich.text import Text

from sibeat.ecg.stream import Chunk, StreamInfo
from sibeat.monitor.events import Alert, BeatEvent, Event, Kind
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.layout import draw
from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.sources.base import SourceStatus

FS = 250.0
RR = 200
DELAY = 160
N_WINDOW = 320


def spike(n: int, centre: float, width: float) -> np.ndarray:
    return np.exp(-0.5 * ((np.arange(n) - centre) / width) ** 2).astype(np.float32)


def beat_event(sample: int, kind: Kind = "normal", score: float = 0.1) -> BeatEvent:
    window = 2 * spike(N_WINDOW, 140, 5 if kind == "normal" else 20) - 1
    return BeatEvent(
        sample=sample,
        decided_at_sample=sample + DELAY,
        score=score,
        morphology=1.0,
        rhythm=0.0,
        kind=kind,
        abnormal=kind != "normal",
        quality="good",
        rr_pre_s=RR / FS,
        hr_bpm=60 * FS / RR,
        window=window,
        reconstruction=2 * spike(N_WINDOW, 140, 5) - 1,
    )


def alert(sample: int, kind: Kind = "ventricular-like", **changes: object) -> Alert:
    fields: dict[str, object] = {
        "sample": sample,
        "decided_at_sample": sample + DELAY,
        "stage": "provisional",
        "score": 0.97,
        "threshold": 0.5,
        "morphology": 1.0,
        "rhythm": 0.0,
        "kind": kind,
        "rr_pre_s": RR / FS,
        "rr_post_s": None,
        "hr_bpm": 75.0,
        "error_trace": tuple(float(x) for x in spike(40, 17, 2)),
        "priority": "medium",
        "announced": True,
    }
    return Alert(**(fields | changes))  # type: ignore[arg-type]


def beats(first: int, last: int) -> Iterator[tuple[int, Kind]]:
    """R-peaks every 200 samples; each tenth is ventricular-like."""
    for number in range(-(-first // RR), -(-last // RR)):
        yield number * RR, "ventricular-like" if number % 10 == 5 else "normal"


def step(start: int, stop: int) -> tuple[list[Event], list[Chunk]]:
    """Trace of ``start..stop`` and events of the beats decided in it."""
    index = np.arange(start, stop)
    trace = np.exp(-0.5 * (((index + RR // 2) % RR - RR // 2) / 2.0) ** 2).astype(np.float32)
    events: list[Event] = []
    for sample, kind in beats(max(start - DELAY, 1), max(stop - DELAY, 1)):
        events.append(beat_event(sample, kind, 0.97 if kind != "normal" else 0.1))
        if kind != "normal":
            events.append(alert(sample, kind))
    return events, [Chunk(start, trace)]


@pytest.fixture
def info() -> StreamInfo:
    return StreamInfo("100", "replay mitdb/100", FS, "MLII", "mV", 0, 450_000)


@pytest.fixture
def builder(info: StreamInfo) -> SnapshotBuilder:
    return SnapshotBuilder(info, delay="0.65 s", log_path="/home/anna/state/sibeat/alerts.jsonl")


@pytest.fixture
def feed() -> Callable[..., None]:
    """Feed a builder with seconds of the small heart."""

    def run(builder: SnapshotBuilder, from_s: float, to_s: float, chunk_s: float = 0.5) -> None:
        edges = np.arange(from_s, to_s + chunk_s / 2, chunk_s)
        for start, stop in pairwise(edges):
            builder.add_step(*step(round(start * FS), round(stop * FS)))

    return run


@pytest.fixture
def snapshot(builder: SnapshotBuilder, feed: Callable[..., None]) -> Snapshot:
    """Twenty seconds into the small heart, with two alerts."""
    feed(builder, 0, 20)
    builder.add_status(SourceStatus("streaming", 25, 1, 0, 3))
    return builder.snapshot()


@pytest.fixture
def make_beat() -> Callable[..., BeatEvent]:
    return beat_event


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    return alert


@pytest.fixture
def printed() -> Callable[..., str]:
    """What a terminal gets: plain text, or with escapes when a colour system is named."""

    def show(
        snapshot: Snapshot,
        width: int,
        height: int,
        look: Look | None = None,
        color_system: str | None = None,
    ) -> str:
        file = StringIO()
        console = Console(
            file=file,
            width=width,
            height=height,
            force_terminal=True,
            color_system=color_system,  # type: ignore[arg-type]
            no_color=color_system is None,
        )
        console.print(draw(snapshot, width, height, look or Look()))
        text = file.getvalue()
        return text if color_system else Text.from_ansi(text).plain

    return show

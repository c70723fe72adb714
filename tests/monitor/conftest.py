"""Streams with known hearts and faults, and a pipeline that notes at which length it said what."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item, StreamInfo
from sibeat.model.artefact import Student, load_student
from sibeat.monitor.events import Event
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings

AT_FLUSH = -1
Said: TypeAlias = list[tuple[Event, int]]
"""events, each with the length of the stream at which it came; AT_FLUSH where only flush gave it"""
Watch: TypeAlias = Callable[..., Said]

# amplitude mV, centre s from the R-peak, width s
NARROW = ((0.1, -0.16, 0.02), (1.0, 0.0, 0.011), (-0.25, 0.03, 0.01), (0.25, 0.27, 0.05))
WIDE = ((-1.6, 0.0, 0.035), (0.8, 0.09, 0.03), (0.4, 0.3, 0.06))
SHAPES = {"N": NARROW, "S": NARROW, "V": WIDE}


def draw_heart(
    fs: float, duration_s: float, beats: Iterable[tuple[float, str]], noise_mv: float = 0.004
) -> FloatArray:
    """Signal with beats at the given times, N narrow, S narrow, V wide."""
    t = np.arange(round(fs * duration_s)) / fs
    signal = np.random.default_rng(0).normal(0.0, noise_mv, len(t))
    for time_s, symbol in beats:
        for amplitude, centre, width in SHAPES[symbol]:
            signal += amplitude * np.exp(-0.5 * ((t - time_s - centre) / width) ** 2)
    return signal.astype(np.float32)


def recut(items: Iterable[Item], sizes: Iterator[int]) -> Iterator[Item]:
    """Cut chunks and gaps anew."""
    for item in items:
        at = item.start
        while at < item.stop:
            stop = min(item.stop, at + next(sizes))
            if isinstance(item, Chunk):
                yield Chunk(at, item.samples[at - item.start : stop - item.start])
            else:
                yield Gap(at, stop - at, item.reason)
            at = stop


def as_bits(event: Event) -> tuple[Any, ...]:
    """All that an event says, arrays as bytes, so that equal means equal to the bit."""
    values = (getattr(event, field.name) for field in fields(event))
    return (
        type(event).__name__,
        *(value.tobytes() if isinstance(value, np.ndarray) else value for value in values),
    )


@pytest.fixture(scope="session")
def student() -> Student:
    return load_student()


@pytest.fixture(scope="session")
def make_pipeline(student: Student) -> Callable[..., Pipeline]:
    def make(fs: float, first_sample: int = 0, **settings: Any) -> Pipeline:
        info = StreamInfo("made", "a test", fs, "II", first_sample=first_sample)
        return Pipeline(info, student, PipelineSettings(**settings))

    return make


@pytest.fixture(scope="session")
def watch(make_pipeline: Callable[..., Pipeline]) -> Watch:
    def run(items: Iterable[Item], fs: float, *, flush: bool = True, **settings: Any) -> Said:
        pipeline: Pipeline | None = None
        said: Said = []
        for item in items:
            pipeline = pipeline or make_pipeline(fs, item.start, **settings)
            said += [(event, item.stop) for event in pipeline.feed(item).events]
        pipeline = pipeline or make_pipeline(fs, **settings)
        if flush:
            said += [(event, AT_FLUSH) for event in pipeline.flush().events]
        return said

    return run


@pytest.fixture(scope="session")
def heart() -> Callable[..., FloatArray]:
    return draw_heart


@pytest.fixture(scope="session", name="recut")
def recut_fixture() -> Callable[..., Iterator[Item]]:
    return recut


@pytest.fixture(scope="session", name="as_bits")
def as_bits_fixture() -> Callable[[Event], tuple[Any, ...]]:
    return as_bits

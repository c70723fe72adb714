from dataclasses import replace
from typing import Never

import pytest

from sibeat.ecg.errors import OutputError, PortNotFound, RecordError
from sibeat.ecg.stream import Gap
from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.sinks.base import EntryKind
from sibeat.monitor.stopping import CTRL_C
from sibeat.monitor.summary import Unwritten
from tests.monitor.fake_session import (
    FakeDisplay,
    FakePipeline,
    FakeSink,
    FakeSource,
    chunk,
    make,
    sink_of,
)


def test_a_stream_is_processed_flushed_counted_and_everything_closed() -> None:
    source = FakeSource([chunk(1000, 100), Gap(1100, 50, "lead_off"), chunk(1150, 50)])
    session = make(source)
    outcome = session.run()
    sink = sink_of(session)
    assert sink.calls == ["start", "end 1200", "close"]
    assert [event.sample for event in sink.events] == [1100, 1100, 1200, 1200]
    assert sink.counts["beats"] == 3
    assert sink.counts["ended"] == "the end of the stream"
    assert outcome.error is None
    assert outcome.stopped_by is None
    assert outcome.summary is not None
    assert outcome.summary.duration_s == 2.0
    assert outcome.summary.loss.lead_off_s == 0.5
    assert outcome.summary.loss.reconnects == 2
    assert outcome.summary.warnings == ("odd",)
    assert source.closed.is_set()


def test_a_broken_source_gives_its_error_after_everything_was_written() -> None:
    error = RecordError("208.dat is short")
    session = make(FakeSource([chunk(1000, 100)], error))
    outcome = session.run()
    assert outcome.error is error
    assert len(sink_of(session).events) == 2
    assert sink_of(session).calls == ["start", "end 1100", "close"]
    assert "208.dat is short" in sink_of(session).counts["ended"]


def test_a_key_ends_an_endless_stream_cleanly() -> None:
    session = make(FakeSource([chunk(1000, 100)], endless=True), after=1)
    outcome = session.run()
    assert outcome.stopped_by == "q"
    assert sink_of(session).counts["ended"] == "q"
    assert sink_of(session).calls[-2:] == ["end 1100", "close"]
    assert isinstance(session.display, FakeDisplay)
    assert session.display.stopped == 1


def test_keys_are_taken_while_the_source_is_waited_for() -> None:
    session = make(FakeSource([]))
    assert isinstance(session.display, FakeDisplay)
    session.stop.ask("q")
    assert session.run().stopped_by == "q"
    assert (session.display.heard, session.display.stopped) == (1, 1)


def test_a_duration_cuts_the_last_chunk_and_ends_the_stream() -> None:
    source = FakeSource([chunk(1000, 100), chunk(1100, 100), chunk(1200, 100)], endless=True)
    session = make(source, duration_s=1.5)
    outcome = session.run()
    assert outcome.stop_sample == 1150
    assert sink_of(session).counts["ended"] == "--duration"


def test_a_source_that_cannot_be_opened_raises_and_everything_is_closed() -> None:
    source = FakeSource([])
    source.open_error = PortNotFound("no such port")
    session = make(source)
    with pytest.raises(PortNotFound):
        session.run()
    assert sink_of(session).calls == ["close"]


def test_an_output_that_cannot_be_begun_raises_before_anything_is_read() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    sink_of(session).start_error = OutputError("no")
    with pytest.raises(OutputError):
        session.run()
    assert sink_of(session).calls == ["start", "close"]


class Broken:
    """Raises what is no error of ours."""

    def __call__(self, *_: object) -> Never:
        raise ValueError("a bug")


@pytest.mark.parametrize("place", ["source", "pipeline", "flush", "sink", "display"])
def test_a_fault_of_the_program_is_raised_on_after_all_sinks_were_told(place: str) -> None:
    source = FakeSource([chunk(1000, 100)], ValueError("a bug") if place == "source" else None)
    session, bug = make(source), Broken()
    session = replace(session, sinks=[FakeSink(), FakeSink(), FakeSink()])
    pipeline = FakePipeline(source.info)
    broken = {
        "pipeline": (pipeline, "feed"),
        "flush": (pipeline, "flush"),
        "sink": (session.sinks[1], "take"),
        "display": (session.display, "show"),
    }
    if place in broken:
        setattr(*broken[place], bug)
    with pytest.raises(ValueError, match="a bug"):
        replace(session, make_pipeline=lambda _: pipeline).run()
    for sink in session.sinks:
        assert isinstance(sink, FakeSink)
        assert [call.split()[0] for call in sink.calls] == ["start", "end", "close"]
        assert sink.counts["ended"] == "broken off by ValueError('a bug')"


def test_an_output_that_cannot_be_begun_ends_those_that_were() -> None:
    session = replace(make(FakeSource([chunk(1000, 100)])), sinks=[FakeSink(), FakeSink()])
    first, second = session.sinks
    assert isinstance(first, FakeSink)
    assert isinstance(second, FakeSink)
    second.start_error = OutputError("no")
    with pytest.raises(OutputError):
        session.run()
    assert first.calls == ["start", "end 1000", "close"]
    assert first.counts["ended"] == "broken off by OutputError('no')"
    assert second.calls == ["start", "close"]


def test_a_sink_that_cannot_even_be_ended_keeps_no_other_from_its_end() -> None:
    session = replace(make(FakeSource([chunk(1000, 100)])), sinks=[FakeSink() for _ in range(3)])
    first, second, third = session.sinks
    second.end = Broken()  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="a bug"):
        session.run()
    for sink in (first, third):
        assert isinstance(sink, FakeSink)
        assert sink.calls == ["start", "end 1100", "close"]


def test_a_stop_before_the_stream_begins_has_no_summary() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    session.stop.ask(CTRL_C)
    outcome = session.run()
    assert outcome.summary is None
    assert outcome.stopped_by == CTRL_C


def test_the_users_marks_go_to_the_sinks_at_the_sample_they_were_made() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    session.marks.append(1040)
    session.run()
    marks = [event for event in sink_of(session).events if isinstance(event, RhythmEvent)]
    assert marks == [RhythmEvent("mark", 1040, 1100, "information", False)]


def test_what_the_disk_never_took_is_counted_by_its_kind() -> None:
    session = make(FakeSource([chunk(0, 100)]))
    kinds: list[EntryKind | None] = ["annotations", "annotations", "recorded_blocks", None]
    sinks = [FakeSink() for _ in kinds]
    for sink, kind in zip(sinks, kinds, strict=True):
        sink.entries, sink.n_lost = kind, 2
    outcome = replace(session, sinks=sinks).run()
    assert outcome.summary is not None
    assert outcome.summary.unwritten == Unwritten(annotations=4, recorded_blocks=2)

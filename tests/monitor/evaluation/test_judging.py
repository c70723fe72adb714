"""A record judged end to end: by hand, and the first minutes of real ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.ec57 import compare
from sibeat.ecg.errors import RecordError
from sibeat.model.artefact import Student
from sibeat.monitor.evaluation.figures import figures
from sibeat.monitor.evaluation.hearing import Heard, Listener, hear
from sibeat.monitor.evaluation.judging import (
    Conditions,
    RecordEvaluation,
    evaluate_record,
    judge_record,
)
from sibeat.monitor.events import BeatFinal, Event, GapEvent, Kind, QualityEvent
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sinks.annotations import SYMBOLS, AnnotationSink

FS = 360.0
SETTINGS = PipelineSettings()


def heard(beats: list[tuple[float, Kind, float]], duration_s: float, fs: float = FS) -> Heard:
    """A monitor that found beats at given seconds, with their kinds and scores."""
    listener = Listener(fs)
    for time_s, kind, score in beats:
        sample = round(time_s * fs)
        listener.take(BeatFinal(sample, sample + 300, score, 0.0, 0.0, kind, None))
    return listener.heard(round(duration_s * fs))


def truth(beats: str, first_s: int = 301) -> Annotations:
    """Reference beats, one a second."""
    samples = [round((first_s + k) * FS) for k in range(len(beats))]
    return Annotations.of(samples, beats, fs=FS)


def test_kinds_are_judged_as_the_annotations_that_the_monitor_writes() -> None:
    said = heard(
        [
            (301, "normal", 0.1),
            (302, "ventricular-like", 0.9),
            (303, "supraventricular-like", 0.8),
            (304, "abnormal", 0.7),
            (304.6, "normal", 0.2),
        ],
        320,
    )
    report = judge_record("made", "II", truth("NVANN"), said).report
    assert report.count("N", "n") == report.count("V", "v") == report.count("S", "s") == 1
    assert report.count("N", "q") == 1
    assert report.count("N", "o") == report.count("O", "n") == 1


def test_scores_are_of_matched_beats_of_the_whole_record() -> None:
    said = heard([(1, "normal", 0.1), (2, "ventricular-like", 0.9), (2.5, "normal", 0.3)], 10)
    judged = judge_record("made", "II", truth("NVA", first_s=1), said)
    assert judged.scores.tolist() == [0.1, 0.9]
    assert judged.classes.tolist() == ["N", "V"]
    assert judged.found.tolist() == [True, True, False]


def test_a_stream_at_another_rate_is_judged_on_the_references_index() -> None:
    beats: list[tuple[float, Kind, float]] = [(301 + k, "normal", 0.1) for k in range(5)]
    judged = judge_record("made", "II", truth("NNNNN"), heard(beats, 320, fs=125.0))
    assert judged.report.count("N", "n") == 5
    np.testing.assert_allclose(judged.offsets_ms, 0.0, atol=3.0)
    assert judged.duration_s == 320


LOST: list[list[Event]] = [
    [
        QualityEvent(round(302.5 * FS), 0, "flat", "good"),
        QualityEvent(round(304.5 * FS), 0, "good", "flat"),
    ],
    [
        GapEvent(round(302.5 * FS), 0, round(2 * FS), "reconnect", bridged=False),
        QualityEvent(round(310 * FS), 0, "noisy", "good"),
    ],
]


@pytest.mark.parametrize("events", LOST)
@pytest.mark.parametrize("fs", [FS, 125.0])
def test_beats_missed_while_the_monitor_was_shut_down_are_counted_apart(
    events: list[Event], fs: float
) -> None:
    listener = Listener(fs)
    for event in events:
        scaled = {"sample": round(event.sample * fs / FS)}
        if isinstance(event, GapEvent):
            scaled["n_samples"] = round(event.n_samples * fs / FS)
        listener.take(replace(event, **scaled))
    for second in (301, 302, 305):
        at = round(second * fs)
        listener.take(BeatFinal(at, at + 1, 0.1, 0.0, 0.0, "normal", None))
    judged = judge_record("made", "II", truth("NVNNNN"), listener.heard(round(307 * fs)))
    report = judged.report
    assert (report.count("N", "x"), report.count("NV", "o")) == (2, 1)
    assert report.shutdown_s == pytest.approx(2.0, abs=0.02)
    ec57 = figures([judged])["ec57"]
    assert ec57["shutdown"] == {"seconds": report.shutdown_s, "missed": 2}
    assert ec57["gross"]["QRS sensitivity"] == 50.0  # a miss is a miss


def test_noisy_signal_is_no_shutdown() -> None:
    listener = Listener(FS)
    listener.take(QualityEvent(round(300 * FS), 0, "noisy", "good"))
    report = judge_record("made", "II", truth("NN"), listener.heard(round(304 * FS))).report
    assert (report.count("N", "x"), report.count("N", "o")) == (0, 2)
    assert report.shutdown_s is None


def test_what_was_not_heard_is_not_missed() -> None:
    judged = judge_record("made", "II", truth("NNNNN"), heard([(301, "normal", 0.1)], 301.5))
    assert judged.report.count("N", "o") == 0
    assert judged.expected.tolist() == ["N"]


@pytest.fixture(scope="module")
def record_119(mitdb: Path, student: Student) -> RecordEvaluation:
    """The first six minutes of 119: normal beats and ventricular bigeminy."""
    conditions = Conditions(chunk_s=10.0, duration_s=360.0)
    return evaluate_record(mitdb / "119", student, SETTINGS, conditions)


def test_a_real_record_end_to_end(record_119: RecordEvaluation) -> None:
    found = figures([record_119])
    assert record_119.lead == "MLII"
    assert found["ec57"]["gross"]["QRS sensitivity"] > 99
    assert found["ec57"]["gross"]["VEB sensitivity"] > 90
    assert found["scores"]["per_class"]["V"]["auc"] > 0.97
    assert found["delay_s"]["provisional"]["p99"] < 0.75
    assert found["position"]["median_samples"] <= 3
    assert found["alarms"]["by_reference"]["V"] > 50


@pytest.mark.no_cover
def test_chunks_of_a_serial_port_give_the_same_figures(
    record_119: RecordEvaluation, mitdb: Path, student: Student
) -> None:
    conditions = Conditions(chunk_s=0.04, duration_s=360.0)
    live = figures([evaluate_record(mitdb / "119", student, SETTINGS, conditions)])
    whole = figures([record_119])
    del live["real_time_factor"], whole["real_time_factor"]
    assert live == whole


@pytest.mark.parametrize("conditions", [{"invert": True}, {"resample_hz": 250.0}])
def test_beats_are_found_in_altered_records(
    conditions: dict[str, float], mitdb: Path, student: Student
) -> None:
    altered = Conditions(chunk_s=10.0, duration_s=360.0, **conditions)  # type: ignore[arg-type]
    judged = evaluate_record(mitdb / "119", student, SETTINGS, altered)
    assert figures([judged])["ec57"]["gross"]["QRS sensitivity"] > 99


def test_the_figures_are_those_of_the_file_that_the_monitor_writes(
    mitdb: Path, tmp_path: Path, student: Student
) -> None:
    from sibeat.ecg.record import open_record
    from sibeat.ecg.stream import StreamInfo

    record = open_record(mitdb / "208")
    said = hear(record, student, SETTINGS, chunk_s=10.0, duration_s=360.0)
    sink = AnnotationSink(tmp_path)
    sink.start(StreamInfo("208", "test", record.fs, record.lead), {})
    for beat in said.beats:
        sink.take(beat)
    sink.close()
    written = read_annotations(tmp_path / "208", "sib")
    reference = read_annotations(mitdb / "208", "atr")
    heard_until = np.searchsorted(reference.samples, said.n_samples)
    cut = Annotations.of(
        reference.samples[:heard_until], reference.symbols[:heard_until], fs=record.fs
    )
    judged = judge_record("208", record.lead, reference, said)
    np.testing.assert_array_equal(judged.report.beats, compare(cut, written).beats)
    assert set(written.symbols) <= set(SYMBOLS.values())


def test_a_record_without_annotations_is_a_record_error(tmp_path: Path, student: Student) -> None:
    with pytest.raises(RecordError, match=r"nowhere\.atr"):
        evaluate_record(tmp_path / "nowhere", student, SETTINGS, Conditions())

from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.annotation_file import AnnotationWriter
from sibeat.ecg.errors import RecordError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.monitor.recording.exporting import (
    EdfOutput,
    Scale,
    Span,
    WfdbOutput,
    beats_in,
    copy,
    look,
    merged_gaps,
)

VALUES = np.sin(np.arange(3000) / 20).astype(np.float32)
ITEMS: list[Item] = [
    Chunk(0, VALUES[:700]),
    Gap(700, 100, "silence"),
    Gap(800, 50, "silence"),
    Gap(850, 10, "lead_off"),
    Chunk(860, VALUES[860:1000]),
    Chunk(1000, VALUES[1000:]),
]


def span_of(values: list[float]) -> Span:
    return look([Chunk(0, np.array(values, np.float32)), Gap(len(values), 10, "dropped")])


def test_contiguous_gaps_of_one_reason_are_one() -> None:
    merged = list(merged_gaps(ITEMS))
    assert merged[1:3] == [Gap(700, 150, "silence"), Gap(850, 10, "lead_off")]
    assert len(merged) == 5


@given(st.lists(st.floats(-1e6, 1e6, width=32), max_size=20), st.sampled_from(["mV", "a.u."]))
def test_every_value_finds_its_step(values: list[float], unit: str) -> None:
    scale = Scale.of(span_of(values), unit)
    for value in values:
        step = round(value * scale.gain) + scale.baseline
        assert -32_768 < step <= 32_767
        assert scale.value(step) == pytest.approx(value, abs=0.51 / scale.gain)


def test_whole_numbers_are_kept_and_millivolts_get_the_usual_gain() -> None:
    assert Scale.of(span_of([0.0, 1023.0]), "a.u.").gain == 1.0
    assert Scale.of(span_of([-1.5, 3.0, np.nan]), "mV") == Scale(2000.0, 0)
    assert Scale.of(span_of([-180.0, -170.0]), "mV").gain == pytest.approx(6553.4)
    assert Scale.of(span_of([]), "mV") == Scale(2000.0, 0)
    assert Scale.of(span_of([]), "a.u.") == Scale(1.0, 0)


def test_no_step_is_finer_than_what_a_sample_can_hold(tmp_path: Path) -> None:
    values = np.array([300.0, np.nextafter(np.float32(300), np.float32(301))], np.float32)
    scale = Scale.of(span_of(values.tolist()), "mV")
    assert abs(scale.baseline) < 2**24  # WFDB's own programs hold it in 32 bits
    output = EdfOutput(tmp_path / "r.edf", StreamInfo("s", "recording s", 250.0, "II"), scale)
    copy([Chunk(0, values)], beats_in(None), output)
    output.close()
    assert open_record(tmp_path / "r.edf").read() == pytest.approx(values, abs=1e-4)


@pytest.fixture
def beats(tmp_path: Path) -> Path:
    with AnnotationWriter(tmp_path / "s.sib", 250.0) as writer:
        for sample in (10, 600, 1500, 2990, 5000):
            writer.write(sample, "V", "s=0.9")
    return tmp_path / "s.sib"


def test_a_wfdb_record_holds_samples_gaps_and_beats(tmp_path: Path, beats: Path) -> None:
    info = StreamInfo("s", "recording s", 250.0, "II")
    output = WfdbOutput(tmp_path / "out" / "rec", info, Scale(2000.0, 0), True)
    assert copy(ITEMS, beats_in(beats), output) == 3000
    output.close()
    record = open_record(tmp_path / "out" / "rec")
    read = record.read()
    assert (record.unit, record.lead, record.fs) == ("mV", "II", 250.0)
    assert np.flatnonzero(np.isnan(read)).tolist() == list(range(700, 860))
    valid = ~np.isnan(read)
    assert np.all(np.abs(read - VALUES)[valid] <= 0.00026)
    assert wfdb.rdann(str(tmp_path / "out" / "rec"), "sib").sample.tolist() == [10, 600, 1500, 2990]
    gaps = wfdb.rdann(str(tmp_path / "out" / "rec"), "gap")
    assert gaps.aux_note == ["silence 150 samples", "lead_off 10 samples"]
    assert gaps.sample.tolist() == [700, 850]


@pytest.fixture
def unfit(tmp_path: Path) -> Path:
    with AnnotationWriter(tmp_path / "s.sib", 250.0) as writer:
        for sample, subtype in ((10, -1), (600, 1), (1500, 0)):
            writer.write(sample, "~", "", subtype)
    return tmp_path / "s.sib"


def test_where_the_signal_is_unfit_stays_known(tmp_path: Path, unfit: Path) -> None:
    info = StreamInfo("s", "recording s", 250.0, "II")
    output = WfdbOutput(tmp_path / "rec", info, Scale(2000.0, 0), True)
    copy(ITEMS, beats_in(unfit), output)
    output.close()
    marks = wfdb.rdann(str(tmp_path / "rec"), "sib")
    assert list(zip(marks.sample, marks.subtype, strict=True)) == [(10, -1), (600, 1), (1500, 0)]


def test_an_edf_says_where_the_signal_is_unfit(tmp_path: Path, unfit: Path) -> None:
    import edfio

    info = StreamInfo("s", "recording s", 250.0, "II")
    output = EdfOutput(tmp_path / "rec.edf", info, Scale(2000.0, 0))
    copy([Chunk(0, VALUES)], beats_in(unfit), output)
    output.close()
    told = [(a.onset, a.text) for a in edfio.read_edf(tmp_path / "rec.edf").annotations]
    assert told == [(0.04, "~ -1"), (2.4, "~ 1"), (6.0, "~ 0")]


def test_annotations_that_cannot_be_written_again_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "s.atr"
    foreign.write_bytes((42 << 10 | 5).to_bytes(2, "little") + b"\0\0")  # a code of one's own
    info = StreamInfo("s", "recording s", 250.0, "II")
    output = WfdbOutput(tmp_path / "rec", info, Scale(2000.0, 0), True)
    with pytest.raises(RecordError, match="leave --annotations out"):
        copy(ITEMS, beats_in(foreign), output)
    output.close()


def test_a_record_may_begin_with_a_gap(tmp_path: Path) -> None:
    info = StreamInfo("s", "recording s", 250.0, "II")
    output = WfdbOutput(tmp_path / "rec", info, Scale(2000.0, 0), False)
    assert copy([Gap(0, 700, "lead_off"), Chunk(700, VALUES[700:])], beats_in(None), output) == 3000
    output.close()
    assert np.isnan(open_record(tmp_path / "rec").read()[:700]).all()
    gaps = wfdb.rdann(str(tmp_path / "rec"), "gap")
    assert gaps.sample.tolist() == [1]
    assert gaps.aux_note == ["lead_off 700 samples, from sample 0 on"]


def test_arbitrary_units_stay_arbitrary_in_wfdb(tmp_path: Path) -> None:
    info = StreamInfo("s", "recording s", 250.0, "A1", "a.u.")
    values = np.arange(40_000, 40_500, dtype=np.float32)
    scale = Scale.of(look([Chunk(0, values)]), "a.u.")
    output = WfdbOutput(tmp_path / "rec", info, scale, False)
    copy([Chunk(0, values)], beats_in(None), output)
    output.close()
    record = open_record(tmp_path / "rec")
    assert record.unit == "a.u."
    assert np.array_equal(record.read(), values)
    assert not (tmp_path / "rec.sib").exists()


def test_an_edf_holds_samples_gaps_and_beats(tmp_path: Path, beats: Path) -> None:
    import edfio

    info = StreamInfo("s", "recording s", 250.0, "II")
    output = EdfOutput(tmp_path / "rec.edf", info, Scale(2000.0, 0))
    copy(ITEMS, beats_in(beats), output)
    output.close()
    record = open_record(tmp_path / "rec.edf")
    read = record.read()
    assert (record.unit, record.fs) == ("mV", 250.0)
    valid = np.r_[0:700, 860:3000]
    assert np.all(np.abs(read[valid] - VALUES[valid]) <= 0.00026)
    told = [(a.onset, a.duration, a.text) for a in edfio.read_edf(tmp_path / "rec.edf").annotations]
    assert told == [
        (0.04, None, "V s=0.9"),
        (2.4, None, "V s=0.9"),
        (2.8, 0.6, "gap: silence"),
        (3.4, 0.04, "gap: lead_off"),
        (6.0, None, "V s=0.9"),
        (11.96, None, "V s=0.9"),
    ]

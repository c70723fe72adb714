"""Where an EDF's numbers lie by its header, and headers that are none."""

import contextlib
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sibeat.ecg.edf_layout import read_layout, record_onsets
from sibeat.ecg.errors import RecordError, SibeatError
from sibeat.ecg.record import open_record

SECONDS = 3


def write(path: Path, *, annotated: bool = False) -> edfio.Edf:
    """Write a breath at 100 Hz and an ECG at 200 Hz, in data records of a second."""
    rng = np.random.default_rng(3)
    signals = [
        edfio.EdfSignal(rng.normal(size=rate * SECONDS), rate, label=label)
        for rate, label in ((100, "Resp"), (200, "ECG II"))
    ]
    notes = [edfio.EdfAnnotation(1, None, "x")] if annotated else None
    made = edfio.Edf(signals, annotations=notes)
    made.write(path)
    return made


def test_codes_lie_where_the_layout_says(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    made = write(path)
    layout = read_layout(path)
    assert (layout.labels, layout.samples) == (("Resp", "ECG II"), (100, 200))
    assert (layout.n_records, layout.record_s, layout.annotation) == (SECONDS, 1.0, None)
    with path.open("rb") as file:
        codes = layout.digital(file, 1, 0, SECONDS)
        later = layout.digital(file, 1, 1, 1)
    np.testing.assert_array_equal(codes.ravel(), made.signals[1].digital)
    np.testing.assert_array_equal(later, codes[1:2])


def test_annotations_are_no_lead_and_tell_when_each_data_record_begins(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    write(path, annotated=True)
    layout = read_layout(path)
    names = [layout.labels[lead] for lead in layout.leads]
    assert names == ["Resp", "ECG II"]
    with path.open("rb") as file:
        assert record_onsets(layout, file).tolist() == [0.0, 1.0, 2.0]


def test_a_data_record_without_its_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    write(path)  # has no annotations
    data = bytearray(path.read_bytes())
    data[192:197] = b"EDF+D"
    path.write_bytes(data)

    with pytest.raises(RecordError, match="does not say when it begins"):
        open_record(path)


def test_a_file_of_annotations_alone_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "notes.edf"
    edfio.Edf([], annotations=[edfio.EdfAnnotation(1, None, "x")]).write(path)

    with pytest.raises(RecordError, match="0 signals beside annotations"):
        read_layout(path)


@pytest.mark.parametrize(("n_bytes", "needed"), [(100, 256), (300, 768)])
def test_a_header_that_is_cut_off_says_where(tmp_path: Path, n_bytes: int, needed: int) -> None:
    write(tmp_path / "night.edf")
    data = (tmp_path / "night.edf").read_bytes()
    (tmp_path / "cut.edf").write_bytes(data[:n_bytes])
    with pytest.raises(RecordError, match=f"ends after {n_bytes} bytes.* expected {needed}"):
        read_layout(tmp_path / "cut.edf")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 256 * 3 - 1), new=st.binary(min_size=1, max_size=8))
@example(at=492, new=b"e")  # a physical maximum beyond float32
def test_a_damaged_header_is_never_a_crash(tmp_path: Path, at: int, new: bytes) -> None:
    path = tmp_path / "night.edf"
    if not path.exists():
        write(path)
    data = path.read_bytes()
    (tmp_path / "hurt.edf").write_bytes(data[:at] + new + data[at + len(new) :])
    with contextlib.suppress(SibeatError):
        open_record(tmp_path / "hurt.edf").read()

"""What is written is read back by edfio, which knows nothing of the writer."""

from datetime import UTC, datetime
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.edf_layout import END_OF_SIGNAL, INVALID
from sibeat.ecg.edf_writer import EdfSignal, EdfWriter, record_length
from sibeat.ecg.errors import OutputError

START = datetime(2024, 3, 1, 12, 30, 5, 250_000, tzinfo=UTC)
FULL = Path("/dev/full")
MV = EdfSignal(250.0, "II", "mV", -16.384, 16.3835, START)


def read(path: Path) -> tuple[edfio.Edf, edfio.EdfSignal]:
    edf = edfio.read_edf(path)
    (signal,) = edf.signals
    return edf, signal


def test_samples_time_and_annotations_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    samples = rng.normal(0, 1, 2500).astype(np.float32)
    samples[1000:1100] = np.nan
    with EdfWriter(tmp_path / "a" / "x.edf", MV) as writer:
        writer.annotate(0.5, "N s=0.1")
        writer.annotate(4.0, "gap: silence", 0.4)
        for part in np.split(samples, [1, 8, 250, 1111]):
            writer.write(part)
    edf, signal = read(tmp_path / "a" / "x.edf")
    assert (signal.label, signal.physical_dimension) == ("ECG II", "mV")
    assert signal.sampling_frequency == 250
    assert edf.startdate == START.date()
    assert edf.starttime == START.time()
    off = np.isnan(samples)
    assert np.array_equal(signal.digital[off], np.full(100, INVALID))
    assert np.all(np.abs(signal.data[~off] - samples[~off]) <= 0.00026)
    assert [(a.onset, a.duration, a.text) for a in edf.annotations] == [
        (0.5, None, "N s=0.1"),
        (4.0, 0.4, "gap: silence"),
    ]


def test_steps_of_whole_numbers_come_back_exactly(tmp_path: Path) -> None:
    samples = np.arange(0, 65_535, dtype=np.float32)
    signal = EdfSignal(1000.0, "A1", "", -1.0, 65_534.0)
    with EdfWriter(tmp_path / "x.edf", signal) as writer:
        writer.write(samples)
    _, read_back = read(tmp_path / "x.edf")
    assert np.array_equal(np.round(read_back.data[: len(samples)]), samples)


def test_the_last_data_record_is_filled_with_what_is_not_valid(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "x.edf", MV) as writer:
        writer.write(np.zeros(251, np.float32))
    edf, signal = read(tmp_path / "x.edf")
    assert len(signal.digital) % 250 == 0
    assert np.all(signal.digital[251:] == INVALID)
    assert [(a.onset, a.text) for a in edf.annotations] == [(251 / 250, END_OF_SIGNAL)]


def test_more_annotations_than_a_data_record_holds_go_into_the_next(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "x.edf", MV) as writer:
        for number in range(100):
            writer.annotate(number / 100, f"annotation {number}")
        writer.write(np.zeros(500, np.float32))
    edf, _ = read(tmp_path / "x.edf")
    *told, last = [(a.onset, a.text) for a in edf.annotations]
    assert told == [(number / 100, f"annotation {number}") for number in range(100)]
    assert last == (2.0, END_OF_SIGNAL)


def test_a_file_that_was_not_closed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    writer = EdfWriter(tmp_path / "x.edf", MV)
    writer.write(np.ones(1000, np.float32))
    writer._file.flush()
    with pytest.warns(UserWarning, match="data records"):
        _, signal = read(tmp_path / "x.edf")
    assert len(signal.data) >= 750
    writer.close()
    writer.close()


def test_an_unknown_start_is_anonymous(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "x.edf", EdfSignal(250.0, "II", "mV", -1.0, 1.0)) as writer:
        writer.write(np.zeros(250, np.float32))
    edf, _ = read(tmp_path / "x.edf")
    with pytest.raises(edfio.AnonymizedDateError):
        _ = edf.startdate


@given(st.floats(100, 2000))
def test_a_data_record_is_as_long_as_its_samples(fs: float) -> None:
    n_samples, text = record_length(fs)
    assert len(text) <= 8
    assert float(text) * fs == pytest.approx(n_samples, rel=5e-7)


def test_rates_of_boards_are_kept_exactly() -> None:
    for fs in (125.0, 128.0, 250.0, 256.0, 360.0, 500.0, 1000.0):
        n_samples, text = record_length(fs)
        assert n_samples / float(text) == fs


def test_a_range_that_no_header_holds_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="export as WFDB"):
        EdfWriter(tmp_path / "x.edf", EdfSignal(250.0, "II", "", -1e12, 1e12))


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        EdfWriter(tmp_path / "file" / "x.edf", MV)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here to stand for a full disk")
@pytest.mark.parametrize("seconds", [1, 100])
def test_a_full_disk_is_told_and_the_file_is_closed(seconds: int) -> None:
    """What is short waits in memory until the end, and fails only there."""
    writer = EdfWriter(FULL, MV)
    with pytest.raises(OutputError, match=r"cannot write /dev/full .*No space left"), writer:
        writer.write(np.zeros(250 * seconds, np.float32))
    writer.close()
    assert writer._file.closed

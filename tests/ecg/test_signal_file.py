"""Records written block by block: wfdb reads what was written."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import wfdb

from sibeat.ecg.errors import OutputError, UsageError
from sibeat.ecg.record import open_record
from sibeat.ecg.signal_file import GAIN, SignalWriter
from sibeat.ecg.stream import FloatArray


@pytest.fixture
def signal() -> FloatArray:
    made = np.random.default_rng(1).normal(0, 1, 5000).astype(np.float32)
    made[1000:1100] = np.nan
    return made


@pytest.mark.parametrize("n_block", [1, 97, 5000])
def test_wfdb_reads_what_was_written(tmp_path: Path, signal: FloatArray, n_block: int) -> None:
    path = tmp_path / "made" / "rec_1"
    with SignalWriter(path, 257.5, "II", ("first", "second")) as writer:
        for start in range(0, len(signal), n_block):
            writer.write(signal[start : start + n_block])
    read = wfdb.rdrecord(str(path))
    assert read.fs == 257.5
    assert read.sig_name == ["II"]
    assert read.units == ["mV"]
    assert read.comments == ["first", "second"]
    assert np.nanmax(np.abs(read.p_signal[:, 0] - signal)) <= 0.5 / GAIN + 1e-6
    assert np.array_equal(np.isnan(read.p_signal[:, 0]), np.isnan(signal))
    digital = wfdb.rdrecord(str(path), physical=False)
    assert digital.init_value == [digital.d_signal[0, 0]]
    assert digital.calc_checksum() == [digital.checksum[0] % 65536]


@pytest.mark.parametrize("microsecond", [0, 81_837])
def test_the_start_is_on_the_record_line(tmp_path: Path, microsecond: int) -> None:
    start = datetime(2026, 1, 2, 3, 4, 5, microsecond, UTC)
    with SignalWriter(tmp_path / "rec", 250, "II", start_time=start) as writer:
        writer.write(np.zeros(10, np.float32))
    assert wfdb.rdheader(str(tmp_path / "rec")).base_datetime == start.replace(tzinfo=None)
    assert open_record(tmp_path / "rec").start_time == start


def test_what_is_too_large_is_clipped_not_wrapped(tmp_path: Path) -> None:
    with SignalWriter(tmp_path / "big", 100, "II") as writer:
        writer.write(np.array([100.0, -100.0, np.inf], np.float32))
    read = wfdb.rdrecord(str(tmp_path / "big")).p_signal[:, 0]
    assert np.array_equal(np.sign(read), [1, -1, 1])
    assert np.all(np.abs(read) > 16)


def test_an_interrupted_record_is_whole(tmp_path: Path, signal: FloatArray) -> None:
    def interrupted() -> None:
        with SignalWriter(tmp_path / "cut", 250, "II") as writer:
            writer.write(signal[:777])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert wfdb.rdrecord(str(tmp_path / "cut")).sig_len == 777


@pytest.mark.parametrize("name", ["a.b", "a b", "rec.dat", "é"])
def test_names_that_wfdb_refuses_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a WFDB record"):
        SignalWriter(tmp_path / name, 250, "II")


def test_a_folder_is_no_name_of_a_record(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{tmp_path} is a folder.*{tmp_path}/NAME"):
        SignalWriter(tmp_path, 250, "II")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write the record"):
        SignalWriter(tmp_path / "file" / "rec", 250, "II")


def test_a_full_disk_is_told() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system to stand for a full disk")
    writer = SignalWriter.__new__(SignalWriter)
    writer._path = Path("rec")
    writer._gain, writer._baseline = 2000.0, 0
    writer._file = full.open("wb", buffering=0)
    with writer._file, pytest.raises(OutputError, match="No space left"):
        writer.write(np.zeros(10, np.float32))

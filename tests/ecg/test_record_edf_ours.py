"""EDF+ files that we wrote: what is not valid in them, and where their signal ends."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.edf_layout import END_OF_SIGNAL
from sibeat.ecg.edf_writer import EdfSignal, EdfWriter
from sibeat.ecg.errors import RecordError
from sibeat.ecg.record import open_record

OURS = EdfSignal(250.0, "II", "mV", -16.384, 16.3835, datetime(2024, 3, 1, 12, 30, 5, 250_000, UTC))


def write_ours(path: Path, samples: np.ndarray, signal: EdfSignal = OURS, notes: int = 0) -> None:
    """Write a file as an export does, with some annotations at its end."""
    with EdfWriter(path, signal) as writer:
        writer.write(samples.astype(np.float32))
        for number in range(notes):
            writer.annotate(len(samples) / signal.fs, f"annotation {number}")


@pytest.mark.parametrize("fs", [250.0, 257.3, 999.9])
@pytest.mark.parametrize("n_samples", [1, 5000, 5001, 99_999])
@pytest.mark.parametrize("notes", [0, 1, 50])
def test_what_only_fills_our_last_data_record_is_no_signal(
    tmp_path: Path, fs: float, n_samples: int, notes: int
) -> None:
    write_ours(tmp_path / "x.edf", np.zeros(n_samples), replace(OURS, fs=fs), notes)
    record = open_record(tmp_path / "x.edf")
    assert record.n_samples == n_samples
    assert np.array_equal(np.isnan(record.read()), np.zeros(n_samples, bool))
    assert len(record.read(n_samples - 1)) == 1


def test_what_we_wrote_as_not_valid_is_read_so(tmp_path: Path) -> None:
    samples = np.sin(np.arange(40_001) / 10)
    samples[0] = -100.0  # clipped, not lost
    samples[20_000:25_000] = np.nan
    samples[39_900:] = np.nan
    write_ours(tmp_path / "x.edf", samples)
    record = open_record(tmp_path / "x.edf")
    whole = record.read()
    assert np.array_equal(np.isnan(whole), np.isnan(samples))
    for block_samples in (1, 7, 1009):
        blocks = list(record.blocks(19_990, 20_100, block_samples))
        np.testing.assert_array_equal(np.concatenate(blocks), whole[19_990:20_100])


def test_the_lowest_code_of_others_is_a_sample(tmp_path: Path) -> None:
    write_ours(tmp_path / "x.edf", np.array([0.0, np.nan, 1.0]))
    data = (tmp_path / "x.edf").read_bytes()
    (tmp_path / "x.edf").write_bytes(data.replace(b"X X sibeat", b"X X others"))
    record = open_record(tmp_path / "x.edf")
    assert record.n_samples == 250
    assert record.read()[1] == pytest.approx(-16.384)


def test_ours_that_is_cut_off_or_was_not_closed_has_no_stated_end(tmp_path: Path) -> None:
    write_ours(tmp_path / "x.edf", np.zeros(1001))
    data = (tmp_path / "x.edf").read_bytes()
    (tmp_path / "cut.edf").write_bytes(data[:-100])
    assert open_record(tmp_path / "cut.edf").n_samples == 1250
    with pytest.raises(RecordError, match="truncated: got 1000"):
        open_record(tmp_path / "cut.edf").read()
    (tmp_path / "open.edf").write_bytes(data[:236] + b"-1      " + data[244:-100])
    assert len(open_record(tmp_path / "open.edf").read()) == 1000


@pytest.mark.parametrize("onset", [b"+99999", b"-99999", b"+4,004", b"+4e999", b"   nan"])
def test_a_stated_end_that_cannot_be_is_no_crash(tmp_path: Path, onset: bytes) -> None:
    write_ours(tmp_path / "x.edf", np.zeros(1001), replace(OURS, start_time=None))
    data = (tmp_path / "x.edf").read_bytes()
    said = b"+4.004\x14" + END_OF_SIGNAL.encode()
    assert data.count(said) == 1
    (tmp_path / "x.edf").write_bytes(data.replace(said, onset + said[6:]))
    assert open_record(tmp_path / "x.edf").n_samples in (0, 1250)

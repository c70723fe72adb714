"""WFDB records: the real database, and what wfdb writes in every format."""

import contextlib
import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import RecordError, SibeatError, UsageError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Gap

N = 1000


def write(folder: Path, name: str = "rec", fmt: str = "16", **fields: Any) -> np.ndarray:
    """Write a record of two leads as wfdb does; gives what wfdb reads back, (n_samples, 2)."""
    rng = np.random.default_rng(1)
    signal = np.round(np.cumsum(rng.normal(size=(N, 2)), axis=0)) / 10
    units = fields.pop("units", ["mV", "mV"])
    wfdb.wrsamp(
        name,
        fs=fields.pop("fs", 250),
        units=units,
        sig_name=fields.pop("sig_name", ["I", "II"]),
        p_signal=signal,
        fmt=[fmt, fmt],
        adc_gain=[2.0, 2.0] if fmt == "80" else [10.0, 10.0],
        baseline=[0, 0],
        write_dir=str(folder),
        **fields,
    )
    read: np.ndarray = wfdb.rdrecord(str(folder / name)).p_signal
    return read


def test_a_real_record_equals_what_wfdb_reads_at_once(mitdb: Path) -> None:
    record = open_record(mitdb / "208")

    assert (record.name, record.fs, record.unit) == ("208", 360.0, "mV")
    assert (record.leads, record.lead) == (("MLII", "V1"), "MLII")
    assert (record.n_samples, record.start_time) == (650_000, None)
    whole = wfdb.rdrecord(str(mitdb / "208"), channels=[0]).p_signal[:, 0]
    np.testing.assert_array_equal(record.read(), whole.astype(np.float32))


def test_record_114_has_its_leads_swapped(mitdb: Path) -> None:
    assert (open_record(mitdb / "114").lead, open_record(mitdb / "114", 0).lead) == ("MLII", "V5")


@pytest.mark.parametrize("suffix", ["", ".hea", ".dat"])
def test_a_record_is_named_with_or_without_extension(mitdb: Path, suffix: str) -> None:
    assert open_record(f"{mitdb / '100'}{suffix}").name == "100"


@pytest.mark.parametrize("block_samples", [1, 7, 1009, 30_000])
def test_blocks_of_any_length_from_anywhere_are_the_same(mitdb: Path, block_samples: int) -> None:
    record = open_record(mitdb / "119")
    start, stop = 21_599, 21_601 + 3 * block_samples

    blocks = list(record.blocks(start, stop, block_samples))

    np.testing.assert_array_equal(np.concatenate(blocks), record.read()[start:stop])


def test_every_record_of_the_database_opens_with_a_lead_that_is_there(mitdb: Path) -> None:
    for header in mitdb.glob("*.hea"):
        record = open_record(header)
        assert record.lead in record.leads
        assert len(next(record.blocks(649_990))) == 10


@pytest.mark.parametrize("fmt", ["80", "212", "16", "24", "32", "516"])
def test_every_format_that_wfdb_writes_is_read(tmp_path: Path, fmt: str) -> None:
    expected = write(tmp_path, fmt=fmt)
    record = open_record(tmp_path / "rec")

    np.testing.assert_array_equal(record.read(), expected[:, 1].astype(np.float32))
    np.testing.assert_array_equal(record.read(3, 77), expected[3:77, 1].astype(np.float32))


def test_differences_of_format_8_add_up_over_blocks(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    steps = rng.integers(-20, 21, 50_000).astype(np.int8)
    steps.tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text("rec 1 250 50000\nrec.dat 8 200(5)/mV 12 0 7 0 0 II\n")

    expected = (7 + np.cumsum(steps, dtype=np.int64) - 5) / 200

    record = open_record(tmp_path / "rec")
    np.testing.assert_allclose(record.read(), expected, atol=1e-5)
    np.testing.assert_allclose(record.read(30_000, 30_010), expected[30_000:30_010], atol=1e-5)


@pytest.mark.parametrize(("unit", "scale"), [("uV", 1e-3), ("V", 1e3), ("mV", 1.0)])
def test_units_of_voltage_become_millivolts(tmp_path: Path, unit: str, scale: float) -> None:
    expected = write(tmp_path, units=["mV", unit])
    record = open_record(tmp_path / "rec")

    assert record.unit == "mV"
    np.testing.assert_allclose(record.read(), expected[:, 1] * scale, rtol=1e-6)


def test_a_unit_that_is_no_voltage_is_left_as_it_is(tmp_path: Path) -> None:
    expected = write(tmp_path, units=["mV", "NU"])
    record = open_record(tmp_path / "rec")

    assert record.unit == "a.u."
    np.testing.assert_array_equal(record.read(), expected[:, 1].astype(np.float32))


def test_the_start_time_is_utc(tmp_path: Path) -> None:
    write(tmp_path, base_date=date(2020, 1, 2), base_time=time(3, 4, 5, 500_000))

    assert open_record(tmp_path / "rec").start_time == datetime(2020, 1, 2, 3, 4, 5, 500_000, UTC)


def test_a_time_of_day_without_a_date_is_no_start_time(tmp_path: Path) -> None:
    write(tmp_path, base_time=time(3, 4, 5))

    assert open_record(tmp_path / "rec").start_time is None


def test_samples_marked_invalid_are_nan(tmp_path: Path) -> None:
    samples = np.array([1, 2, -32768, 4], dtype="<i2")
    samples.tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text("rec 1 250 4\nrec.dat 16 1/mV 16 0 0 0 0 II\n")

    np.testing.assert_array_equal(open_record(tmp_path / "rec").read(), [1, 2, np.nan, 4])


def test_several_samples_a_frame_are_read_at_their_own_rate(tmp_path: Path) -> None:
    frames = np.arange(40, dtype="<i2").reshape(10, 4)  # a breath, then three of ECG
    frames.tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text(
        "rec 2 62.5 10\nrec.dat 16 1/NU 16 0 0 0 0 RESP\nrec.dat 16x3 1/mV 16 0 1 0 0 II\n"
    )
    record = open_record(tmp_path / "rec")

    assert (record.fs, record.n_samples) == (187.5, 30)
    np.testing.assert_array_equal(record.read(), frames[:, 1:].ravel())
    np.testing.assert_array_equal(record.read(4, 8), frames[:, 1:].ravel()[4:8])


def test_skewed_signals_are_read(tmp_path: Path) -> None:
    frames = np.arange(40, dtype="<i2").reshape(20, 2)
    frames.tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text(
        "rec 2 250 18\nrec.dat 16 1/mV 16 0 0 0 0 I\nrec.dat 16:2 1/mV 16 0 1 0 0 II\n"
    )
    whole = wfdb.rdrecord(str(tmp_path / "rec")).p_signal

    np.testing.assert_array_equal(open_record(tmp_path / "rec").read()[:16], whole[:16, 1])


def test_a_header_without_a_length_takes_it_from_the_file(tmp_path: Path) -> None:
    expected = write(tmp_path)
    header = tmp_path / "rec.hea"
    header.write_text(header.read_text().replace(f"rec 2 250 {N}", "rec 2 250"))
    record = open_record(tmp_path / "rec")

    assert record.n_samples == N
    np.testing.assert_array_equal(record.read(5, 10), expected[5:10, 1].astype(np.float32))


def segments(folder: Path, line: str, *more: str) -> None:
    (folder / "all.hea").write_text("\n".join((line, *more)) + "\n")


def test_segments_of_fixed_layout_follow_each_other(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a"), write(tmp_path, "b", fmt="212")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")
    record = open_record(tmp_path / "all")

    assert (record.leads, record.n_samples) == (("I", "II"), 2000)
    expected = np.concatenate((first, second))[:, 1].astype(np.float32)
    for block_samples in (1, 7, 1009, 2000):
        blocks = list(record.blocks(900, 1100, block_samples))
        np.testing.assert_array_equal(np.concatenate(blocks), expected[900:1100])


def test_segments_of_variable_layout_may_lack_the_lead(tmp_path: Path) -> None:
    first = write(tmp_path, "a")
    swapped = write(tmp_path, "b", sig_name=["II", "I"], units=["uV", "mV"])
    write(tmp_path, "c", sig_name=["I", "V"])
    (tmp_path / "layout.hea").write_text(
        "layout 2 250 0\n~ 0 1/mV 0 0 0 0 0 I\n~ 0 1/mV 0 0 0 0 0 II\n"
    )
    segments(tmp_path, "all/5 2 250 3010", "layout 0", "a 1000", "~ 10", "b 1000", "c 1000")
    record = open_record(tmp_path / "all")

    assert (record.leads, record.n_samples) == (("I", "II"), 3010)
    expected = np.concatenate(
        (first[:, 1], [np.nan] * 10, swapped[:, 0] / 1000, [np.nan] * 1000)
    ).astype(np.float32)
    np.testing.assert_allclose(record.read(), expected, rtol=1e-6)
    gaps = [item for item in record.items() if isinstance(item, Gap)]
    assert gaps == [Gap(1000, 10, "invalid"), Gap(2010, 1000, "invalid")]


def test_a_missing_segment_is_met_when_its_turn_comes(tmp_path: Path) -> None:
    write(tmp_path, "a")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")
    blocks = open_record(tmp_path / "all").blocks(block_samples=600)

    assert [len(next(blocks)), len(next(blocks))] == [600, 400]
    with pytest.raises(RecordError, match=r"no header .*b\.hea"):
        next(blocks)


def test_a_segment_with_fewer_leads_than_the_first_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a")
    np.zeros(1000, dtype="<i2").tofile(tmp_path / "b.dat")
    (tmp_path / "b.hea").write_text("b 1 250 1000\nb.dat 16 200/mV 16 0 0 0 0 I\n")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")

    with pytest.raises(RecordError, match=r"b\.hea does not hold II as all\.hea says"):
        open_record(tmp_path / "all").read()


def test_a_record_without_segments_is_refused(tmp_path: Path) -> None:
    segments(tmp_path, "all/1 2 250 10", "~ 10")

    with pytest.raises(RecordError, match="no segments"):
        open_record(tmp_path / "all")


@pytest.mark.parametrize("kept_bytes", [3000, 2998, 2999, 1, 0])
def test_a_truncated_real_record_gives_what_there_is(
    mitdb: Path, tmp_path: Path, kept_bytes: int
) -> None:
    shutil.copy(mitdb / "208.hea", tmp_path)
    (tmp_path / "208.dat").write_bytes((mitdb / "208.dat").read_bytes()[:kept_bytes])
    n_left = kept_bytes // 3  # two leads of 12 bits

    blocks = open_record(tmp_path / "208").blocks(block_samples=10_000)
    got = [next(blocks)] if n_left else []
    with pytest.raises(RecordError, match=f"got {n_left} samples a lead, expected 650000"):
        next(blocks)
    whole = open_record(mitdb / "208").read(0, n_left)
    np.testing.assert_array_equal(np.concatenate([np.empty(0, np.float32), *got]), whole)


def test_the_good_part_of_a_truncated_record_reads_without_error(tmp_path: Path) -> None:
    write(tmp_path)
    data = (tmp_path / "rec.dat").read_bytes()
    (tmp_path / "rec.dat").write_bytes(data[: 4 * 500])

    assert len(open_record(tmp_path / "rec").read(0, 500)) == 500
    with pytest.raises(RecordError, match="truncated: got 500"):
        open_record(tmp_path / "rec").read()


def test_a_truncated_compressed_record_is_a_record_error(tmp_path: Path) -> None:
    write(tmp_path, fmt="516")
    data = (tmp_path / "rec.dat").read_bytes()
    (tmp_path / "rec.dat").write_bytes(data[: len(data) // 2])

    with pytest.raises(RecordError, match="cannot be read from sample 0"):
        open_record(tmp_path / "rec").read()


def test_the_option_goes_before_the_header(tmp_path: Path) -> None:
    write(tmp_path, fs=5000)

    with pytest.raises(RecordError, match=r"the header of rec gives .* 5000 Hz"):
        open_record(tmp_path / "rec")
    assert open_record(tmp_path / "rec", fs=500).fs == 500
    with pytest.raises(UsageError, match="--fs"):
        open_record(tmp_path / "rec", fs=0)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_header_is_never_a_crash(tmp_path: Path, data: st.DataObject) -> None:
    samples = np.zeros(20, dtype="<i2")
    samples.tofile(tmp_path / "rec.dat")
    header = (
        b"rec 2 250 10 10:00:00 02/01/2020\n"
        b"rec.dat 16 200/mV 16 0 0 0 0 I\nrec.dat 16 1/mV 16 0 0 0 0 II\n"
    )
    at = data.draw(st.integers(0, len(header) - 1))
    new = data.draw(st.binary(max_size=3))
    (tmp_path / "rec.hea").write_bytes(header[:at] + new + header[at + 1 :])
    with contextlib.suppress(SibeatError):
        open_record(tmp_path / "rec").read()

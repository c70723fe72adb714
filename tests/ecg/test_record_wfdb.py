"""WFDB records: the real database, and what wfdb writes in every format."""

import contextlib
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import RecordError, SibeatError, UsageError
from sibeat.ecg.record import open_record

from .conftest import N_WRITTEN, write_wfdb


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
    expected = write_wfdb(tmp_path, fmt=fmt)
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
    expected = write_wfdb(tmp_path, units=["mV", unit])
    record = open_record(tmp_path / "rec")

    assert record.unit == "mV"
    np.testing.assert_allclose(record.read(), expected[:, 1] * scale, rtol=1e-6)


def test_a_unit_that_is_no_voltage_is_left_as_it_is(tmp_path: Path) -> None:
    expected = write_wfdb(tmp_path, units=["mV", "NU"])
    record = open_record(tmp_path / "rec")

    assert record.unit == "a.u."
    np.testing.assert_array_equal(record.read(), expected[:, 1].astype(np.float32))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("mu", "\u00b5\u03bc")
def test_microvolts_may_be_spelt_with_their_letter(tmp_path: Path, encoding: str, mu: str) -> None:
    np.array([1000, -500], dtype="<i2").tofile(tmp_path / "rec.dat")
    line = f"rec.dat 16 2(100)/{mu}V 16 0 0 0 0 II\n".encode(encoding, errors="replace")
    (tmp_path / "rec.hea").write_bytes(b"# \xb5\nrec 1 250 2\n" + line.replace(b"?", b"\xb5"))
    record = open_record(tmp_path / "rec")

    assert record.unit == "mV"
    np.testing.assert_allclose(record.read(), [0.45, -0.3], rtol=1e-6)


@pytest.mark.parametrize("gain", ["", " 0", " 0(5)/mV", " 0.0/mV 12 0"])
def test_without_a_gain_a_lead_is_in_arbitrary_units(tmp_path: Path, gain: str) -> None:
    samples = np.array([1000, -500], dtype="<i2")
    np.column_stack((samples, samples)).tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text(f"rec 2 250 2\nrec.dat 16{gain}\nrec.dat 16 500\n")

    assert [open_record(tmp_path / "rec", lead).unit for lead in (0, 1)] == ["a.u.", "mV"]


def test_the_start_time_is_utc(tmp_path: Path) -> None:
    write_wfdb(tmp_path, base_date=date(2020, 1, 2), base_time=time(3, 4, 5, 500_000))

    assert open_record(tmp_path / "rec").start_time == datetime(2020, 1, 2, 3, 4, 5, 500_000, UTC)


def test_a_time_of_day_without_a_date_is_no_start_time(tmp_path: Path) -> None:
    write_wfdb(tmp_path, base_time=time(3, 4, 5))

    assert open_record(tmp_path / "rec").start_time is None


def test_samples_marked_invalid_are_nan(tmp_path: Path) -> None:
    samples = np.array([1, 2, -32768, 4], dtype="<i2")
    samples.tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text("rec 1 250 4\nrec.dat 16 1/mV 16 0 0 0 0 II\n")

    np.testing.assert_array_equal(open_record(tmp_path / "rec").read(), [1, 2, np.nan, 4])


def test_a_header_without_a_length_takes_it_from_the_file(tmp_path: Path) -> None:
    expected = write_wfdb(tmp_path)
    header = tmp_path / "rec.hea"
    header.write_text(header.read_text().replace(f"rec 2 250 {N_WRITTEN}", "rec 2 250"))
    record = open_record(tmp_path / "rec")

    assert record.n_samples == N_WRITTEN
    np.testing.assert_array_equal(record.read(5, 10), expected[5:10, 1].astype(np.float32))


def test_the_option_goes_before_the_header(tmp_path: Path) -> None:
    write_wfdb(tmp_path, fs=5000)

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


@pytest.mark.parametrize(("rate", "stated"), [("", None), (" 0", 0.0), (" 500", 500.0)])
def test_what_a_header_says_of_the_rate_is_known(
    tmp_path: Path, rate: str, stated: float | None
) -> None:
    write_wfdb(tmp_path)
    (header,) = tmp_path.glob("*.hea")
    first, *rest = header.read_text().splitlines()
    name, n_signals, *_ = first.split()
    header.write_text("\n".join(["# a comment", f"{name} {n_signals}{rate}", *rest]) + "\n")
    record = open_record(header, fs=500.0)
    assert (record.fs, record.stated_fs) == (500.0, stated)

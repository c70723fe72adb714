"""EDF and BDF recordings, written with edfio."""

import contextlib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import RecordError, SibeatError, UsageError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, Gap

SECONDS = 130
"""more than two units of a minute"""
KINDS = {"edf": (edfio.Edf, edfio.EdfSignal), "bdf": (edfio.Bdf, edfio.BdfSignal)}
BYTES = {"edf": 2, "bdf": 3}


def write(path: Path, unit: str = "uV", seconds: int = SECONDS, **fields: Any) -> np.ndarray:
    """Write a breath at 100 Hz and an ECG at 200 Hz; gives the ECG as edfio reads it."""
    make_file, make_signal = KINDS[path.suffix[1:]]
    rng = np.random.default_rng(3)
    breath = make_signal(rng.normal(size=100 * seconds), 100, label="Resp")
    ecg = make_signal(
        rng.normal(size=200 * seconds) * 500, 200, label="ECG II", physical_dimension=unit
    )
    make_file([breath, ecg], **fields).write(path)
    read = edfio.read_edf if path.suffix == ".edf" else edfio.read_bdf
    data: np.ndarray = read(path).signals[1].data
    return data


@pytest.mark.parametrize("kind", ["edf", "bdf"])
def test_a_lead_equals_what_edfio_reads_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"night.{kind}"
    expected = write(path, annotations=[edfio.EdfAnnotation(1, None, "lights out")])
    record = open_record(path)

    assert (record.name, record.leads, record.lead) == ("night", ("Resp", "ECG II"), "ECG II")
    assert (record.fs, record.n_samples, record.unit) == (200.0, 200 * SECONDS, "mV")
    np.testing.assert_allclose(record.read(), expected / 1000, atol=1e-6)


@pytest.mark.parametrize("kind", ["edf", "bdf"])
@pytest.mark.parametrize("block_samples", [1, 7, 1009, 30_000])
def test_blocks_of_any_length_from_anywhere_are_the_same(
    tmp_path: Path, kind: str, block_samples: int
) -> None:
    path = tmp_path / f"night.{kind}"
    write(path)
    record = open_record(path)
    start, stop = 11_999, min(12_001 + 3 * block_samples, 200 * SECONDS)

    blocks = list(record.blocks(start, stop, block_samples))

    np.testing.assert_array_equal(np.concatenate(blocks), record.read()[start:stop])


def test_each_lead_has_its_own_rate(tmp_path: Path) -> None:
    write(tmp_path / "night.edf")
    record = open_record(tmp_path / "night.edf", "resp")

    assert (record.fs, record.n_samples, record.unit) == (100.0, 100 * SECONDS, "a.u.")


@pytest.mark.parametrize(("unit", "scale"), [("uV", 1e-3), ("mV", 1.0), ("V", 1e3)])
def test_units_of_voltage_become_millivolts(tmp_path: Path, unit: str, scale: float) -> None:
    expected = write(tmp_path / "night.edf", unit)

    np.testing.assert_allclose(
        open_record(tmp_path / "night.edf").read(), expected * scale, atol=1e-6 * scale * 1000
    )


@pytest.mark.parametrize("at", [104, 120], ids=["physical", "digital"])
def test_without_a_range_the_codes_are_given_in_arbitrary_units(tmp_path: Path, at: int) -> None:
    write(tmp_path / "night.edf")
    codes = edfio.read_edf(tmp_path / "night.edf").signals[1].digital
    data = bytearray((tmp_path / "night.edf").read_bytes())
    for first in (256 + at * 2, 256 + (at + 8) * 2):  # lowest and highest value of two signals
        data[first + 8 : first + 16] = b"0       "
    (tmp_path / "night.edf").write_bytes(data)
    record = open_record(tmp_path / "night.edf")

    assert (record.lead, record.unit) == ("ECG II", "a.u.")
    np.testing.assert_array_equal(record.read(), codes.astype(np.float32))


@pytest.mark.parametrize("kind", ["edf", "bdf"])
def test_the_start_time_keeps_its_fraction(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"night.{kind}"
    recording = edfio.Recording(startdate=date(2020, 1, 2))
    with pytest.warns(UserWarning, match="microsecond"):  # edfio says what we asked for
        write(path, recording=recording, starttime=time(3, 4, 5, 500_000))

    assert open_record(path).start_time == datetime(2020, 1, 2, 3, 4, 5, 500_000, UTC)


def test_an_anonymous_date_is_no_start_time(tmp_path: Path) -> None:
    write(tmp_path / "night.edf", recording=edfio.Recording(startdate=None))

    assert open_record(tmp_path / "night.edf").start_time is None


@pytest.mark.parametrize("kind", ["edf", "bdf"])
def test_a_truncated_file_gives_its_whole_data_records_and_then_says_so(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"night.{kind}"
    write(path)
    whole = open_record(path).read()
    path.write_bytes(path.read_bytes()[: 256 * 3 + BYTES[kind] * 300 * 70 + 100])

    blocks = open_record(path).blocks(block_samples=200 * 60)
    np.testing.assert_array_equal(np.concatenate([next(blocks), next(blocks)]), whole[: 200 * 70])
    with pytest.raises(RecordError, match=f"truncated: got 14000 samples.*{200 * SECONDS}"):
        next(blocks)
    assert len(open_record(path).read(100, 14_000)) == 13_900


def test_a_recording_that_was_not_closed_has_what_the_file_has(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    write(path)
    data = bytearray(path.read_bytes())
    data[236:244] = b"-1      "
    path.write_bytes(data)

    record = open_record(path)
    assert (record.n_samples, len(record.read())) == (200 * SECONDS, 200 * SECONDS)


def write_discontinuous(path: Path, onsets: tuple[float, ...]) -> None:
    """Write data records of a second whose times are moved to `onsets`."""
    write(path, seconds=len(onsets), annotations=[edfio.EdfAnnotation(0, None, "x" * 10)])
    data = bytearray(path.read_bytes())
    data[192:197] = b"EDF+D"
    for i, onset in enumerate(onsets):
        at = data.index(b"+%d\x14\x14\x00" % i)
        text = f"+{onset:g}".encode() + b"\x14\x14\x00"
        data[at : at + len(text)] = text
    path.write_bytes(data)


def test_time_between_data_records_is_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    write_discontinuous(path, (0, 1, 5, 6))
    record = open_record(path)

    assert record.n_samples == 7 * 200
    spans = [(type(item), item.start, item.stop) for item in record.items()]
    assert spans == [(Chunk, 0, 400), (Gap, 400, 1000), (Chunk, 1000, 1400)]
    whole = record.read()
    assert np.isnan(whole).sum() == 600
    for block_samples in (1, 7, 1009):
        for start, stop in ((390, 1010), (500, 900), (500, 1200), (100, 500)):
            blocks = list(record.blocks(start, stop, block_samples))
            np.testing.assert_array_equal(np.concatenate(blocks), whole[start:stop])


def test_data_records_that_overlap_are_refused(tmp_path: Path) -> None:
    write_discontinuous(tmp_path / "night.edf", (0, 1, 1.5))

    with pytest.raises(RecordError, match="overlap in time"):
        open_record(tmp_path / "night.edf")


def test_times_that_jitter_cost_no_sample(tmp_path: Path) -> None:
    write_discontinuous(tmp_path / "night.edf", (0, 1.03, 1.99, 2.98, 9))
    record = open_record(tmp_path / "night.edf")
    items = list(record.items(block_samples=10_000))

    gaps = [item for item in items if isinstance(item, Gap)]
    assert gaps == [Gap(200, 6, "dropped"), Gap(806, 994, "dropped")]
    assert sum(len(item.samples) for item in items if isinstance(item, Chunk)) == 1000


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
        open_record(path)


def test_the_option_goes_before_the_header(tmp_path: Path) -> None:
    write(tmp_path / "night.edf")

    assert open_record(tmp_path / "night.edf", fs=250).fs == 250
    with pytest.raises(UsageError, match="--fs"):
        open_record(tmp_path / "night.edf", fs=-1)


def test_a_slow_lead_is_refused(tmp_path: Path) -> None:
    signal = edfio.EdfSignal(np.zeros(100), 10, label="ECG", physical_range=(-1, 1))
    edfio.Edf([signal]).write(tmp_path / "slow.edf")

    with pytest.raises(RecordError, match=r"ECG in .* gives a sampling rate of 10 Hz"):
        open_record(tmp_path / "slow.edf")


@pytest.mark.parametrize(("n_bytes", "needed"), [(100, 256), (300, 768)])
def test_a_header_that_is_cut_off_says_where(tmp_path: Path, n_bytes: int, needed: int) -> None:
    write(tmp_path / "night.edf", seconds=3)
    data = (tmp_path / "night.edf").read_bytes()
    (tmp_path / "cut.edf").write_bytes(data[:n_bytes])
    with pytest.raises(RecordError, match=f"ends after {n_bytes} bytes.* expected {needed}"):
        open_record(tmp_path / "cut.edf")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 256 * 3 - 1), new=st.binary(min_size=1, max_size=8))
def test_a_damaged_header_is_never_a_crash(tmp_path: Path, at: int, new: bytes) -> None:
    path = tmp_path / "night.edf"
    if not path.exists():
        write(path, seconds=3)
    data = path.read_bytes()
    (tmp_path / "hurt.edf").write_bytes(data[:at] + new + data[at + len(new) :])
    with contextlib.suppress(SibeatError):
        open_record(tmp_path / "hurt.edf").read()


def test_an_edf_is_known_by_its_content(tmp_path: Path) -> None:
    write(tmp_path / "a.edf")
    renamed = (tmp_path / "a.edf").rename(tmp_path / "a.csv")
    assert open_record(renamed).leads == ("Resp", "ECG II")


def test_a_line_end_in_the_header_of_an_edf_makes_no_text_of_it(tmp_path: Path) -> None:
    write(tmp_path / "a.edf")
    data = (tmp_path / "a.edf").read_bytes()
    (tmp_path / "a.edf").write_bytes(data[:40] + b"\r\n" + data[42:])  # in the patient's field
    assert open_record(tmp_path / "a.edf").leads == ("Resp", "ECG II")

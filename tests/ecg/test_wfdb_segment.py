"""Segments of WFDB records: several, with several samples a frame, skewed, truncated."""

import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

from sibeat.ecg.errors import RecordError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Gap

from .conftest import write_wfdb


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


def test_a_skewed_signal_is_not_truncated_but_ends_earlier(tmp_path: Path) -> None:
    np.arange(40, dtype="<i2").reshape(20, 2).tofile(tmp_path / "rec.dat")
    (tmp_path / "rec.hea").write_text(
        "rec 2 250 20\nrec.dat 16 1/mV 16 0 0 0 0 I\nrec.dat 16:2 1/mV 16 0 1 0 0 II\n"
    )
    whole = wfdb.rdrecord(str(tmp_path / "rec")).p_signal

    for lead in (0, 1):
        np.testing.assert_array_equal(open_record(tmp_path / "rec", lead).read(), whole[:, lead])
    assert np.isnan(whole[-2:, 1]).all(), "what the file no longer holds"


def segments(folder: Path, line: str, *more: str) -> None:
    (folder / "all.hea").write_text("\n".join((line, *more)) + "\n")


def test_segments_of_fixed_layout_follow_each_other(tmp_path: Path) -> None:
    first, second = write_wfdb(tmp_path, "a"), write_wfdb(tmp_path, "b", fmt="212")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")
    record = open_record(tmp_path / "all")

    assert (record.leads, record.n_samples) == (("I", "II"), 2000)
    expected = np.concatenate((first, second))[:, 1].astype(np.float32)
    for block_samples in (1, 7, 1009, 2000):
        blocks = list(record.blocks(900, 1100, block_samples))
        np.testing.assert_array_equal(np.concatenate(blocks), expected[900:1100])


def test_segments_of_variable_layout_may_lack_the_lead(tmp_path: Path) -> None:
    first = write_wfdb(tmp_path, "a")
    swapped = write_wfdb(tmp_path, "b", sig_name=["II", "I"], units=["uV", "mV"])
    write_wfdb(tmp_path, "c", sig_name=["I", "V"])
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
    write_wfdb(tmp_path, "a")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")
    blocks = open_record(tmp_path / "all").blocks(block_samples=600)

    assert [len(next(blocks)), len(next(blocks))] == [600, 400]
    with pytest.raises(RecordError, match=r"no header .*b\.hea"):
        next(blocks)


def test_a_segment_with_fewer_leads_than_the_first_is_refused(tmp_path: Path) -> None:
    write_wfdb(tmp_path, "a")
    np.zeros(1000, dtype="<i2").tofile(tmp_path / "b.dat")
    (tmp_path / "b.hea").write_text("b 1 250 1000\nb.dat 16 200/mV 16 0 0 0 0 I\n")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")

    with pytest.raises(RecordError, match=r"b\.hea does not hold II as all\.hea says"):
        open_record(tmp_path / "all").read()


@pytest.mark.parametrize(
    ("line", "unit", "said"),
    [
        ("b 2 500 1000", "mV", "in mV at 500 frames a second, expected mV and 250"),
        ("b 2 250 1000", "NU", r"in a\.u\. at 250 frames"),
    ],
)
def test_a_segment_of_another_rate_or_unit_is_refused(
    tmp_path: Path, line: str, unit: str, said: str
) -> None:
    write_wfdb(tmp_path, "a")
    np.zeros(2000, dtype="<i2").tofile(tmp_path / "b.dat")
    leads = "".join(f"b.dat 16 200/{unit} 16 0 0 0 0 {name}\n" for name in ("I", "II"))
    (tmp_path / "b.hea").write_text(f"{line}\n{leads}")
    segments(tmp_path, "all/2 2 250 2000", "a 1000", "b 1000")
    with pytest.raises(RecordError, match=said):
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
    write_wfdb(tmp_path)
    data = (tmp_path / "rec.dat").read_bytes()
    (tmp_path / "rec.dat").write_bytes(data[: 4 * 500])

    assert len(open_record(tmp_path / "rec").read(0, 500)) == 500
    with pytest.raises(RecordError, match="truncated: got 500"):
        open_record(tmp_path / "rec").read()


def test_a_truncated_compressed_record_is_a_record_error(tmp_path: Path) -> None:
    write_wfdb(tmp_path, fmt="516")
    data = (tmp_path / "rec.dat").read_bytes()
    (tmp_path / "rec.dat").write_bytes(data[: len(data) // 2])

    with pytest.raises(RecordError, match="cannot be read from sample 0"):
        open_record(tmp_path / "rec").read()


def test_a_compressed_file_is_read_up_to_where_it_ends(tmp_path: Path) -> None:
    expected = write_wfdb(tmp_path, fmt="516")
    header = tmp_path / "rec.hea"
    header.write_text(header.read_text().replace("250 1000", "250 1500"))
    blocks = open_record(tmp_path / "rec").blocks(block_samples=5000)

    np.testing.assert_array_equal(next(blocks), expected[:, 1].astype(np.float32))
    with pytest.raises(RecordError, match="cannot be read from sample 1000 on"):
        next(blocks)


def test_a_segment_shorter_than_its_record_says_says_so(tmp_path: Path) -> None:
    write_wfdb(tmp_path, "a")
    segments(tmp_path, "all/1 2 250 1200", "a 1200")

    with pytest.raises(RecordError, match=r"got 1000 samples a lead, expected 1200 by the record"):
        open_record(tmp_path / "all").read()


def test_a_header_cut_short_is_blamed_itself(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    whole = (tmp_path / "rec.hea").read_text()
    (tmp_path / "torn.hea").write_text(whole[: whole.index("\n", whole.index("\n") + 1)])
    with pytest.raises(RecordError, match=r"header .*torn\.hea is cut short: .* 1 of its 2 sig"):
        open_record(tmp_path / "torn")
    segments(tmp_path, "all/3 2 250 2000", "rec 1000")
    with pytest.raises(RecordError, match=r"header .*all\.hea is cut short: .* 1 of its 3 segm"):
        open_record(tmp_path / "all")


@pytest.mark.parametrize("name", ["rec.hea", "rec.dat"])
def test_a_file_without_permission_is_told_at_once_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_wfdb(tmp_path)
    opened = io.open

    def refuse(file: Any, *arguments: Any, **more: Any) -> Any:
        if str(file).endswith(name):
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, *arguments, **more)

    monkeypatch.setattr(io, "open", refuse)  # by pathlib
    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(RecordError, match=rf"{name}.*\(Permission denied\).*: check its permiss"):
        open_record(tmp_path / "rec")

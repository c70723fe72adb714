"""Text recordings: CSV, TSV and their kin, as files."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import RecordError, SibeatError, UsageError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, Gap


def save(folder: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def timed(n: int, fs: float = 250, header: str = "time_us,ECG [mV]\n") -> list[str]:
    """Lines of a log with microseconds; sample i has the value i / 1000."""
    return [header, *(f"{i * 1e6 / fs:.0f},{i / 1000}\n" for i in range(n))]


def test_a_real_board_log_is_read(mitdb: Path) -> None:
    log = mitdb.parent / "serial" / "ehealth_arduino.csv"
    if not log.exists():
        pytest.skip(f"no board log at {log}: it lies beside the database")
    record = open_record(log)
    table = np.loadtxt(log, delimiter=",", skiprows=1)

    assert (record.leads, record.unit, record.n_skipped) == (("ecg_measurement",), "a.u.", 0)
    assert record.fs == pytest.approx(1e6 / np.diff(table[:, 0]).mean(), rel=1e-3)
    np.testing.assert_array_equal(record.read(), table[:, 1].astype(np.float32))


@pytest.mark.no_cover
@pytest.mark.parametrize("block_samples", [1, 7, 1009, 10_000])
def test_blocks_of_any_length_from_anywhere_are_the_same(
    tmp_path: Path, block_samples: int
) -> None:
    lines = timed(9000)
    del lines[4500:4600]
    record = open_record(save(tmp_path, "".join(lines)))
    whole = record.read()

    assert (len(whole), np.isnan(whole).sum()) == (9000, 100)
    for start, stop in ((0, None), (4400, 4700), (4550, 4560), (8190, None)):
        blocks = list(record.blocks(start, stop, block_samples))
        np.testing.assert_array_equal(np.concatenate(blocks), whole[start:stop])


def test_the_file_is_read_no_further_than_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sibeat.ecg import record_text

    record = open_record(save(tmp_path, "".join(timed(50_000))))
    n_parsed = 0
    parse = record_text.parse_line

    def spy(*arguments: object) -> object:
        nonlocal n_parsed
        n_parsed += 1
        return parse(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(record_text, "parse_line", spy)
    blocks = record.blocks(block_samples=100)
    assert n_parsed == 0
    next(blocks)
    assert n_parsed <= record_text.UNIT_LINES + 2


def test_lines_of_garbage_are_counted_and_skipped(tmp_path: Path) -> None:
    text = "a preamble\nECG\n1\n2\n\x1b garbage\n3\n# no garbage\n\nx\n4\n"
    record = open_record(save(tmp_path, text), fs=250)

    np.testing.assert_array_equal(record.read(), [1, 2, 3, np.nan, 4])  # "x" was a sample
    assert record.n_skipped == 2
    record.read()
    assert record.n_skipped == 2


def test_garbage_in_a_timed_log_leaves_a_gap_of_its_length(tmp_path: Path) -> None:
    lines = timed(1000)
    lines[501] = "2004#7,0\n"
    record = open_record(save(tmp_path, "".join(lines)))

    expected = np.arange(1000, dtype=np.float32) / 1000
    expected[500] = np.nan
    np.testing.assert_allclose(record.read(), expected, rtol=1e-6)
    assert record.n_skipped == 1


def test_lead_off_and_lost_lines_are_gaps_of_their_own(tmp_path: Path) -> None:
    lines = timed(1000)
    lines[101:111] = [f"{i * 4000},!\n" for i in range(100, 110)]
    del lines[501:511]
    record = open_record(save(tmp_path, "".join(lines)))

    items = list(record.items())
    assert [(type(item), item.start, item.stop) for item in items] == [
        (Chunk, 0, 100),
        (Gap, 100, 110),
        (Chunk, 110, 500),
        (Gap, 500, 510),
        (Chunk, 510, 1000),
    ]
    assert [item.reason for item in items if isinstance(item, Gap)] == ["lead_off", "dropped"]


@pytest.mark.parametrize("n_lost", [1, 20, 251, 2000])
def test_a_hole_of_any_length_is_as_long_as_it_was_and_spoils_no_line(
    tmp_path: Path, n_lost: int
) -> None:
    lines = [f"{i * 4000},{i % 7}\n" for i in range(6000)]
    record = open_record(save(tmp_path, "".join([*lines[:3000], *lines[3000 + n_lost :]])))

    gaps = [item for item in record.items() if isinstance(item, Gap)]
    assert gaps == [Gap(3000, n_lost, "dropped")]
    assert record.n_skipped == 0
    assert record.read().tolist()[3000 + n_lost :] == [i % 7 for i in range(3000 + n_lost, 6000)]


def test_gaps_of_two_reasons_stay_apart(tmp_path: Path) -> None:
    lines = timed(300)
    lines[101:121] = [f"{i * 4000},!\n" for i in range(110, 120)]
    record = open_record(save(tmp_path, "".join(lines)))

    gaps = [item for item in record.items() if isinstance(item, Gap)]
    assert gaps == [Gap(100, 10, "dropped"), Gap(110, 10, "lead_off")]


def test_a_lead_of_several_is_taken_by_name(tmp_path: Path) -> None:
    path = save(tmp_path, "gsr,ecg [uV]\n1,1000\n2,3000\n")
    record = open_record(path, fs=250)

    assert (record.lead, record.unit, record.n_samples) == ("ecg", "mV", None)
    np.testing.assert_array_equal(record.read(), [1, 3])
    np.testing.assert_array_equal(open_record(path, 0, 250).read(), [1, 2])
    with pytest.raises(UsageError, match="0: gsr, 1: ecg"):
        open_record(path, "V5", 250)


def test_without_times_the_rate_must_be_given(tmp_path: Path) -> None:
    path = save(tmp_path, "512\n513\n")

    with pytest.raises(RecordError, match="--fs HZ"):
        open_record(path)
    with pytest.raises(UsageError, match="--fs gives a sampling rate of 0 Hz"):
        open_record(path, fs=0)
    assert open_record(path, fs=360).fs == 360


def test_milliseconds_at_1000_hz_are_told_to_want_a_name(tmp_path: Path) -> None:
    rows = [f"{i},{i % 7}" for i in range(3000)]
    with pytest.raises(RecordError, match=r"counts by one is a counter.*`millis,ECG`"):
        open_record(save(tmp_path, "\n".join(rows)))
    named = open_record(save(tmp_path, "\n".join(["millis,ECG", *rows])))
    assert named.fs == 1000


def test_a_rate_that_the_times_show_but_nothing_handles_is_refused(tmp_path: Path) -> None:
    lines = timed(100, fs=20)

    with pytest.raises(RecordError, match=r"time column of .* 20 Hz"):
        open_record(save(tmp_path, "".join(lines)))


def test_the_option_goes_before_the_time_column_and_makes_no_gaps(tmp_path: Path) -> None:
    record = open_record(save(tmp_path, "".join(timed(1000))), fs=500)

    assert record.fs == 500
    assert len(record.read()) == 1000


def test_a_date_time_column_gives_the_start_time(tmp_path: Path) -> None:
    lines = [f"2024-01-02T03:04:{5 + i / 250:09.6f};{i}\n" for i in range(500)]
    record = open_record(save(tmp_path, "".join(lines)))

    assert (record.fs, record.start_time) == (250.0, datetime(2024, 1, 2, 3, 4, 5, 0, UTC))
    np.testing.assert_array_equal(record.read(), np.arange(500))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_spreadsheets_are_read(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    text = line_end.join(('"ECG [µV]"', '"1000,5"', '"2000"', ""))
    record = open_record(save(tmp_path, text, "log.tsv", encoding), fs=250)

    assert record.unit == "mV"
    np.testing.assert_allclose(record.read(), [1.0005, 2], rtol=1e-6)


def test_a_line_without_end_is_garbage_and_not_kept_in_memory(tmp_path: Path) -> None:
    path = save(tmp_path, "1\n2\n" + "9" * 100_000 + "\n3\n")
    record = open_record(path, fs=250)

    samples = record.read()
    np.testing.assert_array_equal(samples[~np.isnan(samples)], [1, 2, 3])


def test_columns_padded_with_blanks_are_no_edf(tmp_path: Path) -> None:
    record = open_record(save(tmp_path, "0       512\n0       513\n"), "ch2", 250)

    np.testing.assert_array_equal(record.read(), [512, 513])


def test_text_needs_no_extension(tmp_path: Path) -> None:
    assert open_record(save(tmp_path, "1\n2\n", "log"), fs=250).name == "log"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_are_a_crash(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with contextlib.suppress(SibeatError):
        open_record(path, fs=250).read()

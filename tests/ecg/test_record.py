"""Opening and cutting into blocks, the same for every kind of recording."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Piece, Record, open_record
from sibeat.ecg.stream import Chunk, Gap

PIECES: tuple[Piece, ...] = (
    np.arange(5, dtype=np.float32),
    Gap(0, 3, "lead_off"),
    np.arange(8, 20, dtype=np.float32),
)


class SpyRecord(Record):
    """Hands over prepared pieces and counts how many were asked for."""

    name, fs, leads, lead, unit, n_samples = "spy", 250.0, ("II",), "II", "mV", 20

    def __init__(self, error: Exception | None = None) -> None:
        self.n_asked = 0
        self._error = error

    def _pieces(self, start: int, stop: int | None) -> Iterator[Piece]:
        for piece in PIECES:
            self.n_asked += 1
            yield piece
        if self._error is not None:
            raise self._error


def joined(blocks: Iterator[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(blocks))


@pytest.mark.parametrize("block_samples", [1, 7, 13, 20, 1000])
def test_any_block_length_gives_the_same_samples(block_samples: int) -> None:
    blocks = list(SpyRecord().blocks(block_samples=block_samples))

    assert {len(block) for block in blocks[:-1]} <= {block_samples}
    assert all(block.dtype == np.float32 for block in blocks)
    expected = np.arange(20, dtype=np.float32)
    expected[5:8] = np.nan
    np.testing.assert_array_equal(np.concatenate(blocks), expected)


def test_no_more_is_read_than_is_asked_for() -> None:
    record = SpyRecord()
    blocks = record.blocks(block_samples=4)

    assert record.n_asked == 0
    next(blocks)
    assert record.n_asked == 1


def test_blocks_do_not_share_memory() -> None:
    first, second, *_ = SpyRecord().blocks(block_samples=4)

    assert not np.shares_memory(first, second)


def test_items_tell_gaps_from_samples() -> None:
    items = list(SpyRecord().items(block_samples=8))

    spans = [(type(item), item.start, item.stop) for item in items]
    assert spans == [(Chunk, 0, 5), (Gap, 5, 8), (Chunk, 8, 16), (Chunk, 16, 20)]
    assert isinstance(items[1], Gap)
    assert items[1].reason == "lead_off"


def test_what_there_is_comes_before_the_error() -> None:
    blocks = SpyRecord(RecordError("truncated")).blocks(block_samples=50)

    assert len(next(blocks)) == 20
    with pytest.raises(RecordError, match="truncated"):
        next(blocks)


def test_a_disk_that_fails_is_a_record_error() -> None:
    with pytest.raises(RecordError, match=r"spy cannot be read on.*Input/output"):
        SpyRecord(OSError(5, "Input/output error")).read()


@pytest.mark.parametrize(
    ("start", "stop", "block"), [(-1, None, 5), (21, None, 5), (5, 4, 5), (0, 9, 0)]
)
def test_a_part_that_cannot_be_is_refused_at_once(start: int, stop: int | None, block: int) -> None:
    with pytest.raises(UsageError):
        SpyRecord().blocks(start, stop, block)
    if block:
        with pytest.raises(UsageError):
            SpyRecord().items(start, stop, block)


def test_an_empty_part_is_empty() -> None:
    record = SpyRecord()
    record._pieces = lambda start, stop: iter(())  # type: ignore[method-assign]

    assert record.read(20).shape == (0,)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, sibeat.ecg.record;"
        "print(sorted({'wfdb', 'edfio', 'pandas', 'scipy'} & set(sys.modules)))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def files_that_are_no_ecg(folder: Path) -> Iterator[tuple[Path, str]]:
    """Paths, and what the message says of each."""
    yield folder, "is a directory"
    yield folder / "missing.csv", "no file"
    yield folder / "missing.hea", "no record"
    yield folder / "missing", "no file"
    yield folder / ("long" * 100), "cannot be opened|no file"
    contents = {
        "empty.csv": (b"", "is empty"),
        "empty.edf": (b"", "is empty"),
        "empty.hea": (b"", "is empty"),
        "picture.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor"),
        "picture.edf": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no EDF or BDF"),
        "letter.csv": (
            b"Dear Sir,\nno numbers here.\n",
            "first 2 lines, got 'no numbers here",
        ),
        "letter.edf": (b"0       Dear Sir", "inside its header"),
        "letter.hea": (b"Dear Sir,\nno numbers here.\n", "is broken"),
        "CAPITALS.HEA": (b"capitals 1 360 10\n", r"expected CAPITALS\.hea and its signals"),
        "lonely.dat": (b"\0\1\2", "no header beside it"),
        "alone.hea": (b"alone 1 360 10\nalone.dat 16 200 12 0 0 0 0 II\n", "cannot be opened"),
        "silent.hea": (b"silent 0 360 10\n", "no signals"),
    }
    for name, (content, message) in contents.items():
        (folder / name).write_bytes(content)
        yield folder / name, message


def test_what_is_no_ecg_is_a_record_error_that_names_it(tmp_path: Path) -> None:
    for path, message in files_that_are_no_ecg(tmp_path):
        with pytest.raises(RecordError, match=message) as caught:
            open_record(path)
        assert path.name[:40] in str(caught.value)


def test_a_signal_file_without_header_is_named(tmp_path: Path) -> None:
    (tmp_path / "lonely.dat").write_bytes(b"\0\1\2")

    with pytest.raises(RecordError, match="no header beside it"):
        open_record(tmp_path / "lonely")


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no regular file"):
        open_record("/dev/null")

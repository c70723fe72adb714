"""What is written is what WFDB reads, at every moment, whatever the disk does."""

import errno
import os
import signal
import subprocess
import sys
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg import annotation_file
from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.annotation_file import N_REWRITABLE, AnnotationWriter, annotation_file_name
from sibeat.ecg.errors import OutputError
from sibeat.ecg.mit_format import SYMBOL_CODES

DAY_AT_2000_HZ = 24 * 3600 * 2000

Row = tuple[int, str, str, int, int]
rows = st.tuples(
    st.integers(1, DAY_AT_2000_HZ) | st.integers(0, 3000).map(lambda n: n + 1),
    st.sampled_from(sorted(SYMBOL_CODES)),
    st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=255),
    st.integers(-128, 127),
    st.integers(0, 255),
)


def read(path: Path) -> list[Row]:
    """Everything in a file, as ``wfdb.rdann`` sees it."""
    got = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:])
    fields = zip(got.sample, got.symbol, got.aux_note, got.subtype, got.chan, strict=True)
    return [(int(s), symbol, note, int(sub), int(chan)) for s, symbol, note, sub, chan in fields]


@given(rows=st.lists(rows, max_size=N_REWRITABLE), fs=st.none() | st.floats(1, 1e5))
def test_wfdb_reads_what_was_written_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], fs: float | None
) -> None:
    path = tmp_path_factory.mktemp("written") / "r.sib"
    with AnnotationWriter(path, fs) as writer:
        for row in rows:
            writer.write(*row)
    assert read(path) == sorted(rows, key=lambda row: row[0])
    assert writer.n_out_of_order == 0
    ours = read_annotations(path.with_suffix(""), "sib")
    of_ours = zip(ours.samples, ours.symbols, ours.aux_notes, ours.subtypes, strict=True)
    assert list(of_ours) == [row[:4] for row in read(path)]
    assert ours.fs == fs
    theirs = wfdb.rdann(str(path.with_suffix("")), "sib").fs
    assert theirs == (None if fs is None else pytest.approx(fs, rel=1e-9))  # wfdb rounds 1 + 2e-16


def test_the_file_is_whole_after_every_write(tmp_path: Path) -> None:
    path, written = tmp_path / "r.sib", []
    with AnnotationWriter(path, 360) as writer:
        assert read(path) == []
        for k in range(200):
            row = (
                0 if k == 0 else 700 * (k - 3 * (k % 7 == 6)),
                "NV~"[k % 3],
                "s=1" * (k % 2),
                0,
                0,
            )
            writer.write(*row)
            written.append(row)
            assert read(path) == sorted(written, key=lambda row: row[0])


@pytest.mark.parametrize(
    ("fs", "kept"), [(360, 360), (250.0, 250), (128.5, 128.5), (1000 / 3, 1000 / 3)]
)
def test_the_rate_comes_back_and_hides_no_beat_at_sample_0(
    tmp_path: Path, fs: float, kept: float
) -> None:
    with AnnotationWriter(tmp_path / "r.sib", fs) as writer:
        writer.write(0, "N")
        writer.write(5, "V")
    got = read_annotations(tmp_path / "r", "sib")
    assert (got.samples.tolist(), got.symbols, got.fs) == ([0, 5], ("N", "V"), kept)


def test_the_rate_is_noted_in_the_bytes_that_wfdb_itself_writes(tmp_path: Path) -> None:
    AnnotationWriter(tmp_path / "r.sib", 360).close()
    assert (tmp_path / "r.sib").read_bytes() == (
        b"\x00\x58\x17\xfc## time resolution: 360\x00\x00\xec\xff\xff\xff\xff\x01\x00\x00\x00"
    )


@pytest.mark.parametrize("fs", [None, 360.0])
def test_no_beats_give_a_valid_empty_file(tmp_path: Path, fs: float | None) -> None:
    AnnotationWriter(tmp_path / "r.sib", fs).close()
    assert len(read_annotations(tmp_path / "r", "sib")) == 0


def test_a_late_annotation_never_shortens_the_file(tmp_path: Path) -> None:
    with AnnotationWriter(tmp_path / "r.sib") as writer:
        writer.write(1024, "N")
        size = (tmp_path / "r.sib").stat().st_size
        writer.write(512, "N")  # two short steps take the place of a long one
        assert (tmp_path / "r.sib").stat().st_size > size
        assert [row[0] for row in read(tmp_path / "r.sib")] == [512, 1024]


def test_numpy_integers_are_taken(tmp_path: Path) -> None:
    with AnnotationWriter(tmp_path / "r.sib") as writer:
        writer.write(np.int64(4), "~", subtype=np.int64(-1))
    assert read(tmp_path / "r.sib") == [(4, "~", "", -1, 0)]


def test_an_annotation_too_late_to_sort_is_kept_and_counted(tmp_path: Path) -> None:
    with AnnotationWriter(tmp_path / "r.sib", 360) as writer:
        for k in range(N_REWRITABLE + 10):
            writer.write(1000 * (k + 1), "N")
        writer.write(1500, "V")
        assert writer.n_out_of_order == 1
    got = read_annotations(tmp_path / "r", "sib")
    assert (len(got), got.symbols[1], got.samples[1]) == (N_REWRITABLE + 11, "V", 1500)
    assert (np.diff(got.samples) > 0).all()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((-1, "N"), "-1"),
        ((0, '"'), "expected 1"),
        ((1, "y"), "'y'"),
        ((1, "N", "x" * 256), "256"),
        ((1, "N", "", 128), "128"),
        ((1, "N", "", 0, 256), "256"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_and_changes_nothing(
    tmp_path: Path, row: tuple[int, str], says: str
) -> None:
    with AnnotationWriter(tmp_path / "r.sib") as writer:
        with pytest.raises(ValueError, match=says):
            writer.write(*row)
        writer.write(7, "N")
    assert read(tmp_path / "r.sib") == [(7, "N", "", 0, 0)]


@pytest.mark.parametrize("n_bytes_taken", range(20))
@pytest.mark.parametrize("late", [False, True])
def test_a_disk_that_fills_in_the_middle_of_a_write_loses_nothing_and_can_be_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_bytes_taken: int, late: bool
) -> None:
    writer = AnnotationWriter(tmp_path / "r.sib", 360)
    for k in range(1, 6):
        writer.write(2000 * k, "N", "a note")
    before = (tmp_path / "r.sib").read_bytes()
    taken = [n_bytes_taken]

    def write(self: FileIO, content: bytes) -> int:
        if taken and not taken[0]:
            taken.clear()
            raise OSError(errno.ENOSPC, "No space left on device")
        n = min(taken[0], len(content)) if taken else len(content)
        if taken:
            taken[0] -= n
        return os.write(self.fileno(), content[:n])

    sample = 5000 if late else 12000
    fills = type("FillingDisk", (FileIO,), {"write": write})
    writer._file.close()
    monkeypatch.setattr(writer, "_file", fills(tmp_path / "r.sib", "r+"))
    with pytest.raises(OutputError, match="No space left"):
        writer.write(sample, "V", "a longer note, of more bytes than the disk takes")
    assert (tmp_path / "r.sib").read_bytes() == before
    writer.write(sample, "V")
    writer.close()
    assert (sample, "V", "", 0, 0) in read(tmp_path / "r.sib")
    assert len(read(tmp_path / "r.sib")) == 6


def test_a_killed_process_leaves_what_it_wrote(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from sibeat.ecg.annotation_file import AnnotationWriter
writer = AnnotationWriter(Path({str(tmp_path / "r.sib")!r}), 360)
for k in range(10**9):
    writer.write(290 * (k + 1), "N", f"s={{k}}")
    print(k, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        seen = [int(child.stdout.readline()) for _ in range(500)][-1]
        child.send_signal(signal.SIGKILL)
        child.stdout.read()
    got = read(tmp_path / "r.sib")
    assert len(got) > seen
    assert got == [(290 * (k + 1), "N", f"s={k}", 0, 0) for k in range(len(got))]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    with AnnotationWriter(tmp_path / "r.sib") as writer:
        for k in range(1000):
            writer.write(k, "N")
        assert len(writer._tail) == N_REWRITABLE + 1
    assert len(read(tmp_path / "r.sib")) == 1000


def test_a_file_that_cannot_be_made_says_where_and_what_next(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"r\.sib .*another folder"):
        AnnotationWriter(tmp_path / "file" / "r.sib")


def test_a_file_that_gets_no_room_at_all_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullFile(FileIO):
        def write(self, content: object) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(annotation_file, "FileIO", FullFile)
    with pytest.raises(OutputError, match="No space left"):
        AnnotationWriter(tmp_path / "x.sib", 360)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_full_disk_at_the_start_is_told_at_the_start() -> None:
    with pytest.raises(OutputError, match="No space left"):
        AnnotationWriter(Path("/dev/full"), 360)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ("208", "208.sib"),
        ("mitdb/208", "208.sib"),
        ("my rec.1", "my_rec_1.sib"),
        ("", "record.sib"),
    ],
)
def test_names_are_those_that_wfdb_allows(record: str, name: str) -> None:
    assert annotation_file_name(record, "sib") == name

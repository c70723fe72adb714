"""Symbols sort into the classes that their mapping names; files are read as WFDB means them."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.annotation import (
    BEAT_SYMBOLS,
    Annotations,
    Mapping,
    aami_class,
    is_beat,
    read_annotations,
)
from sibeat.ecg.errors import RecordError
from sibeat.ecg.mit_format import SYMBOL_CODES


@pytest.mark.parametrize(
    ("symbol", "ec57", "learning", "beatgan"),
    [
        ("N", "N", "N", "N"),
        ("B", "N", "N", None),
        ("e", "S", "N", "S"),
        ("j", "S", "N", "S"),
        ("n", "S", "N", None),
        ("A", "S", "S", "S"),
        ("E", "V", "V", "V"),
        ("r", "V", "V", None),
        ("F", "F", "F", "F"),
        ("/", "Q", "Q", "Q"),
        ("?", "Q", "Q", None),
        ("+", None, None, None),
        ("~", None, None, None),
    ],
)
def test_each_mapping_has_its_own_classes(
    symbol: str, ec57: str | None, learning: str | None, beatgan: str | None
) -> None:
    assert aami_class(symbol) == ec57
    assert aami_class(symbol, "learning") == learning
    assert aami_class(symbol, "beatgan") == beatgan


@pytest.mark.parametrize("mapping", ["ec57", "learning"])
def test_every_beat_has_a_class_and_nothing_else_has(mapping: Mapping) -> None:
    for symbol in SYMBOL_CODES:
        assert (aami_class(symbol, mapping) is not None) == is_beat(symbol)


def test_symbols_and_codes_are_those_of_wfdb() -> None:
    from wfdb.io.annotation import ann_labels

    of_wfdb = {label.symbol: label.label_store for label in ann_labels}
    assert {symbol: of_wfdb[symbol] for symbol in SYMBOL_CODES} == SYMBOL_CODES
    assert set(SYMBOL_CODES) >= BEAT_SYMBOLS


def test_reads_samples_symbols_notes_and_rate_of_a_record(mitdb: Path) -> None:
    read = read_annotations(mitdb / "100", "atr")
    assert (len(read), read.fs, read.beat_mask.sum()) == (2274, 360.0, 2273)
    assert (read.samples[0], read.symbols[0], read.aux_notes[0]) == (18, "+", "(N")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"no annotation file .*100\.atr"):
        read_annotations(tmp_path / "100", "atr")


def test_reading_equals_wfdb_on_every_record(mitdb: Path) -> None:
    for file in sorted(mitdb.glob("*.atr")):
        ours, theirs = (
            read_annotations(file.with_suffix(""), "atr"),
            wfdb.rdann(str(file.with_suffix("")), "atr"),
        )
        np.testing.assert_array_equal(ours.samples, theirs.sample)
        np.testing.assert_array_equal(ours.subtypes, theirs.subtype)
        assert list(ours.symbols) == theirs.symbol
        assert list(ours.aux_notes) == [note.rstrip("\0") for note in theirs.aux_note]
        assert ours.fs == theirs.fs


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x01", "breaks off after 1 bytes"),
        (b"\x01\x04\x02", "breaks off"),
        (b"\x00\xec\x00\x00", "breaks off"),
        (b"\x01\x04\x17\xfc## time", "breaks off"),
        (b"\x17\xfc" + b"#" * 30, "code 63 after 0 annotations"),
        (b"\x01\xdc\x00\x00", "code 55"),
        (b"\x00\xec\xff\xff\x00\x00\x01\x04\x00\x00", "before sample 0"),
        (b"\x00\x58\x16\xfc## time resolution: ab\x00\x00", "'ab'"),
    ],
)
def test_a_file_of_something_else_is_an_error_that_says_so(
    tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "x.atr").write_bytes(content)
    with pytest.raises(RecordError, match=rf"x\.atr.*{says}.*MIT format"):
        read_annotations(tmp_path / "x", "atr")


@given(content=st.binary(max_size=60))
def test_any_bytes_are_annotations_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "x"
    path.with_suffix(".atr").write_bytes(content)
    try:
        read = read_annotations(path, "atr")
    except RecordError:
        return
    assert (np.diff(read.samples) >= 0).all()


@pytest.mark.parametrize("note", [b"## time resolution: 360", b"## something else "])
def test_notes_on_the_file_that_come_twice_or_are_unknown_are_no_trap(
    tmp_path: Path, note: bytes
) -> None:
    padding = b"\0" * (len(note) % 2)
    twice = (b"\x00\x58" + bytes([len(note), 0xFC]) + note + padding) * 2
    (tmp_path / "x.atr").write_bytes(twice + b"\x05\x04\x00\x00")  # wfdb.rdann never returns
    read = read_annotations(tmp_path / "x", "atr")
    assert (read.samples.tolist(), read.symbols) == ([5], ("N",))


def test_a_code_without_symbol_is_named_as_wfdb_does_and_is_no_beat(tmp_path: Path) -> None:
    (tmp_path / "x.atr").write_bytes(b"\x05\xa8\x00\xf0\x00\x00")
    read = read_annotations(tmp_path / "x", "atr")
    assert (read.symbols, read.beat_mask.tolist(), read.fs) == (("[42]",), [False], None)


def test_the_rate_is_that_of_the_header_where_the_file_has_none(tmp_path: Path) -> None:
    (tmp_path / "x.atr").write_bytes(b"\x05\x04\x00\x00")
    (tmp_path / "x.hea").write_text("x 1 250.5 1000\nx.dat 16 200 16 0 0 0 0 II\n")
    assert read_annotations(tmp_path / "x", "atr").fs == 250.5
    (tmp_path / "x.hea").write_text("")
    with pytest.raises(RecordError, match=r"x\.hea"):
        read_annotations(tmp_path / "x", "atr")


def test_a_header_that_may_not_be_read_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.atr").write_bytes(b"\x05\x04\x00\x00")
    (tmp_path / "x.hea").write_text("x 1 250 1000\nx.dat 16 200 16 0 0 0 0 II\n")

    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(wfdb, "rdheader", refuse)
    with pytest.raises(RecordError, match=r"x\.hea.*Permission denied"):
        read_annotations(tmp_path / "x", "atr")


def test_annotations_out_of_order_are_put_in_order_and_ties_keep_theirs() -> None:
    given = Annotations.of([5, 1, 5], "NV+", aux_notes=["a", "b", "c"], fs=None)
    ordered = given.in_order()
    np.testing.assert_array_equal(ordered.samples, [1, 5, 5])
    assert (ordered.symbols, ordered.aux_notes) == (("V", "N", "+"), ("b", "a", "c"))

"""Symbols sort into the classes that their mapping names; files are read as WFDB means them."""

from pathlib import Path

import numpy as np
import pytest
from sibeat.ecg.annotation import (
    BEAT_SYMBOLS,
    SYMBOL_CODES,
    Annotations,
    Mapping,
    aami_class,
    is_beat,
    read_annotations,
)
from sibeat.ecg.errors import RecordError


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


@pytest.mark.parametrize("content", [b"\x01", b"\x00\xec\x00\x00", b"\x17\xfc" * 2])
def test_a_file_of_something_else_is_an_error_that_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.atr").write_bytes(content)
    with pytest.raises(RecordError, match=r"x\.atr .*MIT format"):
        read_annotations(tmp_path / "x", "atr")


def test_annotations_out_of_order_are_put_in_order_and_ties_keep_theirs() -> None:
    given = Annotations.of([5, 1, 5], "NV+", aux_notes=["a", "b", "c"], fs=None)
    ordered = given.in_order()
    np.testing.assert_array_equal(ordered.samples, [1, 5, 5])
    assert (ordered.symbols, ordered.aux_notes) == (("V", "N", "+"), ("b", "a", "c"))

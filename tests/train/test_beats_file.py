import contextlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import ARRAYS, Beats, join_beats, load_beats, quantise, save_beats


def test_what_is_written_is_read_to_the_bit(tmp_path: Path, beats: Beats) -> None:
    save_beats(tmp_path / "b.npz", beats)
    again = load_beats(tmp_path / "b.npz")
    assert again.origin == beats.origin
    for name in ARRAYS:
        assert np.array_equal(getattr(again, name), getattr(beats, name)), name
        assert getattr(again, name).dtype == getattr(beats, name).dtype, name


def test_extreme_windows_survive_the_differences(tmp_path: Path, beats: Beats) -> None:
    square = np.where(np.arange(320) % 2, 1.0, -1.0)
    beats.windows[0] = quantise(square)
    save_beats(tmp_path / "b.npz", beats)
    assert np.array_equal(load_beats(tmp_path / "b.npz").windows_float()[0], square)


def test_quantising_is_finer_than_the_databases_own_steps() -> None:
    values = np.linspace(-1, 1, 4001)
    assert np.abs(quantise(values) / 2047 - values).max() <= 0.5 / 2047 + 1e-12


def test_selecting_takes_whole_beats(beats: Beats) -> None:
    some = beats.select(beats.record == "118")
    assert set(some.record) == {"118"}
    assert len(some) == len(some.windows) == len(some.rr_post) == 12


def test_joining_undoes_selecting(beats: Beats) -> None:
    halves = [beats.select(beats.part == part) for part in ("train", "validation", "test")]
    joined = join_beats(halves)
    assert np.array_equal(joined.windows, beats.windows)
    assert len(fields(joined)) == len(ARRAYS) + 1


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--stage prepare"):
        load_beats(tmp_path / "none.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x03\x04 torn"])
def test_a_foreign_file_is_a_config_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.npz"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        load_beats(path)


def test_a_truncated_file_is_a_config_error(beats_path: Path) -> None:
    beats_path.write_bytes(beats_path.read_bytes()[:-500])
    with pytest.raises(ConfigError):
        load_beats(beats_path)


def test_another_archive_is_a_config_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "b.npz", header=np.array("{}"))
    with pytest.raises(ConfigError, match="no beats file"):
        load_beats(tmp_path / "b.npz")


def _rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write the file's own arrays again, changed; ``header`` among them, as a dict."""
    with np.load(path) as archive:
        content = dict(archive)
    content["header"] = json.loads(str(content["header"]))
    change(content)
    np.savez(path, **{**content, "header": np.array(json.dumps(content["header"]))})


def shorten(content: dict[str, Any]) -> None:
    """Leave out the first sample of each window, and say so."""
    content["header"]["n_before"] -= 1
    content["windows"] = content["windows"][:, 1:]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["header"].pop("lead"), "lacks lead"),
        (lambda c: c["header"].pop("band_hz"), "lacks band_hz"),
        (lambda c: c["header"].update(leads="MLII"), "unknown key 'leads'"),
        (lambda c: c["header"].update(n_before="140"), "n_before"),
        (lambda c: c.update(header=[]), "not of form"),
        (lambda c: c.update(symbol=c["symbol"][1:]), "symbol of shape"),
        (lambda c: c.update(windows=c["windows"][:, 1:]), "windows of shape"),
        (shorten, "windows of 139 samples before the R-peak and 180 from it"),
        (lambda c: c.update(record=np.array("100")), "of shape"),
        (lambda c: c.update(sample=c["sample"] + 0.5), "sample of shape .* and kind 'f'"),
        (lambda c: c["header"].update(fs=0.0), "rate of 0 Hz"),
        (lambda c: c["header"].update(fs=float("nan")), "rate of nan Hz"),
        (lambda c: c["header"].update(grid_fs=250.0), "windows at 250 Hz: expected 360 Hz"),
        (lambda c: c["header"].update(band_hz=[0.5, 40.0]), r"band \(0.5, 40.0\) Hz: expected"),
        (lambda c: c["part"].put(0, "val"), "part val: expected one of train, validation, test"),
        (lambda c: c["windows"].put(0, 2048), "windows outside -1 to 1"),
        (lambda c: c["windows"].put(0, -32768), "windows outside -1 to 1"),
        (lambda c: c["amplitude"].put(0, np.nan), "amplitude or R-peak"),
        (lambda c: c["r_peak"].put(0, np.inf), "amplitude or R-peak"),
    ],
)
def test_what_is_wrong_within_is_named(
    beats_path: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    _rewritten(beats_path, change)
    with pytest.raises(ConfigError, match=says):
        load_beats(beats_path)


def test_a_lone_array_under_the_name_is_a_config_error(tmp_path: Path) -> None:
    path = tmp_path / "b.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ConfigError, match="no beats file"):
        load_beats(path)


def test_a_flipped_byte_is_never_another_error(beats_path: Path) -> None:
    whole = beats_path.read_bytes()
    for place in range(0, len(whole), len(whole) // 300):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        beats_path.write_bytes(damaged)
        with contextlib.suppress(ConfigError):
            load_beats(beats_path)


def test_a_damaged_shape_of_an_array_is_no_other_error(tmp_path: Path) -> None:
    path = tmp_path / "b.npz"
    header = b"{'descr': '<i8', 'fortran_order': False, 'shape': (3, }".ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.npy", b"\x93NUMPY\x01\x00" + b"\x76\x00" + header + bytes(24))
    with pytest.raises(ConfigError, match="no beats file"):
        load_beats(path)

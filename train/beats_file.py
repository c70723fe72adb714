"""The prepared beats: one compressed `.npz` that training needs, and nothing else.

Windows are kept as 12-bit integers and as differences along the sample axis, which compresses the
44 records to half of float16's size without loss beyond the 12 bits. Needs numpy alone.
"""

import hashlib
import io
import json
import math
import struct
import tokenize
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.beats import GRID_FS, WINDOW_AFTER, WINDOW_BEFORE
from sibeat.ecg.errors import ConfigError
from sibeat.ecg.filters import BAND_HZ
from sibeat.ecg.toml_settings import load_settings
from sibeat.train.split import PARTS

SCHEMA = "sibeat-beats/1"
LEVELS = 2047
"""integer that stands for 1.0; chosen by us: 12 bits are finer than the database's 11-bit ADC"""

IntArray: TypeAlias = NDArray[np.int64]
TextArray: TypeAlias = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class BeatsOrigin:
    """How the beats were made."""

    front: str
    """``monitor`` or ``beatgan``"""
    data: str
    """the database, in words"""
    fs: float
    """sampling rate that samples and RR intervals count in, Hz"""
    grid_fs: float
    """sampling rate of the windows, Hz"""
    n_before: int
    """samples of a window before the R-peak"""
    n_after: int
    """samples of a window from the R-peak on"""
    band_hz: tuple[float, float]
    filter: str
    """the band-pass in words"""
    lead: str


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Beats of many records, in order of record and sample."""

    origin: BeatsOrigin
    windows: NDArray[np.int16]
    """(n_beats, n_window), -2047 to 2047 for -1 to 1"""
    amplitude: NDArray[np.float32]
    """(n_beats,), greatest minus least value of the window before normalising, mV"""
    record: TextArray
    """(n_beats,), name of the record"""
    symbol: TextArray
    """(n_beats,), WFDB symbol"""
    sample: IntArray
    """(n_beats,), annotated position in the record"""
    r_peak: NDArray[np.float64]
    """(n_beats,), re-centred position, between samples"""
    rr_pre: IntArray
    """(n_beats,), samples from the annotated beat before; -1 where there is none"""
    rr_post: IntArray
    """(n_beats,), samples to the annotated beat after; -1 where there is none"""
    part: TextArray
    """(n_beats,), ``train``, ``validation`` or ``test``"""

    def __len__(self) -> int:
        return len(self.windows)

    def select(self, mask: NDArray[np.bool_]) -> "Beats":
        """Return the beats where `mask` (n_beats,) is True."""
        return replace(self, **{name: getattr(self, name)[mask] for name in ARRAYS})

    def windows_float(self) -> NDArray[np.float32]:
        """Return the windows as (n_beats, n_window) float32 in [-1, 1]."""
        return self.windows.astype(np.float32) / np.float32(LEVELS)


KINDS = {
    "windows": "i",
    "amplitude": "f",
    "record": "U",
    "symbol": "U",
    "sample": "i",
    "r_peak": "f",
    "rr_pre": "i",
    "rr_post": "i",
    "part": "U",
}
"""array -> numpy's letter for whole numbers, fractions, text"""
ARRAYS = tuple(KINDS)
DAMAGE = (
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    tokenize.TokenError,
)
"""what zipfile, zlib and numpy raise at foreign or damaged files"""


def quantise(windows: NDArray[np.floating[Any]]) -> NDArray[np.int16]:
    """Turn windows in [-1, 1] into 12-bit integers."""
    return np.asarray(np.rint(windows * LEVELS), dtype=np.int16)


def join_beats(parts: list[Beats]) -> Beats:
    """Join the beats of several records that were made the same way, in the given order."""
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
    return Beats(origin=parts[0].origin, **joined)


def save_beats(path: Path, beats: Beats) -> None:
    """Write a beats file, whole or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    arrays = {name: getattr(beats, name) for name in ARRAYS}
    arrays["windows"] = np.diff(beats.windows, axis=1, prepend=np.int16(0))
    header = json.dumps({"schema": SCHEMA, **asdict(beats.origin)})
    buffer = io.BytesIO()
    np.savez_compressed(buffer, header=np.array(header), **arrays)
    write_atomically(path, buffer.getvalue())


def load_beats(path: Path) -> Beats:
    """Read a beats file.

    Raises
    ------
    ConfigError
        When it is missing, damaged, or no beats file of this version.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            header = json.loads(str(archive["header"]))
            arrays = {name: archive[name] for name in ARRAYS}
    except OSError as error:
        raise ConfigError(
            f"cannot read the prepared beats {path} ({error.strerror or error}): "
            "make them with `sibeat train --stage prepare`"
        ) from error
    except DAMAGE as error:
        raise ConfigError(
            f"{path} is no beats file ({type(error).__name__}: {error}): expected what `sibeat "
            "train --stage prepare` writes; make it anew"
        ) from error
    if not isinstance(header, dict) or header.pop("schema", None) != SCHEMA:
        raise ConfigError(f"{path} is not of form {SCHEMA}: prepare the beats anew")
    origin = load_settings(BeatsOrigin, header, f"the header of {path}")
    _require_arrays(arrays, origin, path)
    arrays["windows"] = np.cumsum(arrays["windows"], axis=1, dtype=np.int16)
    beats = Beats(origin=origin, **arrays)
    _require_values(beats, path)
    return beats


def _require_arrays(arrays: dict[str, NDArray[Any]], origin: BeatsOrigin, path: Path) -> None:
    """Refuse arrays that are not of one length, or not of their kinds, and other windows."""
    n_beats, n_window = arrays["record"].size, origin.n_before + origin.n_after
    for name, array in arrays.items():
        shape = (n_beats, n_window) if name == "windows" else (n_beats,)
        if array.shape != shape or array.dtype.kind != KINDS[name]:
            raise ConfigError(
                f"{path} has {name} of shape {array.shape} and kind {array.dtype.kind!r}: expected "
                f"{shape} and {KINDS[name]!r}, for {n_beats} records; prepare the beats anew"
            )
    if (origin.n_before, origin.n_after) != (WINDOW_BEFORE, WINDOW_AFTER):
        raise ConfigError(
            f"{path} has windows of {origin.n_before} samples before the R-peak and "
            f"{origin.n_after} from it: the networks take {WINDOW_BEFORE} and {WINDOW_AFTER}; "
            "prepare the beats anew"
        )


def _require_values(beats: Beats, path: Path) -> None:
    """Refuse what no network can be trained on: it would show hours later, or never."""
    fs, parts = beats.origin.fs, PARTS
    other = sorted(set(map(str, beats.part)) - set(parts))
    wrong = [
        (not (math.isfinite(fs) and fs > 0), f"a sampling rate of {fs:g} Hz", "one above 0"),
        (
            beats.origin.grid_fs != GRID_FS,
            f"windows at {beats.origin.grid_fs:g} Hz",
            f"{GRID_FS:g} Hz, as the networks take them",
        ),
        (
            beats.origin.front == "monitor" and beats.origin.band_hz != BAND_HZ,
            f"beats of the band {beats.origin.band_hz} Hz",
            f"{BAND_HZ}, as the monitor cuts them",
        ),
        (bool(other), f"beats of the part {', '.join(other[:3])}", f"one of {', '.join(parts)}"),
        (
            not bool((np.abs(beats.windows.astype(np.int32)) <= LEVELS).all()),
            "windows outside -1 to 1",
            f"whole numbers from {-LEVELS} to {LEVELS}",
        ),
        (
            not bool(np.isfinite(beats.amplitude).all() and np.isfinite(beats.r_peak).all()),
            "an amplitude or R-peak that is no finite number",
            "one of each beat",
        ),
    ]
    for is_wrong, got, expected in wrong:
        if is_wrong:
            raise ConfigError(f"{path} has {got}: expected {expected}; prepare the beats anew")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

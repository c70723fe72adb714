"""What kind of recording a path means, by its name and then by its content."""

import re
from pathlib import Path
from typing import Literal, TypeAlias

from sibeat.ecg.errors import RecordError

Kind: TypeAlias = Literal["wfdb", "edf", "text"]

EXPECTED = (
    "a WFDB record (without extension, or its .hea or .dat), an .edf or .bdf, a .csv or .tsv, "
    "or a PhysioNet name like mitdb/208"
)
_PHYSIONET = re.compile(r"[a-z0-9][a-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_WFDB_SUFFIXES = frozenset({".hea", ".dat", ".mat"})
_BY_SUFFIX: dict[str, Kind] = {
    ".edf": "edf",
    ".bdf": "edf",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
}
_EDF_STARTS = (b"0       ", b"\xffBIOSEMI")
"""first bytes of an EDF and of a BDF (their version field)"""
_EDF_HEADER = 256
"""bytes of printable text that both begin with (EDF specification, 1992)"""
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")


def resolve(path: Path) -> tuple[Kind, Path]:
    """Tell what a path means, and where it is.

    Returns
    -------
    kind : str
    path : Path
        For WFDB the record without extension, else the file.

    Raises
    ------
    RecordError
        There is no such recording, or it is no ECG that can be read.
    """
    try:
        return _resolve(path)
    except OSError as error:
        raise RecordError(
            f"{path} cannot be opened ({error.strerror}), expected {EXPECTED}: check the path and "
            "its permissions"
        ) from error


def _resolve(path: Path) -> tuple[Kind, Path]:
    if path.suffix.lower() in _WFDB_SUFFIXES:
        return "wfdb", _stem_with_header(path)
    if path.name and _header_of(path).is_file():
        return "wfdb", path
    if path.is_dir():
        raise RecordError(f"{path} is a directory, expected {EXPECTED}: name a recording in it")
    if not path.exists():
        return "wfdb", _fetched(path)
    return _kind_of_file(path), path


def _header_of(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.hea")


def _stem_with_header(path: Path) -> Path:
    stem = path.with_suffix("")
    header = _header_of(stem)
    if header.is_file():
        return stem
    if path.exists() and path != header and path.suffix.lower() == ".hea":
        raise RecordError(
            f"{path} ends in {path.suffix}, expected {header.name} and its signals as it says: "
            "rename the record's files"
        )
    if path.exists() and path != header:
        raise RecordError(
            f"{path} has no header beside it, expected {header}: a WFDB record is both files"
        )
    raise RecordError(f"there is no record {path}, expected {header} to exist: check the path")


def _fetched(path: Path) -> Path:
    signals = path.with_name(f"{path.name}.dat")
    if signals.exists():
        return _stem_with_header(signals)
    name = path.as_posix()
    if path.suffix.lower() in _BY_SUFFIX or not _PHYSIONET.fullmatch(name):
        raise RecordError(f"there is no file {path}, expected {EXPECTED}: check the path")
    if Path(path.parts[0]).is_dir():
        raise RecordError(
            f"there is no record {path} in the folder {path.parts[0]} here, expected {EXPECTED}; "
            "check the path, or go to where no such folder is to fetch it from PhysioNet"
        )
    from sibeat.ecg.physionet import fetch

    return fetch(name)


def _kind_of_file(path: Path) -> Kind:
    start = _first_bytes(path)
    if not start:
        raise RecordError(f"{path} is empty, expected {EXPECTED}: get or record it again")
    by_suffix = _BY_SUFFIX.get(path.suffix.lower())
    has_lines = re.search(rb"[\r\n]", start[:_EDF_HEADER])  # as a text with padded columns
    if start.startswith(_EDF_STARTS) and (by_suffix == "edf" or not has_lines):
        return "edf"  # whatever it is called
    if by_suffix == "edf":
        raise RecordError(
            f"{path} is no EDF or BDF: it begins with {start[:8]!r}, expected "
            f"{_EDF_STARTS[0]!r} or {_EDF_STARTS[1]!r}; check what wrote it"
        )
    if b"\0" in start and not start.startswith(_UTF16_STARTS):
        raise RecordError(
            f"{path} is neither text nor a recording known here: it begins with "
            f"{start[:8]!r}, expected {EXPECTED}; convert it, or check the path"
        )
    return "text"


def _first_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise RecordError(f"{path} is no regular file, expected {EXPECTED}; - is standard input")
    with path.open("rb") as file:
        return file.read(4096)
